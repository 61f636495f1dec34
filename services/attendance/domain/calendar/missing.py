"""Missing marks: sessions of a child's enrolment in which its school was open and its register says nothing.

A child is enrolled from its entry date, else from its first mark of the year, until its leaving date. A session of today is missing once
the register of it has been taken for others.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from services.attendance.domain.calendar.school_year import SchoolYear
from services.attendance.domain.calendar.worked_out import Marked
from services.attendance.domain.codes import CODES
from services.attendance.domain.enrolment import Span
from services.attendance.domain.register_page import CHILDREN
from shared.academic_year import SLOTS, first_day, slot

_A_MARK = bytes(byte in {code.byte for code in CODES} for byte in range(256))
_NO_MARK = bytes(not marked for marked in _A_MARK)


class Gap(NamedTuple):
    child: str
    slots: list[int]


def missing(
    pages: Iterable[Marked],
    calendar: SchoolYear,
    year_groups: Mapping[str, str | None],
    spans: Mapping[str, Span],
    begin: int,
    end: int,
) -> Iterator[Gap]:
    """The missing sessions of each child that has any, in slots from `begin` up to, not including, `end`. Some 10 microseconds a child."""

    @cache
    def due(year_group: str | None) -> int:
        return int.from_bytes(calendar.due(year_group)[:end], "little")

    for page in pages:
        for place, child in enumerate(page.children):
            if child is None:
                continue
            series = bytes(page.marks[place::CHILDREN])
            first, last = _enrolled(series, spans.get(child), calendar.year)
            first = max(first, begin)
            if unmarked := (int.from_bytes(series[:last].translate(_NO_MARK), "little") & due(year_groups.get(child))) >> 8 * first:
                flags = unmarked.to_bytes(SLOTS, "little")
                yield Gap(child, [first + at for at, flag in enumerate(flags) if flag])


def _enrolled(series: bytes, span: Span | None, year: int) -> tuple[int, int]:
    """The slots of a year in which a child is enrolled: the first, and behind the last."""
    first = _slot(year, span.first, "AM") if span and span.first else series.translate(_A_MARK).find(1)
    last = _slot(year, span.last, "PM") + 1 if span and span.last else SLOTS
    return (first if first >= 0 else SLOTS), last


def _slot(year: int, day: date, session: str) -> int:
    """Held within the register year."""
    if day < first_day(year):
        return 0 if session == "AM" else -1
    return SLOTS if day >= first_day(year + 1) else slot(day, "AM") + (session == "PM")
