"""Leave in term time on the whole stack: one call for a hundred children, and a pack in preparation for each, in which nothing of the leave
itself is lacking."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK, TODAY, this_term
from tests.support.casework import add_authority
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, until, upn

CHILDREN = 100
SECONDS = 60.0
OF_LEAVE = {"leave on record", "ground in the register", "threshold met"}


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with Running(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}, notablescan=True) as stack:
        await add_authority(stack)
        yield stack


async def recorded(school: School, children: list[str], days: list[Any]) -> None:
    """Each child's leave was refused, and the parent told."""
    told = {"first": days[0].isoformat(), "last": days[-1].isoformat(), "decision": "refused"}
    before = this_term(30)[0].isoformat()
    body = {**told, "asked_on": before, "decided_on": before, "told_on": before}
    headers = school.headers(role="school", sub="school of the test")
    async with httpx.AsyncClient(base_url=school.running["referrals"].url, headers=headers, timeout=60) as client:

        async def one(child: str) -> None:
            said = {**body, "children": [child], "parents": [f"{child}.1"], "asked_by": [f"{child}.1"]}
            (await client.post(f"/v1/schools/{school.urn}/leave", json=said)).raise_for_status()

        for begin in range(0, len(children), 10):
            await asyncio.gather(*map(one, children[begin : begin + 10]))


async def test_a_hundred_leaves_become_packs_in_which_nothing_of_the_leave_is_lacking(running: Running) -> None:
    school = await School(running, "930101").open()
    numbers, days = range(1, CHILDREN + 1), this_term(6)[:5]
    await school.put_in(roll_csv(numbers, {"parent 1 name": "Alex Tregear", "parent 1 relationship": "mother"}))
    away = [(upn(number), day, session, "G") for number in numbers for day in days for session in ("AM", "PM")]
    await school.put_in(marks_csv([*away, *((upn(number), TODAY, session, "/") for number in numbers for session in ("AM", "PM"))]))
    ids = [one["child"] for one in (await school.children()).values()]
    await recorded(school, ids, days)
    headers = school.headers(role="school", sub="school of the test")
    async with httpx.AsyncClient(base_url=running["referrals"].url, headers=headers, timeout=60) as client:
        begun = time.monotonic()
        answer = (await client.post(f"/v1/schools/{school.urn}/leave/requests", json={})).json()
        took = time.monotonic() - begun
    assert {(one["outcome"], one["sessions"]) for one in answer["requests"]} == {("made", 10)}
    assert answer["made"] == CHILDREN

    async def drafted() -> list[dict[str, Any]] | None:
        found = (await school.get(f"/v1/packs?school={school.urn}", "sharing", role="head of service")).json()
        return found if len(found) == CHILDREN else None

    packs = await until("a pack for each", drafted, SECONDS)
    ready = time.monotonic() - begun
    assert sorted(one["request"] for one in packs) == sorted(one["request"] for one in answer["requests"])
    one = (await school.get(f"/v1/packs/{packs[0]['pack']}", "sharing", role="head of service")).json()
    items = {item["rule"]: item for item in one["items"]}
    assert {rule: items[rule]["says"] for rule in OF_LEAVE if not items[rule]["met"]} == {}
    print(f"{CHILDREN} requests answered in {took:.1f} s, their packs there after {ready:.1f} s")
    assert took < 10
