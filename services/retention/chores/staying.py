"""Who of a cohort stays, asked of the clocks and holds as they are now."""

from collections.abc import Mapping
from datetime import date

from services.retention.domain.child_clock import ChildClock
from services.retention.domain.stays import stays
from services.retention.store.clocks import Clocks


async def who_stays(clocks: Clocks, cohort: str, on: date, children: frozenset[str]) -> tuple[Mapping[str, ChildClock], Mapping[str, str]]:
    """The children's clocks, and who of them a sweep on that day keeps, until when."""
    groups = await clocks.groups(children)
    everyone = children.union(*groups.values())
    known, holds = await clocks.get(everyone), await clocks.holds(everyone)
    return known, stays(cohort, on, children, known, holds, groups)
