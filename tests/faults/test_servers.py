"""The broker and the database stopped and started in the middle of everything, and a stream that is full."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from deploy.local.running import OFFICER, Running
from tests.bus.connections import unrestricted
from tests.support.autumn import last_term, this_term
from tests.support.casework import ENFORCEMENT, Casework, add_authority, roll
from tests.support.marks import children, sheet
from tests.support.plain import PlainRegister, Row
from tests.support.school import School, marks_csv, until
from tests.support.whole import assert_concerns, assert_counts, assert_register, proposed

pytestmark = pytest.mark.usefixtures("no_letters")

UPNS = children(60)
AWAY_SECONDS = 15
"""Longer than any retry: the driver looks for a server for 3 s, the broker delivers again after 10 s."""


async def assert_whole(school: School, feeds: dict[int, list[Row]], work: Casework | None = None) -> None:
    register = PlainRegister.of(feeds)
    await assert_counts(school, register)
    await assert_register(school, register, UPNS[::4])
    await assert_concerns(school, register, cases=frozenset(work.children.values() if work else ()))
    if work:
        assert await work.assert_once(), "some registers show a ground"


async def test_the_broker_stopped_and_started_in_the_middle(running: Running, school: School) -> None:
    """Files pushed meanwhile have their receipt: their tickets wait in outboxes. What officers do meanwhile is kept too."""
    await add_authority(running)
    await school.put_in(roll(UPNS))
    sheets = [sheet(UPNS, [*last_term(10), *this_term(20)]), *(sheet(UPNS, this_term(6), seed) for seed in (1, 2, 3))]
    first = await school.put_in(marks_csv(sheets[0]))
    work, found = Casework(school), await proposed(school, 6)
    during = await school.push(marks_csv(sheets[1]))
    await running.stack.nats.stop()
    pushed = [during, *[await school.push(marks_csv(rows)) for rows in sheets[2:]]]
    assert [answer.status_code for answer in pushed] == [202] * 3
    await work.accept(found[:6])
    asked = await work.post(f"/v1/cases/{found[0]['referral']}/enforcement", {**ENFORCEMENT, "parent": f"{found[0]['child']}.1"})
    assert_away(asked)
    await running["retention"].stop()
    assert '"stopped"' in running["retention"].log.read_text().splitlines()[-1], "in good order, without the broker"
    await running.stack.nats.start()
    await running["retention"].start()
    await until("every service is ready", lambda: ready(running))
    await work.enforce()
    receipts = [first, *(answer.json() for answer in pushed)]
    for receipt in receipts:
        await school.stored(receipt["feed"])
    await assert_whole(school, {receipt["number"]: rows for receipt, rows in zip(receipts, sheets, strict=True)}, work)


async def test_the_database_stopped_for_longer_than_any_retry(running: Running, school: School) -> None:
    """Over HTTP it is a 503 with Retry-After meanwhile, never another error; whoever asks again is answered."""
    await add_authority(running)
    await school.put_in(roll(UPNS))
    sheets = [sheet(UPNS, this_term(20)), sheet(UPNS, [*last_term(60), *this_term(25)], seed=1), sheet(UPNS, this_term(6), seed=2)]
    first = await school.put_in(marks_csv(sheets[0]))
    work, found = Casework(school), await proposed(school, 6)
    second = await school.push(marks_csv(sheets[1]))
    await work.accept(found[:6])
    await running.stack.mongo.stop()
    end = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < end:
        for answer in await asyncio.gather(
            school.push(marks_csv(sheets[2])),
            school.get(f"/v1/feeds/{first['feed']}"),
            school.get("/v1/caseload", "referrals", role="officer", sub=OFFICER),
            school.get("/v1/packs", "sharing", role="head of service"),
            school.get("/v1/holds", "retention", role="data protection officer"),
        ):
            assert_away(answer)
        assert not await ready(running)
    await running.stack.mongo.start()
    await until("every service is ready", lambda: ready(running))
    await work.enforce()
    third = await school.put_in(marks_csv(sheets[2]))
    receipts = [first, second.json(), third]
    for receipt in receipts:
        await school.stored(receipt["feed"])
    await assert_whole(school, {receipt["number"]: rows for receipt, rows in zip(receipts, sheets, strict=True)}, work)


async def test_both_servers_killed_in_the_middle_of_a_feed(running: Running, school: School) -> None:
    """What was acknowledged is on their disks."""
    rows = sheet(children(200), [*last_term(40), *this_term(40)])
    receipt = (await school.push(marks_csv(rows))).json()
    await asyncio.gather(running.stack.nats.kill(), running.stack.mongo.kill())
    assert (await school.get(f"/v1/feeds/{receipt['feed']}")).status_code == 503
    await asyncio.gather(running.stack.nats.start(), running.stack.mongo.start())
    assert (await school.stored(receipt["feed"]))["receipt"]["accepted"] == len(rows)
    await assert_whole(school, {receipt["number"]: rows})


@pytest.mark.parametrize("stream", ["FEEDS", "EVENTS"])
async def test_a_full_stream_is_told_at_the_edge_and_ends_when_there_is_room(running: Running, school: School, stream: str) -> None:
    """What was accepted before the edge knew of it is stored too. A roll needs a ticket, and marks turn concerns."""
    feeds: dict[str, list[Row]] = {}

    async def push(seed: int) -> httpx.Response:
        rows = [] if stream == "FEEDS" else sheet(UPNS[:12], [*last_term(1), *this_term(3)], seed)
        answer = await school.push(marks_csv(rows) if rows else roll(UPNS[:12]).replace(b"Robin", b"Robin" + b"a" * seed))
        if answer.status_code != 503:
            feeds[answer.json()["feed"]] = rows
        return answer

    seeds = iter(range(1000))

    async def refused() -> bool:
        answer = await push(next(seeds))
        if answer.status_code == 503:
            assert_away(answer)
        return answer.status_code == 503

    async def taken() -> bool:
        return (await push(next(seeds))).status_code == 202

    async with at_most(running, stream, 1):
        await until("a feed is refused", refused)
    await until("a feed is taken again", taken)
    numbers = {(await school.stored(feed))["number"]: rows for feed, rows in feeds.items()}
    if stream == "FEEDS":
        last = "Robin" + "a" * (next(seeds) - 1)
        assert {upn: one["forename"] for upn, one in (await school.children()).items()} == dict.fromkeys(UPNS[:12], last)
    else:
        await assert_concerns(school, PlainRegister.of(numbers))
        await assert_register(school, PlainRegister.of(numbers))


@asynccontextmanager
async def at_most(running: Running, stream: str, size: int) -> AsyncIterator[None]:
    """While inside, a stream takes no more than so many bytes."""
    async with unrestricted(running.stack) as connection:
        context = connection.client.jetstream()
        config = (await context.stream_info(stream)).config
        room = config.max_bytes
        await context.update_stream(config.evolve(max_bytes=size))
        try:
            yield
        finally:
            await context.update_stream(config.evolve(max_bytes=room))


def assert_away(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0


async def ready(running: Running) -> bool:
    """Whether every service says so."""
    async with httpx.AsyncClient(timeout=10) as client:
        answers = await asyncio.gather(*(client.get(f"{service.url}/ready") for service in running.services.values()))
    return all(answer.status_code == 200 for answer in answers)
