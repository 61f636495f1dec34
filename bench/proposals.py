"""From the mark that makes a child late for the tenth time to its proposed referral, at half of the rate that is possible."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.figures import Figure
from bench.ingest import enrol
from bench.pushing import BenchError
from bench.schools import CHILDREN, School, days_until, make_schools
from bench.world import World

SCHOOLS = 16
WEEKS_BEFORE = 5
FEEDS = 240
WAIT = 300.0
QUIET = 5.0
"""Seconds without a new proposal after which none is under way: a pass may take its time on a busy machine."""

MEASURED = (
    "from the POST of a day's file of {children} children until the proposal of the child who crosses the threshold by it stands in the "
    "store of referrals, at {rate:.1f} files a second (half of the ingest rate, {marks:,.0f} marks/s); {count} children, every file has one"
)

Crossing = tuple[School, bytes, int]
"""A day's file of a school, and the place of the child who crosses by it."""


class Sightings:
    """When the first proposal about each child was stored, by MongoDB's own change stream."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.seen: dict[str, float] = {}

    async def watch(self, ready: asyncio.Event) -> None:
        inserted: list[dict[str, Any]] = [
            {"$match": {"operationType": "insert", "fullDocument.kind": "referral"}},
            {"$project": {"fullDocument.child": 1}},
        ]
        async with await self._database["referrals"].watch(inserted) as stream:
            ready.set()
            async for change in stream:
                self.seen.setdefault(change["fullDocument"]["child"], time.perf_counter())


async def rows(folder: Path, ingest_rate: float) -> list[Figure]:
    async with World(folder, others=("referrals",)) as world:
        schools = make_schools(SCHOOLS)
        rounds = FEEDS // SCHOOLS
        days = days_until(world.today, 5 * WEEKS_BEFORE + rounds)
        rounds = len(days) - 5 * WEEKS_BEFORE
        crossing = range(rounds)
        await enrol(world, schools)
        await _weeks_before(world, schools, days[: 5 * WEEKS_BEFORE], crossing)
        await _quiet(world)
        children = await _children(world, schools)
        sightings, ready = Sightings(world.admin), asyncio.Event()
        watching = asyncio.create_task(sightings.watch(ready))
        await asyncio.wait_for(ready.wait(), WAIT)
        files_a_second = ingest_rate / 2 / (2 * CHILDREN)
        files = list(_files(schools, days[-rounds:], crossing))
        cores = world.cores()
        try:
            sent = await _feeds(world, files, files_a_second)
            latencies = await _latencies({children[upn]: at for upn, at in sent.items()}, sightings)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        told = cores.told(2 * CHILDREN * len(latencies))
        measured = MEASURED.format(children=CHILDREN, rate=files_a_second, marks=ingest_rate / 2, count=len(latencies))
        hundredths = quantiles(latencies, n=100)
        return [
            Figure(
                "mark to proposed referral, p50",
                hundredths[49],
                "ms",
                limit=100,
                measured=f"{measured}. Limit: what it must be under. {told}",
            ),
            Figure("mark to proposed referral, p99", hundredths[98], "ms", limit=500, measured="the same"),
        ]


async def _weeks_before(world: World, schools: Sequence[School], days: Sequence[date], crossing: Sequence[int]) -> None:
    """Weeks at whose end those who are to cross are late for eight sessions; by ten of them they cross."""
    for some, code in ((days[:-4], "/"), (days[-4:], "L")):
        for start in range(0, len(some), 7):
            files = [(school, school.marks(some[start : start + 7], said=dict.fromkeys(crossing, code))) for school in schools]
            await world.push_ours.rate(files, world.settled)


async def _quiet(world: World) -> None:
    """Until referrals has heard of everything that was raised so far."""
    held, since = -1, time.perf_counter()
    for _ in range(int(WAIT)):
        await asyncio.sleep(1)
        count = await world.admin["referrals"].count_documents({"_id": {"$gte": "referral:", "$lt": "referral;"}})
        if count != held:
            held, since = count, time.perf_counter()
        elif time.perf_counter() - since > QUIET:
            return
    raise BenchError("referrals did not come to rest")


async def _children(world: World, schools: Sequence[School]) -> dict[str, str]:
    """From UPN to child."""
    people = [await world.read.get(f"/v1/schools/{school.urn}/children?year={world.year}") for school in schools]
    return {person["upn"]: person["child"] for some in people for person in some}


async def _feeds(world: World, files: Sequence[Crossing], rate: float) -> dict[str, float]:
    """At a steady rate, whether or not those before are done: when each child crossed."""
    sent: dict[str, float] = {}
    begun, posts = time.perf_counter(), list[asyncio.Task[int]]()
    for place, (school, content, who) in enumerate(files):
        await asyncio.sleep(max(0.0, begun + place / rate - time.perf_counter()))
        sent[school.upns[who]] = time.perf_counter()
        posts.append(asyncio.create_task(world.push_ours.push_one(school, content)))
    await asyncio.gather(*posts)
    return sent


def _files(schools: Sequence[School], days: Sequence[date], crossing: Sequence[int]) -> Iterator[Crossing]:
    """A day's file of every school, day by day: made before anything is measured, since to draw the marks costs more than to send them."""
    for day, who in zip(days, crossing, strict=True):
        for school in schools:
            yield school, school.marks([day], said={**dict.fromkeys(crossing, "/"), who: "L"}), who


async def _latencies(sent: dict[str, float], sightings: Sightings) -> list[float]:
    """Milliseconds, of every child."""
    end = time.perf_counter() + WAIT
    while not sent.keys() <= sightings.seen.keys():
        if time.perf_counter() > end:
            raise BenchError(f"{len(sent.keys() - sightings.seen.keys())} of {len(sent)} children were not proposed")
        await asyncio.sleep(0.1)
    return [1000 * (sightings.seen[child] - at) for child, at in sent.items()]
