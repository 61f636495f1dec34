"""School weeks, and the window of the latest of them.

Source: "any week in which there is at least one school session" (National Framework for Penalty Notices, August 2024,
as Hampshire quotes it). A week is taken as Monday to Sunday, which the guidance leaves open. A week of holiday is none,
so the window stretches over it, over the end of a term and over the end of an academic year.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from services.attendance.domain.standing import HELD, without
from shared.academic_year import first_day

_SLOTS_A_WEEK = 14
_NOT_HELD = without(HELD)


def week_of(day: date) -> int:
    """The number of a week, counted from the Monday of 1 January of the year 1: the same in every academic year."""
    return (day.toordinal() - 1) // 7


def monday(week: int) -> date:
    """The day on which a week begins."""
    return date.fromordinal(7 * week + 1)


def first_slot(week: int, year: int) -> int:
    """The slot in which a week begins: 0 where it began before the academic year, past the end for a later one."""
    return max(0, 2 * (monday(week) - first_day(year)).days)


def school_weeks(classes: bytes, year: int, width: int) -> tuple[int, ...]:
    """The weeks of an academic year in which any child of a page has a mark that shows a session held, in order.

    `classes`: class bytes, slot by slot, `width` children to a slot. One child's marks alone may miss a week in which
    the school was open: use as many children as are at hand.
    """
    first, size = week_of(first_day(year)), _SLOTS_A_WEEK * width
    before = 2 * first_day(year).weekday() * width  # 1 August falls within its week
    starts = range(-before, len(classes), size)
    return tuple(first + i for i, start in enumerate(starts) if _held(classes[max(0, start) : start + size]))


def _held(classes: bytes) -> bool:
    return bool(classes.strip(_NOT_HELD))


def weeks_of(slots: Iterable[int], year: int) -> tuple[int, ...]:
    """The weeks of an academic year in which these slots lie, in order."""
    first, before = week_of(first_day(year)), 2 * first_day(year).weekday()  # 1 August falls within its week
    return tuple(sorted({first + (slot + before) // _SLOTS_A_WEEK for slot in slots}))


class Window(NamedTuple):
    """Where the window begins: in the series of the year being judged, and in that of the year before."""

    here: int
    earlier: int

    def sessions(self, classes: bytes, series: bytes, earlier: bytes | None) -> int:
        """Sessions of any of these class bytes within the window."""
        here = _among(classes, series[self.here :])
        return here + _among(classes, earlier[self.earlier :]) if earlier else here


def _among(classes: bytes, series: bytes) -> int:
    return len(series) - len(series.translate(None, classes))


def latest(length: int, year: int, weeks: Iterable[int], earlier_weeks: Iterable[int] = ()) -> Window:
    """The window of the latest `length` school weeks of an academic year and the one before.

    It ends with the last week seen. Weeks of holiday inside hold no marks, so a first slot is all there is to know.
    """
    inside = sorted({*weeks, *earlier_weeks})[-length:]
    start = inside[0] if inside else week_of(first_day(year))
    return Window(first_slot(start, year), first_slot(start, year - 1))
