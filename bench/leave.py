"""Leave in term time: a school's one call for a hundred children, until a pack in preparation is there for each."""

import time
from pathlib import Path

from bench.figures import Figure
from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK
from tests.support.casework import add_authority
from tests.support.leave import SESSIONS, drafted, requested, school_with_leave

CHILDREN = 100
LIMIT = 60.0
PATIENCE = 300.0
"""Seconds after which there is no figure."""


async def rows(folder: Path) -> list[Figure]:
    async with Running(folder, {**QUICK, **CLOCK}) as running:
        await add_authority(running)
        school = await school_with_leave(running, "930101", CHILDREN)
        begun = time.perf_counter()
        answer = await requested(school)
        answered = time.perf_counter() - begun
        assert answer["made"] == CHILDREN
        await drafted(school, CHILDREN, PATIENCE)
        seconds = time.perf_counter() - begun
    measured = (
        f"one call for {CHILDREN} children with {SESSIONS} sessions of refused leave each, answered in {answered:.1f} s, until each has a "
        "pack in preparation, on the whole stack. Limit: what it must be under"
    )
    return [Figure("leave requests to packs", seconds, "s", None, LIMIT, measured)]
