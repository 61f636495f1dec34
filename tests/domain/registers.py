"""Registers for the tests of concerns, written as dates and codes."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from services.attendance.domain.codes import BY_TEXT
from services.attendance.domain.concerns.judge import judge, needs_earlier, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import PENALTY_CODES, class_table, classes_of
from shared.academic_year import SLOTS, first_day, slot
from shared.school_age import SchoolAge
from tests.support import profiles

Register = Mapping[date, str]
"""A day to the codes of its two sessions: "/ \\", "U \\", "G G"."""


def school_days(first: date, last: date) -> list[date]:
    """Mondays to Fridays, both ends included."""
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def always_present(days: Iterable[date]) -> dict[date, str]:
    return dict.fromkeys(days, "/ \\")


def series(register: Register, year: int, counted: frozenset[str] = PENALTY_CODES) -> bytes:
    """The class bytes of those of the register's sessions that belong to an academic year."""
    marks = bytearray(SLOTS)
    for day, codes in register.items():
        if first_day(year) <= day < first_day(year + 1):
            morning, afternoon = codes.split()
            marks[slot(day, "AM")], marks[slot(day, "PM")] = BY_TEXT[morning].byte, BY_TEXT[afternoon].byte
    return classes_of(bytes(marks), class_table(counted))


def page_of(children: Iterable[bytes]) -> bytes:
    """The page, slot by slot, of children's series."""
    return bytes(mark for session in zip(*children, strict=True) for mark in session)


def concerns(
    register: Register, year: int, thresholds: Thresholds | None = None, age: SchoolAge | None = None
) -> dict[str, Mapping[str, int]]:
    """What is judged of a child who is alone on the page, the year before read only where it is said to matter."""
    thresholds = thresholds or profiles.NATIONAL.thresholds
    here, before = (series(register, one, thresholds.counted_codes) for one in (year, year - 1))
    weeks, earlier_weeks = school_weeks(here, year, 1), school_weeks(before, year - 1, 1)
    if needs_earlier(here, weeks, thresholds):
        found = judge(here, before, windows_for(thresholds, year, weeks, earlier_weeks), thresholds, age)
    else:
        found = judge(here, None, windows_for(thresholds, year, weeks), thresholds, age)
    return {rule: concern.figures for rule, concern in found.items()}
