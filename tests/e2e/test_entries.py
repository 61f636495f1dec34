"""An entry on the whole stack: its contacts reach the roll, it moves the child's date of disposal, and struck out it does neither."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from deploy.local.running import OFFICER, QUICK, Running
from shared.academic_year import cohort
from tests.support.autumn import CLOCK, TODAY, YEAR, last_term, this_term
from tests.support.events import mongo
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, until, upn
from tests.support.servers import running_on_empty
from tests.support.whole import proposed

PHONE = "07700 900123"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


async def roll_says(school: School) -> str | None:
    carers = (await school.children())[upn(1)]["carers"]
    return str(carers[0]["phone"]) if carers else None


async def dates(running: Running, child: str) -> dict[tuple[str, str, int], str]:
    """Under which date each register page and roll of the child stands."""
    async with mongo(running) as database:
        query = {"kind": {"$in": ["page", "roll", "concern", "intervention"]}, "children": child}
        found = [
            (service, one)
            for service in ("attendance", "referrals")
            for one in await database[service].find(query, {"kind": 1, "year": 1, "cohort": 1}).to_list()
        ]
    return {(service, one["kind"], one["year"]): one["cohort"] for service, one in found}


async def test_an_entry_reaches_the_roll_and_the_clock_and_struck_out_neither(running: Running) -> None:
    school = await School(running, "930001").open()
    roll = roll_csv((1, 2), {"parent 1 name": "Alex Tregear", "parent 1 phone": "01632 960001"})
    await school.put_in(roll)
    rows = [(upn(number), day, session, "O") for number in (1,) for day in [*last_term(3), *this_term(15)] for session in ("AM", "PM")]
    await school.put_in(marks_csv(rows))
    (referral, *_) = await proposed(school, 1)
    case, child = referral["referral"], referral["child"]
    before = await dates(running, child)
    assert before["attendance", "page", YEAR - 1] == cohort(YEAR - 1)
    visit: dict[str, Any] = {
        "kind": "home visit",
        "date": TODAY.isoformat(),
        "with_whom": "mother",
        "engagement": "good",
        "seen": "yes",
        "outcome": "agreed",
        "contacts": [{"parent": f"{child}.1", "field": "phone", "value": PHONE}],
    }
    officer = school.headers(role="officer", sub=OFFICER, schools=(school.urn,))
    async with httpx.AsyncClient(base_url=running["referrals"].url, headers=officer, timeout=30) as client:
        (await client.post(f"/v1/referrals/{case}/accept")).raise_for_status()
        entry = (await client.post(f"/v1/cases/{case}/interventions", json=visit)).json()["id"]

        async def reached() -> bool:
            held = await dates(running, child)
            return await roll_says(school) == PHONE and held["attendance", "page", YEAR - 1] == cohort(YEAR)

        await until("the roll and the date to follow the entry", reached)
        await school.put_in(roll.replace(b"Child2", b"Robin"))
        assert await roll_says(school) == PHONE, "the school's system sends what it sent before"
        trail = (await school.get(f"/v1/schools/{school.urn}/children/{child}/contacts")).json()
        assert [(one["parent"], one["field"], one["what"], one["source"], one["counts"]) for one in trail] == [
            (f"{child}.1", "phone", "changed", "officer", True)
        ]
        (await client.post(f"/v1/cases/{case}/interventions/{entry}/strike", json={"reason": "the wrong child"})).raise_for_status()

        async def gone() -> bool:
            held = await dates(running, child)
            return await roll_says(school) == "01632 960001" and all(held[key] == day for key, day in before.items())

        await until("the roll and the dates to be as they were", gone)
    await school.close()
