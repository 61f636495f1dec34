"""The codes that stand of many children of a school: each page is read once, however many of its children are asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from services.attendance.domain.dates import span_of
from services.attendance.domain.register_page import Page
from services.attendance.registers.reader import code_of
from services.attendance.store.register import Register
from shared.academic_year import day_of, of_session
from shared.bus import Bus
from shared.contracts.marks import AskMarks, ChildMarks, ChildPeriod, Mark, Marks


@dataclass(frozen=True, slots=True)
class MarkAnswers:
    """Built in the composition root."""

    register: Register
    today: Callable[[], date]

    async def marks(self, asked: AskMarks) -> Marks:
        """A joined child has the marks of all its records, whichever of them is asked for."""
        children = defaultdict[int, set[str]](set)
        for period in asked.periods:
            for year in self._years(period):
                children[year].add(period.child)
        pages: dict[int, list[Page]] = {}
        for year, some in children.items():
            pages[year] = [opened.page for opened in await self.register.of_children(asked.school, year, some)]
        return Marks(periods=tuple(ChildMarks(child=one.child, marks=tuple(self._of(one, pages))) for one in asked.periods))

    def _of(self, period: ChildPeriod, pages: dict[int, list[Page]]) -> Iterator[Mark]:
        """What is planned is no mark yet."""
        last = min(period.last, self.today())
        for year in self._years(period):
            begin, end = span_of(year, period.first, last)
            for page in pages[year]:
                if period.child not in page.children:
                    continue
                series = page.series(period.child)
                for place in range(begin, end):
                    if series[place] and (code := code_of(series[place])):
                        day, session = day_of(year, place)
                        yield Mark(day=day, session=session, code=code)

    def _years(self, period: ChildPeriod) -> range:
        return range(of_session(period.first), of_session(min(period.last, self.today())) + 1)


def register_marks(bus: Bus, answers: MarkAnswers) -> None:
    @bus.answers(AskMarks)
    async def marks(question: AskMarks) -> Marks:
        return await answers.marks(question)
