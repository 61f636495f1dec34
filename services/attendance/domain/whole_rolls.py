"""Whole rolls: a roll that says so ends the enrolment of every child whom it does not name.

Which of them ends a child's enrolment follows from numbers alone, so it is the same in whatever order the rolls are processed: the first
whole roll after the last roll that named the child.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from services.attendance.domain.enrolment import Span, span
from services.attendance.domain.register_page import feed_of
from services.attendance.domain.roll_book import Entry, fields_now, named_by
from shared.academic_year import first_day

FEW: Final = 20
"""A whole roll that would end more than one enrolment in so many waits for a person's yes: half a school may be missing by mistake."""


class Whole(NamedTuple):
    """A whole roll: its feed's number, and the last day on roll of those whom it does not name."""

    number: int
    day: date


class Ending(NamedTuple):
    """How many enrolments a whole roll would end, and of how many."""

    ends: int
    enrolled: int

    @property
    def must_wait(self) -> bool:
        return FEW * self.ends > self.enrolled


class AsWhole(NamedTuple):
    """How a feed's roll is whole: the last day on roll of those whom it does not name, and whether it waits for a yes."""

    day: date
    waits: bool


def last_day(year: int, today: date) -> date:
    """The last day on roll of those whom a roll of today does not name, held within the roll's year.

    The day itself: a child taken off the roll on a day may still have been marked on it.
    """
    return max(first_day(year), min(today, first_day(year + 1) - timedelta(days=1)))


def span_now(entry: Entry, wholes: Iterable[Whole], year: int) -> Span | None:
    """A child's enrolment by its own dates and by the school's whole rolls; None where it does not cut into the year."""
    now: Mapping[str, Any] = fields_now(entry)
    named = feed_of(named_by(entry))
    ended = min((whole for whole in wholes if whole.number > named), default=None) if named else None
    if ended is None:
        return span(now, year)
    left = min(ended.day.isoformat(), now.get("leaving date") or ended.day.isoformat())
    return span({**now, "leaving date": left}, year)
