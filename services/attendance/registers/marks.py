"""The codes that stand of many children of a school: each page is read once, however many of its children are asked for.

With them, how many sessions count towards the threshold for a penalty notice, in the school weeks that end with each period (National
Framework for Penalty Notices, August 2024).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.attendance.domain.concerns.school_weeks import monday, week_of
from services.attendance.domain.dates import span_of
from services.attendance.domain.register_page import Page
from services.attendance.judging.judges import Judges
from services.attendance.registers.reader import code_of
from services.attendance.registers.school_days import open_days
from services.attendance.store.calendars import Calendars
from services.attendance.store.register import Register
from shared.academic_year import day_of, of_session
from shared.bus import Bus
from shared.contracts.attendance import AskSchoolDays
from shared.contracts.marks import AskMarks, ChildMarks, ChildPeriod, Mark, Marks
from shared.leave_period import looked_from


@dataclass(frozen=True, slots=True)
class MarkAnswers:
    """Built in the composition root."""

    register: Register
    calendars: Calendars
    judges: Judges
    today: Callable[[], date]

    async def marks(self, asked: AskMarks) -> Marks:
        """A joined child has the marks of all its records, whichever of them is asked for."""
        today = self.today()
        thresholds = (await self.judges.of(asked.school, today)).profile.thresholds
        whole = [one.model_copy(update={"first": min(one.first, looked_from(one.last, today))}) for one in asked.periods]
        pages, days = await self._pages(asked.school, whole), await self._school_days(asked.school, whole)
        told = []
        for one in asked.periods:
            begin = min((monday(week) for week in _weeks(days, one.last)[-thresholds.ten_weeks :]), default=one.first)
            window = self._of(one.model_copy(update={"first": begin}), pages)
            counted = sum(mark.code in thresholds.counted_codes for mark in window)
            told.append(ChildMarks(child=one.child, marks=tuple(self._of(one, pages)), counted=counted))
        return Marks(periods=tuple(told), threshold=thresholds.ten_sessions)

    async def _pages(self, school: str, periods: Iterable[ChildPeriod]) -> dict[int, list[Page]]:
        children = defaultdict[int, set[str]](set)
        for period in periods:
            for year in self._years(period):
                children[year].add(period.child)
        return {year: [opened.page for opened in await self.register.of_children(school, year, some)] for year, some in children.items()}

    async def _school_days(self, school: str, periods: Sequence[ChildPeriod]) -> list[date]:
        """On which the school was open, in any of the periods."""
        if not periods:
            return []
        asked = AskSchoolDays(school=school, first=min(one.first for one in periods), last=max(one.last for one in periods))
        years = range(of_session(asked.first), of_session(min(asked.last, self.today())) + 1)
        return [day for year in years for day in open_days(await self.calendars.of_year(school, year), asked)]

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


def _weeks(days: Iterable[date], last: date) -> list[int]:
    """School weeks up to that of a day, in order."""
    return sorted({week_of(day) for day in (*days, last) if day <= last})


def register_marks(bus: Bus, answers: MarkAnswers) -> None:
    @bus.answers(AskMarks)
    async def marks(question: AskMarks) -> Marks:
        return await answers.marks(question)
