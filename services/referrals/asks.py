"""What `referrals` asks `attendance` over the bus: who children are, and the figures behind their concerns."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from services.referrals.domain.hearing import Key
from services.referrals.domain.referral import Figures
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, People, Person
from shared.contracts.standing import AskStanding, Standing, Standings
from shared.errors import Transient, WorldAway

AT_ONCE = 500
"""Children in one question: their answer stays well under the largest message."""
QUESTIONS = 8
"""Questions that wait for their answers at a time: as many as a process of `attendance` works at."""


async def standing(bus: Bus, school: str, child: str, year: int, *, detailed: bool = False) -> Standing | None:
    """None where the register says nothing of the child."""
    answer = await bus.ask(AskStanding(school=school, year=year, children=(child,), detailed=detailed), Standings)
    return next((one for one in answer.standings if one.child == child), None)


async def figures(bus: Bus, wanted: Collection[Key], *, as_judged: bool = False) -> dict[Key, Figures | None]:
    """The figures of children at schools in academic years; None where the register says nothing of the child. `as_judged`: those by which
    a concern has just turned, where the register remembers them."""
    by_register: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for school, child, year in sorted(wanted):
        by_register[school, year].append(child)
    gate = asyncio.Semaphore(QUESTIONS)

    async def ask(school: str, year: int, children: Sequence[str]) -> list[tuple[Key, Figures]]:
        async with gate:
            question = AskStanding(school=school, year=year, children=tuple(children), as_judged=as_judged)
            answer = await bus.ask(question, Standings)
        return [((school, one.child, year), figures_of(year, one)) for one in answer.standings]

    questions = [ask(*register, some) for register, children in by_register.items() for some in _some(children)]
    answers = await asyncio.gather(*questions, return_exceptions=True)
    found: dict[Key, Figures | None] = dict.fromkeys(wanted)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        found.update(answer)
    return found


def _some(children: Sequence[str]) -> Iterator[Sequence[str]]:
    return (children[first : first + AT_ONCE] for first in range(0, len(children), AT_ONCE))


def figures_of(year: int, of: Standing) -> Figures:
    return Figures(
        year=year,
        possible=of.possible,
        absent=of.absent,
        unauthorised=of.unauthorised,
        late=of.late,
        late_after_closing=of.late_after_closing,
    )


async def people(bus: Bus, wanted: Iterable[tuple[str, str]]) -> Mapping[str, Person] | None:
    """The people behind (school, child) pairs, by child; None when `attendance` does not answer now."""
    by_school: defaultdict[str, list[str]] = defaultdict(list)
    for school, child in wanted:
        by_school[school].append(child)
    questions = [AskPeople(school=school, children=tuple(some)) for school, children in by_school.items() for some in _some(children)]
    try:
        answers = await asyncio.gather(*(bus.ask(question, People) for question in questions))
    except (WorldAway, Transient):
        return None
    return {person.child: person for answer in answers for person in answer.people}
