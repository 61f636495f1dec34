"""The half terms of a school's year, read from its calendar: what lies between its long breaks.

Nobody prescribes them. Schools close over Christmas and around Easter, and for about a week in the middle of each term: in October or
November, in February or March, and at the spring bank holiday in May (the census divides the summer term there: DfE, school census guide).
So each break is the longest run of closed weekdays of its season. A break that does not show (a school without an autumn break, a
year that has not come so far) leaves its term whole.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from services.attendance.domain.calendar.school_year import SchoolYear
from shared.academic_year import day_of, of_session
from shared.contracts.periods import HalfTerm

BREAK: Final = 3
"""Closed weekdays that make a break: a half-term week with two training days or bank holidays beside it is longer, never shorter."""

_Day = tuple[int, int]
"""Month and day."""


class _Season(NamedTuple):
    """Between which days a break begins, and the half term that it ends."""

    first: _Day
    last: _Day
    ends: str


_SEASONS: Final = (
    _Season((10, 8), (11, 10), "autumn-1"),
    _Season((12, 10), (12, 31), "autumn-2"),
    _Season((2, 1), (3, 4), "spring-1"),
    _Season((3, 20), (4, 25), "spring-2"),
    _Season((5, 15), (6, 8), "summer-1"),
)
_LAST: Final = "summer-2"


def half_terms(calendar: SchoolYear, today: date) -> list[HalfTerm]:
    """Those that have begun, in order. One that has an end is over when its break has begun, the last one with the year."""
    days = _open_days(calendar)
    found: list[HalfTerm] = []
    first = 0
    for names, end in _between_breaks(calendar.year, days, today):
        some = [day for day in days[first:] if day <= today and (end is None or day <= end)]
        first += len(some)
        if some:
            over = today > end if end else calendar.year < of_session(today)
            found.append(HalfTerm(name=_name(names), first=some[0], last=some[-1], days=len(some), over=over))
    return found


def _open_days(calendar: SchoolYear) -> list[date]:
    return sorted({day_of(calendar.year, at)[0] for at, slot in calendar.slots() if slot.is_open})


def _between_breaks(year: int, days: Sequence[date], today: date) -> Iterator[tuple[list[str], date | None]]:
    """Up to each break that shows: the names of the half terms that it ends, and their last day. The last one has no end."""
    known = max([*days, today])
    names: list[str] = []
    for season in _SEASONS:
        first, last = _dates(season, year)
        names.append(season.ends)
        end = _end([*days, known + timedelta(days=1)], first, last)
        if end:
            yield names, end
            names = []
        elif known <= last:
            yield names, None
            return
    yield [*names, _LAST], None


def _dates(season: _Season, year: int) -> tuple[date, date]:
    first, last = (date(year if month >= 8 else year + 1, month, day) for month, day in (season.first, season.last))
    return first, last


def _end(days: Sequence[date], first: date, last: date) -> date | None:
    """The last school day before the longest break that begins between two days."""
    breaks = [(_weekdays(before, after), before) for before, after in pairwise(days) if first <= before + timedelta(days=1) <= last]
    length, before = max(breaks, default=(0, None), key=lambda one: one[0])
    return before if length >= BREAK else None


def _weekdays(before: date, after: date) -> int:
    """Between two days, neither included."""
    return sum((before + timedelta(days=n)).weekday() < 5 for n in range(1, (after - before).days))


def _name(names: Sequence[str]) -> str:
    """`autumn-1`; `autumn` for both halves; `autumn-2-to-spring-1` where a break between terms does not show."""
    if len(names) == 1:
        return names[0]
    terms = {name.partition("-")[0] for name in names}
    return terms.pop() if len(terms) == 1 else f"{names[0]}-to-{names[-1]}"
