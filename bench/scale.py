"""The rows of size: what a mark costs beside a million children, judging them all again, and all of England at one in twenty."""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench.cores import Cores, used
from bench.figures import Figure, of_rounds
from bench.ingest import before, enrol, files_of
from bench.schools import CHILDREN, School, days_until, make_schools
from bench.sums import polars_seconds
from bench.world import World
from services.attendance.domain.stored_page import decode

FEW = 11
"""Schools of the small register: 9,900 children."""
LARGE = int(os.environ.get("IEWO_BENCH_CHILDREN", "1000000"))
"""Children of the large one."""
ENGLAND = int(os.environ.get("IEWO_BENCH_ENGLAND", "450000"))
"""Children of the day that stands for all of England's."""
OF_ENGLAND = 9_000_000
ROUNDS = 5
WEEKS_BEFORE = 4
AT_ONCE = 200
"""Pages inserted together."""


async def rows(folder: Path) -> list[Figure]:
    async with World(folder / "alone") as alone, World(folder / "beside") as world:
        schools = make_schools(LARGE // CHILDREN)
        days = days_until(world.today, 5 * WEEKS_BEFORE + ROUNDS)
        for one in (alone, world):
            await before(one, schools[:FEW], days[: 5 * WEEKS_BEFORE])
        await _copy(world, schools[:FEW], schools[FEW:])
        await world.written_out()
        return [await _by_turns(alone, world, schools[:FEW], days[-ROUNDS:]), await _judging(world)]


async def _by_turns(alone: World, world: World, schools: Sequence[School], days: Sequence[date]) -> Figure:
    """A day of the same schools, here and there by turns: what else the machine does meets both alike."""
    cores = [alone.cores(), world.cores()]
    small, large = list[float](), list[float]()
    for day in days:
        for one, rates in ((alone, small), (world, large)):
            rates.append(await one.push_ours.rate(files_of(schools, [day]), one.settled))
    spent = [_spent(one, 2 * CHILDREN * FEW * len(days)) for one in cores]
    measured = (
        f"ingest of a day of {FEW} schools beside {LARGE:,} children in the register (copied pages, written out before it is measured; "
        f"{spent[1]} of processor a mark). Peer: the same schools alone, {FEW * CHILDREN:,} children, by turns ({spent[0]})"
    )
    return of_rounds("cost per mark", "marks/s", large, small, [], measured)


def _spent(cores: Cores, marks: int) -> str:
    spent = cores.spent()
    return ", ".join(f"{name} {1e6 * spent[name] / marks:.1f} us" for name in ("attendance", "mongod"))


async def _copy(world: World, made: Sequence[School], wanted: Sequence[School]) -> None:
    """Give other schools the pages of those that were made, each sealed for its own place."""
    templates = [await world.collection.find({"kind": "page", "school": school.urn, "year": world.year}).to_list(None) for school in made]
    plains = [[world.sealer.open(p["cohort"], p["_id"], "sealed", bytes(p["sealed"])) for p in pages] for pages in templates]
    facts: dict[str, Any] = await world.collection.find_one({"_id": f"school:{made[0].urn}", "kind": "school"})
    batch: list[dict[str, Any]] = []
    for at, school in enumerate(wanted):
        batch.append({**facts, "_id": f"school:{school.urn}", "school": school.urn, **school.facts})
        batch += _pages(world, school, templates[at % len(made)], plains[at % len(made)])
        if len(batch) >= AT_ONCE:
            await world.collection.insert_many(batch, ordered=False)
            batch = []
    if batch:
        await world.collection.insert_many(batch, ordered=False)


def _pages(world: World, school: School, templates: Sequence[dict[str, Any]], plains: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    for template, plain in zip(templates, plains, strict=True):
        id_ = template["_id"].replace(template["school"], school.urn, 1)
        yield {**template, "_id": id_, "school": school.urn, "sealed": world.sealer.seal(template["cohort"], id_, "sealed", plain)}


async def _judging(world: World) -> Figure:
    """Every child judged again by the service's own command, with nothing changed; then the same sums by polars."""
    pid = world.services[0].pid
    assert pid
    begun, spent, after, children = time.perf_counter(), used(pid), None, 0
    while True:
        told = await world.push_ours.post("/v1/rejudge", {"after": after} if after else {})
        children += told["children"]
        if (after := told["after"]) is None:
            break
    seconds, spent = time.perf_counter() - begun, used(pid) - spent
    pages = await world.collection.find({"kind": "page", "school": {"$gte": ""}, "year": world.year}, limit=8).to_list(None)
    opened = [decode(world.sealer.open(p["cohort"], p["_id"], "sealed", bytes(p["sealed"]))) for p in pages]
    peer = polars_seconds(opened, children)
    measured = (
        f"seconds for {children:,} children on {await _count(world)} pages in MongoDB, read, opened and judged again by every rule, "
        f"one process ({spent:.1f} s of processor). Peer: polars, the same marks in memory: possible, absent, authorised, unauthorised, "
        "counted in ten weeks and late, by child. Times the peer is how many times as long"
    )
    return Figure("re-judging", seconds, "s", peer, measured=measured)


async def _count(world: World) -> int:
    return int(await world.collection.count_documents({"kind": "page", "school": {"$gte": ""}, "year": world.year}))


async def england(folder: Path) -> list[Figure]:
    """A day of one in twenty of England's children, on rolls and registers of their own, and what that says of all."""
    async with World(folder) as world:
        schools = make_schools(ENGLAND // CHILDREN)
        days = days_until(world.today, 3)
        await enrol(world, schools)
        await world.push_ours.rate(files_of(schools, days[:1]), world.settled)  # the day that makes the pages
        rates = [await world.push_ours.rate(files_of(schools, [day]), world.settled) for day in days[1:]]
        minutes = 2 * OF_ENGLAND / median(rates) / 60
        measured = (
            f"{len(schools)} schools x {CHILDREN} children, a day's {2 * CHILDREN * len(schools):,} marks, {len(rates)} days. All of "
            f"England: {OF_ENGLAND:,} children x 2 sessions = {2 * OF_ENGLAND:,} marks a day / {median(rates):,.0f} marks/s = "
            f"{minutes:.1f} minutes on this machine, as the cost of a mark does not grow with the register (see cost per mark)"
        )
        return [Figure("all of England, 1 in 20", median(rates), "marks/s", measured=measured)]
