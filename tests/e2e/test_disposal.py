"""What falls due and who stays, on the four real services: children who share a page and a roll with those who are disposed of."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import pytest

from deploy.local.running import OFFICER, QUICK, Running
from deploy.local.services import Service
from shared.certificates import Certificate, verify, verify_chain
from shared.certificates import read as read_certificate
from tests.support.autumn import CLOCK, YEAR, last_term, this_term
from tests.support.casework import roll
from tests.support.events import quiet
from tests.support.marks import children, sheet
from tests.support.school import School, marks_csv, until
from tests.support.servers import running_on_empty
from tests.support.whole import proposals

MANY = children(36)
"""Two pages and one roll."""
NEVER_THERE = [MANY[place] for place in (5, 17, 29)]
"""As the habits of the invented marks have it: of these a referral is proposed."""
REFERRED, HELD = NEVER_THERE[1], MANY[0]


class Sweeping:
    """The company's side: an operator who sweeps and a data protection officer who holds."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._client = httpx.AsyncClient(timeout=30)

    async def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": "Bearer " + self._running.token("data protection officer", "dpo", schools=("*",))}
        return await self._client.request(method, f"{self._running['retention'].url}{path}", json=body, headers=headers)

    async def begin(self, on: date) -> str:
        answer = await self.send("POST", "/v1/sweeps", {"on": on.isoformat()})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["sweep"])

    async def at(self, sweep: str, step: str) -> dict[str, Any]:
        """The sweep's state once the cohort is at a step."""

        async def probe() -> dict[str, Any] | None:
            state: dict[str, Any] = (await self.send("GET", f"/v1/sweeps/{sweep}")).json()
            return state if state["cohorts"][-1]["step"] == step else None

        return await until(f"the sweep is at '{step}'", probe)

    async def certified(self, state: dict[str, Any], cohort: str) -> Certificate:
        """The certificate of a sweep that is done, when it and the chain behind it hold and the key is gone everywhere."""
        (number,) = state["certificates"]
        certificate = read_certificate((await self.send("GET", f"/v1/certificates/{number}")).content)
        trusted = (self._running.stack.credentials / "certificates.pub").read_text().strip()
        assert verify(certificate, trusted=trusted) == []
        chain = [Certificate.model_validate(one) for one in (await self.send("GET", "/v1/certificates")).json()]
        assert verify_chain(chain) == {}
        assert (certificate.disposal_date.isoformat(), certificate.key_destroyed) == (cohort, True)
        assert {path.name for path in (self._running.stack.folder / "keys").rglob(f"*{cohort}*")} == {f"{cohort}.destroyed"}
        return certificate

    async def close(self) -> None:
        await self._client.aclose()


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Like every other stack of the tests, on an autumn day."""
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


@pytest.fixture(scope="module")
async def sweeping(running: Running) -> AsyncIterator[Sweeping]:
    made = Sweeping(running)
    yield made
    await made.close()


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    """Two years of registers of the same children."""
    opened = await School(running, "930001").open()
    for year, days in ((YEAR - 1, last_term(20)), (YEAR, this_term(40))):
        await opened.put_in(roll(MANY), kind="roll", year=year)
        await opened.put_in(marks_csv(sheet(MANY, days)))
    yield opened
    await opened.close()


@asynccontextmanager
async def standing_still(service: Service) -> AsyncIterator[None]:
    """A process that is there and does nothing."""
    assert service.pid is not None
    os.kill(service.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(service.pid, signal.SIGCONT)


async def sessions(school: School, child: str, days: list[date]) -> int:
    """How many sessions the register of these days shows."""
    answer = await school.get(f"/v1/schools/{school.urn}/children/{child}/register?from={days[0]}&to={days[-1]}")
    return len(answer.json()["sessions"]) if answer.status_code == 200 else 0


async def with_last_year(school: School, ids: dict[str, str]) -> set[str]:
    """UPNs whose whole register of last term still answers; the others have none of it at all."""
    found = {upn: await sessions(school, child, last_term(20)) for upn, child in ids.items()}
    assert set(found.values()) <= {0, 40}
    return {upn for upn, count in found.items() if count}


async def test_a_case_accepted_while_the_sweep_waits_keeps_the_child(running: Running, school: School, sweeping: Sweeping) -> None:
    """With `attendance` standing still nobody can say that all is told which keeps a child; meanwhile an officer accepts."""
    ids = {upn: one["child"] for upn, one in (await school.children()).items()}
    assert await with_last_year(school, ids) == set(MANY)
    await quiet(running)
    (referral,) = [one["referral"] for one in await proposals(school) if one["child"] == ids[REFERRED]]
    async with standing_still(running["attendance"]):
        sweep = await sweeping.begin(date(YEAR + 1, 9, 1))
        await sweeping.at(sweep, "move who stays")
        headers = school.headers(role="officer", sub=OFFICER)
        async with httpx.AsyncClient(timeout=30) as officer:
            url = f"{running['referrals'].url}/v1/referrals/{referral}/accept"
            (await officer.post(url, headers=headers)).raise_for_status()
    state = await sweeping.at(sweep, "done")
    assert await with_last_year(school, ids) == {REFERRED}
    assert state["cohorts"][-1]["counts"]["moved_to_a_later_date"] == 1
    assert (await sweeping.certified(state, f"{YEAR + 1}-08-31")).children == len(MANY) - 1


async def test_a_hold_and_an_open_case_stay_until_they_end(running: Running, school: School, sweeping: Sweeping) -> None:
    """This year's pages and roll, on which both stand with those who go; last year's of the open case stand under the same date by then."""
    ids = {upn: one["child"] for upn, one in (await school.children()).items()}
    answer = await sweeping.send("PUT", f"/v1/holds/{ids[HELD]}", {"reason": "a complaint is open"})
    assert answer.status_code == 200, answer.text
    on = date(YEAR + 2, 9, 1)
    state = await sweeping.at(await sweeping.begin(on), "done")

    this_year = {upn: await sessions(school, child, this_term(40)) for upn, child in ids.items()}
    assert {upn for upn, count in this_year.items() if count} == {HELD, REFERRED}
    assert set(this_year.values()) == {0, 80}
    assert await with_last_year(school, ids) == {REFERRED}
    assert (await school.children()).keys() == {HELD, REFERRED}
    assert state["cohorts"][-1]["counts"]["moved_to_a_later_date"] == 2
    assert (await sweeping.certified(state, f"{YEAR + 2}-08-31")).children == len(MANY) - 2

    assert (await sweeping.send("DELETE", f"/v1/holds/{ids[HELD]}")).status_code == 204
    state = await sweeping.at(await sweeping.begin(date(YEAR + 3, 9, 1)), "done")
    assert (await school.children()).keys() == {REFERRED}
    assert await sessions(school, ids[HELD], this_term(40)) == 0
    assert await with_last_year(school, ids) == {REFERRED}
    assert (await sweeping.certified(state, f"{YEAR + 3}-08-31")).children == 1
