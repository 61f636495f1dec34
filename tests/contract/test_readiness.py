"""What a pack of a case would lack, asked of the running services: from the register, the roll, the case and its letters as they are."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from clients.iewo.main import main
from deploy.local.running import OFFICER, QUICK, Running
from tests.support.autumn import CLOCK, TODAY, YEAR, this_term
from tests.support.casework import Casework, roll
from tests.support.events import quiet
from tests.support.school import School, marks_csv, upn
from tests.support.servers import running_on_empty
from tests.support.whole import proposed

DAYS = this_term(30)
ASKED = f"measure=penalty notice&reason=irregular attendance&first={DAYS[0]}&last={DAYS[-2]}"
HEAD = {"role": "head of service", "sub": "m.head"}


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


def marks(absent: int, code: str = "O", missing: int = 0) -> bytes:
    """Every session of the days, the first afternoons absent; another child is there every day, so the school is seen to be open."""
    rows = []
    for place, day in enumerate(DAYS):
        if place >= missing:
            rows += [(upn(1), day, "AM", "/"), (upn(1), day, "PM", code if place < absent else "\\")]
        rows += [(upn(2), day, "AM", "/"), (upn(2), day, "PM", "\\")]
    return marks_csv(rows)


async def a_case(running: Running, urn: str, absent: int = 12) -> tuple[School, str, str]:
    school = await School(running, urn).open()
    await school.put_in(roll([upn(1), upn(2)]), kind="roll")
    await school.put_in(marks(absent))
    [proposal] = await proposed(school, 1)
    await Casework(school).accept([proposal])
    await quiet(running)  # the case brings the child's parents from the roll
    return school, proposal["referral"], proposal["child"]


async def readiness(school: School, case: str, parent: str, query: str = ASKED, **claims: Any) -> dict[str, Any]:
    answer = await school.get(f"/v1/cases/{case}/readiness?parent={parent}&{query}", "sharing", **(claims or HEAD))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def item(found: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(one for one in found["items"] if one["rule"] == rule)


async def test_what_is_lacking_is_told_and_goes_when_it_is_done(running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    school, case, child = await a_case(running, "980001")
    found = await readiness(school, case, f"{child}.1")
    assert found["profile"] == "national 2024-08-19"
    assert not found["ready"]
    lacking = {one["rule"] for one in found["items"] if not one["met"]}
    assert {"warning letter", "certificate signed", "contacts confirmed", "notice history confirmed"} <= lacking
    assert "support offered" in lacking, "the visit was today"
    assert item(found, "threshold met")["says"].startswith("12 sessions from")
    assert all(item(found, rule)["met"] for rule in ("threshold met", "no missing marks", "no unsettled codes", "in time"))
    assert found["clocks"]["earliest"] == DAYS[0].isoformat()
    assert {"School week", "Sessions used before"} <= {one["rule"] for one in found["readings"]}

    await school.put_in(marks(12, "N"))
    unsettled = item(await readiness(school, case, f"{child}.1"), "no unsettled codes")
    assert unsettled["says"].startswith("Code N (not settled) stands in 12 sessions of the period")
    await school.put_in(marks(12))

    arguments = ["case", "readiness", case, "--parent", f"{child}.1", "--from", str(DAYS[0]), "--to", str(DAYS[-2])]
    arguments += ["--url", running["sharing"].url, "--token", running.token("head of service", "m.head")]
    assert main(arguments) == 1
    shown = capsys.readouterr().out
    assert "certificate signed" in shown
    assert "no, never let pass" in shown
    assert main([*arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["case"] == case


async def test_days_without_a_mark_are_told_by_the_schools_calendar(running: Running) -> None:
    school = await School(running, "980002").open()
    await school.put_in(roll([upn(1), upn(2)]), kind="roll")
    await school.put_in(marks(14, missing=2))
    [proposal] = await proposed(school, 1)
    await Casework(school).accept([proposal])
    await quiet(running)
    found = item(await readiness(school, proposal["referral"], f"{proposal['child']}.1"), "no missing marks")
    assert not found["met"]
    assert found["says"].startswith("4 sessions of the period lack their marks")


async def test_nobody_sees_what_is_not_theirs(running: Running) -> None:
    school, case, child = await a_case(running, "980003")
    path = f"/v1/cases/{case}/readiness?parent={child}.1&{ASKED}"

    async def status(path: str, **claims: Any) -> tuple[int, str]:
        answer = await school.get(path, "sharing", **claims)
        return answer.status_code, answer.text

    assert (await status(path, role="officer", sub=OFFICER, schools=("980003",)))[0] == 200
    assert (await status(path, role="officer", sub=OFFICER, schools=("980001",)))[0] == 404
    for role in ("school", "operator", "business support", "data protection officer", "la"):
        assert (await status(path, role=role, sub=f"a {role}", schools=("980003",)))[0] == 403, role
    code, says = await status(path.replace(case, "0" * 24), **HEAD)
    assert (code, "there is no such case" in says) == (404, True)
    code, says = await status(path.replace(f"{child}.1", f"{child}.2"), **HEAD)
    assert (code, "neither the roll nor a record names such a parent" in says) == (404, True)
    assert (await status(path.replace(str(DAYS[-2]), str(TODAY + timedelta(days=1))), **HEAD))[0] == 422
    assert (await status(path.replace(f"first={DAYS[0]}", f"first={TODAY}"), **HEAD))[0] == 422
    assert (await status(path.replace(f"first={DAYS[0]}", f"first={YEAR - 1}-07-31"), **HEAD))[0] == 422

    async with httpx.AsyncClient(base_url=running["referrals"].url, headers=school.headers(**HEAD), timeout=30) as client:
        (await client.put(f"/v1/cases/{case}/closed-to/{OFFICER}", json={"why": "a neighbour's child"})).raise_for_status()
    assert (await status(path, role="officer", sub=OFFICER, schools=("980003",)))[0] == 404
    assert (await status(path, **HEAD))[0] == 200
