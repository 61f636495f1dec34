"""Leave in term time: a school's one call for a hundred children, until a pack in preparation is there for each, and until each is sent."""

import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import Figure
from deploy.local.running import OFFICER, QUICK, Running
from tests.support.autumn import CLOCK
from tests.support.casework import add_authority
from tests.support.leave import SESSIONS, drafted, requested, school_with_leave, sent, to_let_pass
from tests.support.pack_lists import AT_A_TIME, PackLists
from tests.support.school import School

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
        lists = PackLists(running["sharing"].url, partial(_signed_in, school), school.urn)
        assert await lists.sign(await to_let_pass(school)) == CHILDREN
        signed = time.perf_counter() - begun
        await sent(school, CHILDREN, PATIENCE)
        whole = time.perf_counter() - begun
    measured = (
        f"one call for {CHILDREN} children with {SESSIONS} sessions of refused leave each, answered in {answered:.1f} s, until each has a "
        "pack in preparation, on the whole stack. Limit: what it must be under"
    )
    further = (
        f"the same {CHILDREN}, on until each pack is sent: what is known let pass, checked, approved by another, certificates "
        f"shown and signed ({signed:.1f} s), in lists of {AT_A_TIME} as the commands send them. No peer and no limit: nobody has said one"
    )
    return [
        Figure("leave requests to packs", seconds, "s", None, LIMIT, measured),
        Figure("leave requests to packs sent", whole, "s", None, None, further),
    ]


def _signed_in(school: School, **claims: Any) -> dict[str, str]:
    """As everybody is who is asked for; as an officer, the one whom `referrals` has on record."""
    return school.headers(**(claims | ({"sub": OFFICER} if claims["role"] == "officer" else {})))
