"""`make bench`: the attendance service beside a plain one and beside the limit, on the embedded servers; a table and out/bench.json."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console

from bench.figures import Figure, of_rounds, report
from bench.pushing import BenchError, File
from bench.schools import CHILDREN, School, days_until, make_schools
from bench.world import World, resident
from deploy.demo.sample.calendar import open_days
from deploy.local.servers import ServerError

SCHOOLS = 16
ROUNDS = 3
WEEK_ROUNDS = 2
WEEKS_BEFORE = 4
"""Weeks of five school days that every register holds before the first measured day, each pushed as one file."""

INGEST = (
    f"{SCHOOLS} schools x {CHILDREN} children x 1 day a round, registers hold {WEEKS_BEFORE} weeks: "
    "HTTP in, receipt, sealed, majority and journal, judged, events out. Peer: a document per mark upserted in bulk, the same weeks "
    "before. Limit: the same pages read, opened, sealed, replaced"
)
WEEK = f"the same with a week of five days a file, {SCHOOLS} schools x {CHILDREN} children"
BACKFILL = f"last year of a school of {CHILDREN} children in one file. Peer: ingest of a day"
MEMORY = "resident after the runs. Peer: the plain service"


async def before(world: World, schools: Sequence[School], days: Sequence[date]) -> None:
    """Rolls, and weeks of marks: pages for the service, documents for the plain one."""
    await world.push_ours.open(schools)
    await world.push_ours.rate([(school, school.roll(world.year)) for school in schools], world.settled)
    for start in range(0, len(days), 5):
        files = _files(schools, days[start : start + 5])
        await world.push_ours.rate(files, world.settled)
        await world.fill_plain(files)


async def ingest(world: World, schools: Sequence[School], periods: Sequence[Sequence[date]], name: str, measured: str) -> Figure:
    """A file of each school a round, ours first and the plain one first by turns."""
    ours, plain, limit = list[float](), list[float](), list[float]()
    for place, days in enumerate(periods):
        files = _files(schools, days)
        if place % 2:
            plain.append(await world.push_plain.rate(files))
        ours.append(await world.push_ours.rate(files, world.settled))
        if not place % 2:
            plain.append(await world.push_plain.rate(files))
        limit.append(await world.limit.rate(schools, world.year, 2 * len(days) * CHILDREN * len(schools)))
    return of_rounds(name, "marks/s", ours, plain, limit, measured)


async def backfill(world: World, schools: Sequence[School], day_rate: float) -> Figure:
    rates = []
    for school in schools:
        files = _files([school], open_days(world.year - 1))
        rates.append(await world.push_ours.rate(files, world.settled))
    return of_rounds("backfill", "marks/s", rates, [day_rate], [], BACKFILL)


def _files(schools: Sequence[School], days: Sequence[date]) -> list[File]:
    return [(school, school.marks(days)) for school in schools]


async def run(folder: Path, console: Console) -> list[Figure]:
    console.print("starting nats-server, mongod, the attendance service and the plain one ...")
    async with World(folder) as world:
        schools = make_schools(SCHOOLS + ROUNDS)
        daily, filled = schools[:SCHOOLS], schools[SCHOOLS:]
        days = days_until(world.today, 5 * WEEKS_BEFORE + ROUNDS + 5 * WEEK_ROUNDS)
        earlier, single, weeks = days[: 5 * WEEKS_BEFORE], days[5 * WEEKS_BEFORE :][:ROUNDS], days[-5 * WEEK_ROUNDS :]
        console.print(f"registers of {SCHOOLS} schools, {WEEKS_BEFORE} weeks ...")
        await before(world, daily, earlier)
        await before(world, filled, ())
        console.print("ingest of a day, by turns with the plain service and the limit ...")
        day = await ingest(world, daily, [[day] for day in single], "ingest, end to end", INGEST)
        console.print("ingest of a week ...")
        week = await ingest(world, daily, [weeks[at : at + 5] for at in range(0, len(weeks), 5)], "ingest of a week, end to end", WEEK)
        console.print("backfill of a year ...")
        year = await backfill(world, filled, day.value)
        memory = Figure("memory", resident(world.service), "MB", resident(world.plain), measured=MEMORY)
        return [day, week, year, memory]


def main() -> int:
    console, begun = Console(width=None if sys.stdout.isatty() else 160), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="iewo-bench-", ignore_cleanup_errors=True) as folder:
        try:
            figures = asyncio.run(run(Path(folder), console))
        except (BenchError, ServerError) as error:
            print(error, file=sys.stderr)
            return 1
    report(figures, Path("out"), console)
    console.print(f"{time.monotonic() - begun:.0f} s; out/bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
