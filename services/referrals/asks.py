"""What `referrals` asks `attendance` over the bus: who children are, and the figures behind their concerns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from services.referrals.domain.referral import Figures
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, AskStanding, People, Person, Standing, Standings
from shared.errors import Transient, WorldAway

AT_ONCE = 500
"""Children in one question: their answer stays well under the largest message."""


async def standing(bus: Bus, school: str, child: str, year: int) -> Standing | None:
    """None where the register says nothing of the child."""
    answer = await bus.ask(AskStanding(school=school, year=year, children=(child,)), Standings)
    return next((one for one in answer.standings if one.child == child), None)


async def figures(bus: Bus, school: str, child: str, year: int) -> Figures | None:
    found = await standing(bus, school, child, year)
    if found is None:
        return None
    return Figures(year=year, possible=found.possible, absent=found.absent, unauthorised=found.unauthorised, late=found.late)


async def people(bus: Bus, wanted: Iterable[tuple[str, str]]) -> Mapping[str, Person] | None:
    """The people behind (school, child) pairs, by child; None when `attendance` does not answer now."""
    by_school: defaultdict[str, list[str]] = defaultdict(list)
    for school, child in wanted:
        by_school[school].append(child)
    found: dict[str, Person] = {}
    try:
        for school, children in by_school.items():
            for first in range(0, len(children), AT_ONCE):
                question = AskPeople(school=school, children=tuple(children[first : first + AT_ONCE]))
                found |= {person.child: person for person in (await bus.ask(question, People)).people}
    except (WorldAway, Transient):
        return None
    return found
