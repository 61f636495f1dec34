"""Answers about periods of school days, for who works with the children: sums of every child, half terms, the Department's figures."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.attendance.domain.calendar.half_terms import half_terms
from services.attendance.domain.dates import span_of
from services.attendance.domain.periods import Days, Sums, days_of, school_days, sums_of
from services.attendance.domain.statistics import NOTHING, tally
from services.attendance.domain.year_groups import YEAR_GROUPS
from services.attendance.store.calendars import Calendars, Opened
from shared.academic_year import of_session, slots_by
from shared.contracts.periods import AskFigures, AskHalfTerms, AskPeriods, HalfTerms, PeriodFigures, Periods, PeriodSums

MOST_SESSIONS = 255
"""In the byte of a child: a span has 100 school days at most."""


@dataclass(frozen=True, slots=True)
class PeriodAnswers:
    """Built in the composition root."""

    calendars: Calendars
    today: Callable[[], date]

    async def sums(self, asked: AskPeriods) -> Periods:
        today = self.today()
        days = [span.day for span in asked.spans]
        # a span may reach back over the summer, or on over the next one
        years = range(of_session(min(days)) - 1, min(of_session(max(days)) + 1, of_session(today)) + 1) if days else ()
        opened = {year: await self.calendars.opened(asked.school, year) for year in years}
        known = school_days(one.calendar for one in opened.values())
        spans = [days_of(span, known) for span in asked.spans]
        children = sorted({child for one in opened.values() for page in one.pages for child in page.children if child})
        # beside the loop: some tenths of a second for a large school
        possible, absent = await asyncio.to_thread(_sums, children, opened, spans, today)
        return Periods(
            children=tuple(children),
            year_groups={year: _groups(children, one) for year, one in opened.items() if one.pages},
            spans=tuple(_told(span, possible[:, at], absent[:, at]) for at, span in enumerate(spans)),
        )

    async def half_terms(self, asked: AskHalfTerms) -> HalfTerms:
        calendar = await self.calendars.of_year(asked.school, asked.year)
        return HalfTerms(half_terms=tuple(half_terms(calendar, self.today())))

    async def columns(self, asked: AskFigures) -> PeriodFigures:
        """A child is in the year group of the latest roll of these years; over two years it is one enrolment."""
        last = min(asked.last, self.today())
        series, group_of = dict[str, bytes](), dict[str, str | None]()
        for year in range(of_session(asked.first), of_session(last) + 1):
            begin, end = span_of(year, asked.first, last)
            opened = await self.calendars.opened(asked.school, year)
            for page in opened.pages:
                for child in filter(None, page.children):
                    series[child] = series.get(child, b"") + page.series(child)[begin:end]
            group_of |= {child: person.year_group for child, person in opened.people.items()}
        groups = defaultdict[str | None, list[bytes]](list)
        for child, marks in series.items():
            groups[group_of.get(child)].append(marks)
        tallies = {group: tally(some, 0, max(map(len, some))) for group, some in groups.items()}
        shown = {group: tallies[group].columns() for group in YEAR_GROUPS if group in tallies and tallies[group].enrolments}
        return PeriodFigures(columns=sum(tallies.values(), NOTHING).columns(), year_groups=shown)


def _sums(children: Sequence[str], opened: dict[int, Opened], spans: Sequence[Days | None], today: date) -> tuple[Sums, Sums]:
    place = {child: at for at, child in enumerate(children)}
    possible, absent = (np.zeros((len(children), len(spans)), np.uint16) for _ in range(2))
    for year, one in opened.items():
        for page in one.pages:
            here = [(at, place[child]) for at, child in enumerate(page.children) if child]
            if here and spans:
                ours, theirs = (list(column) for column in zip(*here, strict=True))
                some, away = sums_of(page, year, spans, slots_by(today, year))
                possible[theirs] += some[ours]
                absent[theirs] += away[ours]
    return possible, absent


def _groups(children: Sequence[str], opened: Opened) -> tuple[str | None, ...]:
    people = opened.people
    return tuple(people[child].year_group if child in people else None for child in children)


def _told(span: Days | None, possible: Sums, absent: Sums) -> PeriodSums:
    first, last, count = span or (None, None, 0)
    some, away = (np.minimum(sums, MOST_SESSIONS).astype(np.uint8).tobytes() for sums in (possible, absent))
    return PeriodSums(first=first, last=last, days=count, possible=some, absent=away)
