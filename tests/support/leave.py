"""A school whose children were away on leave that was refused, its one call for all of them, and the packs that come of it."""

import asyncio
from datetime import date
from typing import Any

import httpx

from deploy.local.running import Running
from tests.support.autumn import TODAY, this_term
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, until, upn

SESSIONS = 10


async def school_with_leave(running: Running, urn: str, children: int) -> School:
    """Five days of leave in term time for each of its children: in the register, refused, and the parent told."""
    school = await School(running, urn).open()
    numbers, days = range(1, children + 1), this_term(6)[:5]
    await school.put_in(roll_csv(numbers, {"parent 1 name": "Alex Tregear", "parent 1 relationship": "mother"}))
    away = [(upn(number), day, session, "G") for number in numbers for day in days for session in ("AM", "PM")]
    await school.put_in(marks_csv([*away, *((upn(number), TODAY, session, "/") for number in numbers for session in ("AM", "PM"))]))
    await _recorded(school, [one["child"] for one in (await school.children()).values()], days)
    return school


async def requested(school: School) -> dict[str, Any]:
    """What is answered to the call for the whole school."""
    async with _client(school) as client:
        answer: dict[str, Any] = (await client.post(f"/v1/schools/{school.urn}/leave/requests", json={})).raise_for_status().json()
        return answer


async def drafted(school: School, children: int, seconds: float) -> list[dict[str, Any]]:
    """The packs, as soon as there is one for each; AssertionError after so many seconds."""

    async def look() -> list[dict[str, Any]] | None:
        found = (await school.get(f"/v1/packs?school={school.urn}", "sharing", role="head of service")).json()
        return found if len(found) == children else None

    return await until("a pack for each", look, seconds)


async def to_let_pass(school: School) -> list[str]:
    """What is lacking in the first of its packs, and may be let pass: the same as in the others."""
    first = (await school.get(f"/v1/packs?school={school.urn}", "sharing", role="head of service")).json()[0]
    items = (await school.get(f"/v1/packs/{first['pack']}", "sharing", role="head of service")).json()["items"]
    return [item["rule"] for item in items if not item["met"] and item["may_be_overridden"]]


async def sent(school: School, packs: int, seconds: float) -> None:
    """As soon as so many have gone; AssertionError after so many seconds."""

    async def look() -> bool:
        found = (await school.get(f"/v1/packs?school={school.urn}&state=sent", "sharing", role="head of service")).json()
        return len(found) == packs

    await until("each pack sent", look, seconds)


async def _recorded(school: School, children: list[str], days: list[date]) -> None:
    told = {"first": days[0].isoformat(), "last": days[-1].isoformat(), "decision": "refused"}
    before = this_term(30)[0].isoformat()
    body = {**told, "asked_on": before, "decided_on": before, "told_on": before}
    async with _client(school) as client:

        async def one(child: str) -> None:
            said = {**body, "children": [child], "parents": [f"{child}.1"], "asked_by": [f"{child}.1"]}
            (await client.post(f"/v1/schools/{school.urn}/leave", json=said)).raise_for_status()

        for begin in range(0, len(children), 10):
            await asyncio.gather(*map(one, children[begin : begin + 10]))


def _client(school: School) -> httpx.AsyncClient:
    headers = school.headers(role="school", sub="school of the test")
    return httpx.AsyncClient(base_url=school.running["referrals"].url, headers=headers, timeout=60)
