"""Sums of children in spans of school days: which days a span is, and what a page says of them."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.calendar.school_year import SchoolYear
from services.attendance.domain.dates import span_of
from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.standing import AWAY, IN_POSSIBLE, class_table
from shared.academic_year import day_of, of_session
from shared.contracts.periods import Span

Sums = NDArray[np.uint16]
"""A number of each child (by place) and span."""
_TABLE: Final = class_table()


class Days(NamedTuple):
    """The school days of a span that are known: the first, the last, and how many they are."""

    first: date
    last: date
    known: int


def school_days(years: Iterable[SchoolYear]) -> list[date]:
    """The days so far on which the school held a session, in order."""
    return sorted(
        {day_of(calendar.year, at)[0] for calendar in years for at, slot in calendar.slots() if at < calendar.come and slot.is_open}
    )


def days_of(span: Span, days: Sequence[date]) -> Days | None:
    """The span among the school's days; None where none of its days is known."""
    zero = bisect_left(days, span.day)
    some = days[max(0, zero + span.begin) : max(0, zero + span.end)]
    return Days(some[0], some[-1], len(some)) if some else None


def sums_of(page: Page, year: int, spans: Sequence[Days | None], come: int) -> tuple[Sums, Sums]:
    """Possible and absent sessions of a page's children in the part of each span that lies in this year and has come."""
    classes = np.frombuffer(page.marks.translate(_TABLE), np.uint8).reshape(-1, CHILDREN)[:come]
    edges = np.array([_slots(year, span, come) for span in spans], np.intp).reshape(-1, 2)
    possible, absent = (_between(classes & flag != 0, edges) for flag in (IN_POSSIBLE, AWAY))
    return possible, absent


def _between(counts: NDArray[np.bool_], edges: NDArray[np.intp]) -> Sums:
    before = np.zeros((len(counts) + 1, CHILDREN), np.uint16)
    np.cumsum(counts, axis=0, out=before[1:], dtype=np.uint16)
    found: Sums = (before[edges[:, 1]] - before[edges[:, 0]]).T
    return found


def _slots(year: int, span: Days | None, come: int) -> tuple[int, int]:
    if span is None or not of_session(span.first) <= year <= of_session(span.last):
        return 0, 0
    begin, end = span_of(year, span.first, span.last)
    return min(begin, come), min(end, come)
