"""When a child is enrolled: the first and last day of a year on which its marks are taken.

Most children are on roll for the whole year and cost nothing here: a span stands only for who comes or goes within it.
Leavers count up to and including their leaving date (DfE, "Monitor your school attendance: user guide").
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from shared.academic_year import SLOTS, first_day, slot

BEFORE: Final = ("date", "before the child's entry")
AFTER: Final = ("date", "after the child's leaving")


class Span(NamedTuple):
    """First and last day on roll, both included; None is open."""

    first: date | None
    last: date | None


ALWAYS: Final = Span(None, None)


def span(now: Mapping[str, Any], year: int) -> Span | None:
    """What a child's fields (see roll_book) say of its enrolment; None where it does not cut into the year."""
    told = dates(now)
    begins, ends = first_day(year), first_day(year + 1) - timedelta(days=1)
    inside = (told.first or begins) <= begins and (told.last or ends) >= ends
    return None if inside else told


def dates(now: Mapping[str, Any]) -> Span:
    """The dates that the roll itself tells."""
    return Span(*(date.fromisoformat(text) if (text := now.get(name)) else None for name in ("entry date", "leaving date")))


def is_on(day: date, enrolled: Span) -> bool:
    return (enrolled.first is None or enrolled.first <= day) and (enrolled.last is None or day <= enrolled.last)


def outside(
    ordered: Sequence[int], upns: Sequence[str], enrolled: Mapping[tuple[str, int], Span], oldest_year: int
) -> dict[int, tuple[str, str]]:
    """The entries (see mark_tables; `ordered`: sorted) outside their child's enrolment, each with field and reason.

    `enrolled`: by UPN and academic year. It costs a look-up for each of its children, whatever the number of rows.
    """
    numbers = {upn: number for number, upn in enumerate(upns)} if enrolled else {}
    found: dict[int, tuple[str, str]] = {}
    for (upn, year), (first, last) in enrolled.items():
        if upn not in numbers or year < oldest_year:
            continue
        begin = ((numbers[upn] << 8) + year - oldest_year) << 24
        opens = begin + (_slot(year, first, 0) << 8)
        closes = begin + (_slot(year, last and last + timedelta(days=1), SLOTS) << 8)
        end = begin + (1 << 24)
        found |= dict.fromkeys(_between(ordered, begin, opens), BEFORE)
        found |= dict.fromkeys(_between(ordered, max(opens, closes), end), AFTER)
    return found


def _slot(year: int, day: date | None, otherwise: int) -> int:
    """The morning slot of a day, held within the register year."""
    if day is None:
        return otherwise
    if day < first_day(year):
        return 0
    return SLOTS if day >= first_day(year + 1) else slot(day, "AM")


def _between(ordered: Sequence[int], begin: int, end: int) -> Sequence[int]:
    return ordered[bisect_left(ordered, begin) : bisect_left(ordered, end)]
