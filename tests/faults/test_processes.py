"""Processes that are killed or told to stop in the middle of their work, and two of each at once."""

import asyncio
import time

import httpx
import pytest

from deploy.local.process import STOP_SECONDS
from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK, last_term, this_term
from tests.support.casework import Casework, add_authority, roll
from tests.support.events import mongo
from tests.support.marks import children, sheet
from tests.support.plain import PlainRegister, Row
from tests.support.school import School, marks_csv, until
from tests.support.whole import assert_concerns, assert_counts, assert_register, proposed

pytestmark = pytest.mark.usefixtures("no_letters")

MANY = children(400)
BIG = sheet(MANY, [*last_term(85), *this_term(40)])
"""100,000 marks: three parts."""


async def state_of(school: School) -> str | None:
    """The state of the school's one feed, whoever is up to be asked."""
    async with mongo(school.running) as database:
        found = await database["attendance"].find_one({"kind": "feed", "school": school.urn, "number": {"$gte": 1}})
        return found["state"] if found else None


async def until_a_page(school: School) -> None:
    """Until something of the school's marks is in the register."""
    async with mongo(school.running) as database:

        async def probe() -> bool:
            return await database["attendance"].find_one({"kind": "page", "school": school.urn, "year": {"$gte": 0}}) is not None

        await until("the first page", probe)


async def assert_whole(school: School, feeds: dict[int, list[Row]], sample: int = 8) -> None:
    """Every count, every session of one child in eight, every concern and proposal."""
    register = PlainRegister.of(feeds)
    await assert_counts(school, register)
    await assert_register(school, register, list(register.cells)[::sample])
    await assert_concerns(school, register)


async def test_attendance_killed_in_the_middle_of_a_feed(school: School) -> None:
    """Its school, told nothing or a receipt, pushes the same file again when the service is back."""
    assert len(BIG) == 100_000
    data = marks_csv(BIG)
    pushing = asyncio.create_task(school.push(data))
    await until_a_page(school)
    await school.running["attendance"].kill()
    assert await state_of(school) == "accepted", "it was in the middle"
    answer = (await asyncio.gather(pushing, return_exceptions=True))[0]
    await school.running["attendance"].start()
    receipt = await school.put_in(data)
    if isinstance(answer, httpx.Response):
        assert answer.json()["feed"] == receipt["feed"]
    assert (receipt["number"], receipt["accepted"]) == (1, 100_000)
    await assert_whole(school, {1: BIG})


async def test_attendance_told_to_stop_in_the_middle_of_a_feed(school: School) -> None:
    attendance, rows = school.running["attendance"], sheet(MANY[:200], [*last_term(85), *this_term(40)])
    pushing = asyncio.create_task(school.push(marks_csv(rows)))
    await until_a_page(school)
    begun = time.monotonic()
    await attendance.stop()
    assert time.monotonic() - begun < STOP_SECONDS, "by itself, not killed"
    assert '"stopped"' in attendance.log.read_text().splitlines()[-1]
    await asyncio.gather(pushing, return_exceptions=True)
    await attendance.start()
    receipt = await school.put_in(marks_csv(rows))
    await assert_whole(school, {receipt["number"]: rows})


async def test_the_other_services_killed_while_events_flow(running: Running, school: School) -> None:
    await add_authority(running)
    upns = MANY[:120]
    rows = sheet(upns, this_term(20))
    await school.put_in(roll(upns))
    receipt = await school.put_in(marks_csv(rows))
    await proposed(school, 1)
    await running["referrals"].kill()
    await running["referrals"].start()
    register = PlainRegister.of({receipt["number"]: rows})
    await assert_concerns(school, register)

    work = Casework(school)
    found = await proposed(school, 12)
    working = asyncio.create_task(work.take_up(found[:12]))
    await _until_a_pack(running)
    await asyncio.gather(running["retention"].kill(), running["sharing"].kill())
    await asyncio.gather(running["retention"].start(), running["sharing"].start())
    await working
    assert await work.assert_once(), "some registers show a ground"
    await assert_concerns(school, register, cases=frozenset(work.children.values()))


async def _until_a_pack(running: Running) -> None:
    async with mongo(running) as database:

        async def probe() -> bool:
            return await database["sharing"].find_one({"_id": {"$gte": "pack:", "$lt": "pack;"}, "kind": "pack"}) is not None

        await until("the first pack", probe)


async def test_two_replicas_of_each_service_one_killed_under_load(running: Running) -> None:
    await add_authority(running)
    replicas = await asyncio.gather(*(running.replica(name, 2, {**QUICK, **CLOCK}) for name in running.services))
    schools = [await School(running, f"96000{number}").open() for number in range(2)]
    upns = MANY[:60]
    sheets = [[sheet(upns, this_term(20), seed), sheet(upns, this_term(6), seed + 1)] for seed in range(len(schools))]
    for one in schools:
        await one.put_in(roll(upns))
    pushed = await asyncio.gather(
        *(one.push(marks_csv(rows)) for one, sheets_of_one in zip(schools, sheets, strict=True) for rows in sheets_of_one)
    )
    receipts = [answer.json() for answer in pushed]
    work = [Casework(one) for one in schools]
    working = [asyncio.create_task(one.take_up_some(3)) for one in work]
    await asyncio.gather(*(replica.kill() for replica in replicas))
    await asyncio.gather(*working)
    gone = 0
    for one, sheets_of_one, casework in zip(schools, sheets, work, strict=True):
        mine = [receipt for receipt in receipts if receipt["school"] == one.urn]
        for receipt in mine:
            await one.stored(receipt["feed"])
        feeds = {receipt["number"]: rows for receipt, rows in zip(mine, sheets_of_one, strict=True)}
        register = PlainRegister.of(feeds)
        await assert_register(one, register, upns[::4])
        gone += await casework.assert_once()
        await assert_concerns(one, register, cases=frozenset(casework.children.values()))
        await one.close()
    assert gone, "some registers show a ground"
