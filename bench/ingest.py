"""The rows of one school population on one process: a day's files, a week's, a past year's, and the memory that they took."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bench.cores import Memory, resident
from bench.figures import Figure, of_rounds
from bench.pushing import File
from bench.schools import CHILDREN, School, days_until, make_schools
from bench.world import World
from deploy.demo.sample.calendar import open_days

SCHOOLS = 32
ROUNDS = 5
WEEK_ROUNDS = 2
WEEKS_BEFORE = 4
"""Weeks of five school days that every register holds before the first measured day, each pushed as one file."""
MEMORY_LIMIT = 250.0

INGEST = (
    f"{SCHOOLS} schools x {CHILDREN} children x 1 day a round, registers hold {WEEKS_BEFORE} weeks: "
    "HTTP in, receipt, sealed, majority and journal, judged, events out. Peer: a document per mark upserted in bulk, the same weeks "
    "before. Limit: the same pages read, opened, sealed, replaced. Ours: "
)
WEEK = f"the same with a week of five days a file, {SCHOOLS} schools x {CHILDREN} children"
BACKFILL = f"last year of a school of {CHILDREN} children in one file, by turns with the days. Peer: ingest of a day"


def files_of(schools: Sequence[School], days: Sequence[date]) -> list[File]:
    return [(school, school.marks(days)) for school in schools]


async def enrol(world: World, schools: Sequence[School]) -> None:
    """Opens the schools and pushes their rolls."""
    await world.push_ours.open(schools)
    await world.push_ours.rate([(school, school.roll(world.year)) for school in schools], world.settled)


async def before(world: World, schools: Sequence[School], days: Sequence[date]) -> None:
    """Rolls, and weeks of marks: pages for the service, documents for the plain one."""
    await enrol(world, schools)
    for start in range(0, len(days), 5):
        files = files_of(schools, days[start : start + 5])
        await world.push_ours.rate(files, world.settled)
        await world.fill_plain(files)


class Round(NamedTuple):
    """Rates of the same files, in marks a second, and where ours spent the processor."""

    ours: float
    plain: float
    limit: float
    told: str


async def rows(folder: Path) -> list[Figure]:
    async with World(folder, others=("plain",)) as world:
        schools = make_schools(SCHOOLS + ROUNDS)
        daily, filled = schools[:SCHOOLS], schools[SCHOOLS:]
        days = days_until(world.today, 5 * WEEKS_BEFORE + ROUNDS + 5 * WEEK_ROUNDS)
        earlier, single, weeks = days[: 5 * WEEKS_BEFORE], days[5 * WEEKS_BEFORE :][:ROUNDS], days[-5 * WEEK_ROUNDS :]
        await before(world, daily, earlier)
        await before(world, filled, ())
        pid = world.services[0].pid
        assert pid
        async with Memory({"attendance": pid}) as memory:
            of_days, years = list[Round](), list[float]()
            for place, (day, school) in enumerate(zip(single, filled, strict=True)):
                of_days.append(await _round(world, daily, [day], plain_first=place % 2 == 1))
                # between the days: a machine that is faster now than a minute ago is so for both
                year = files_of([school], open_days(world.year - 1))
                years.append(await world.push_ours.rate(year, world.settled))
            of_weeks = [await _round(world, daily, weeks[at : at + 5], plain_first=at % 2 == 1) for at in range(0, len(weeks), 5)]
        a_day = _figure("ingest, end to end", of_days, INGEST + of_days[-1].told)
        a_week = _figure("ingest of a week, end to end", of_weeks, WEEK)
        return [a_day, a_week, of_rounds("backfill", "marks/s", years, [a_day.value], [], BACKFILL), _memory(world, memory)]


async def _round(world: World, schools: Sequence[School], days: Sequence[date], *, plain_first: bool) -> Round:
    """A file of each school, pushed to ours first or to the plain one first."""
    files = files_of(schools, days)
    marks = 2 * len(days) * CHILDREN * len(schools)
    plain = await world.push_plain.rate(files) if plain_first else 0.0
    cores = world.cores()
    ours = await world.push_ours.rate(files, world.settled)
    told = cores.told(marks)
    if not plain_first:
        plain = await world.push_plain.rate(files)
    return Round(ours, plain, await world.limit.rate(schools, world.year, marks), told)


def _figure(name: str, rounds: Sequence[Round], measured: str) -> Figure:
    ours, plain, limit, _ = zip(*rounds, strict=True)
    return of_rounds(name, "marks/s", ours, plain, limit, measured)


def _memory(world: World, memory: Memory) -> Figure:
    first, last = memory.thirds("attendance")
    plain = world.others["plain"].pid
    measured = (
        f"most that was resident during the runs; median of their first third {first:.0f}, of the last {last:.0f}. Peer: the plain service"
    )
    return Figure("memory", max(memory.seen["attendance"]), "MB", resident(plain) if plain else None, MEMORY_LIMIT, measured)
