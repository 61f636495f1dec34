"""School weeks, and whether so many sessions lie within so many of them.

Source: "10 sessions of unauthorised absence in a rolling period of 10 school weeks", a school week being "any week in which there is at
least one school session" (National Framework for Penalty Notices, August 2024). A week without a session is passed over, so the
period stretches over holidays. Where a week begins and whether the period slides by week or by day is left open: a profile says.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final, NamedTuple

from services.sharing.domain.profile import Readings
from services.sharing.domain.sessions import Session

_BEGINS: Final = {"Monday": 1, "Saturday": -1, "Sunday": 0}
"""Ordinal of a day with which a week begins: 1 January of the year 1 was a Monday."""


class Fullest(NamedTuple):
    """A rolling period: with how many sessions, and of which days the first and the last are."""

    sessions: int
    first: date
    last: date


def fullest(sessions: Sequence[Session], school_days: Collection[date], weeks: int, readings: Readings) -> Fullest | None:
    """With the most sessions, the first of several. Of sessions in their order; None where there is none. A day with a session of the child
    was a school day."""
    windows = _windows(sessions, school_days, weeks, readings)
    return _period(sessions, max(windows, key=_length)) if windows else None


def latest(sessions: Sequence[Session], school_days: Collection[date], weeks: int, readings: Readings, enough: int) -> Fullest | None:
    """The fullest of those that end with the last session; where it has not `enough`, the fullest of all, the last of several."""
    windows = _windows(sessions, school_days, weeks, readings)
    if not windows:
        return None
    last = max((one for one in windows if one[1] == len(sessions)), key=_length)
    return _period(sessions, last if _length(last) >= enough else max(reversed(windows), key=_length))


def _windows(sessions: Sequence[Session], school_days: Collection[date], weeks: int, readings: Readings) -> list[tuple[int, int]]:
    """Rolling periods as places in the sessions, from and before which, in the order of time: each that may be the fullest."""
    begins = _BEGINS[readings.week_begins]
    held = sorted({_week(day, begins) for day in (*school_days, *(one.day for one in sessions))})
    place = {week: number for number, week in enumerate(held)}
    at = [_place(one.day, place, begins) for one in sessions]
    by_week = readings.window_slides == "by week"
    # a fullest period can always be made to begin with a session, or with the week of one
    starts = sorted({position - position % 7 if by_week else position for position in at})
    return [(bisect_left(at, start), bisect_left(at, start + 7 * weeks)) for start in starts]


def _length(window: tuple[int, int]) -> int:
    return window[1] - window[0]


def _period(sessions: Sequence[Session], window: tuple[int, int]) -> Fullest:
    begin, end = window
    return Fullest(end - begin, sessions[begin].day, sessions[end - 1].day)


def begins_with(last: date, school_days: Collection[date], weeks: int, readings: Readings) -> date:
    """The first day of the rolling period of so many school weeks that ends with a day. `school_days` reach back as far as is known."""
    begins = _BEGINS[readings.week_begins]
    held = sorted({_week(day, begins) for day in (*school_days, last) if day <= last})
    end = 7 * (len(held) - 1) + (last.toordinal() - begins) % 7
    start = max(0, end - end % 7 - 7 * (weeks - 1) if readings.window_slides == "by week" else end - 7 * weeks + 1)
    return date.fromordinal(7 * held[start // 7] + begins + start % 7)


def _week(day: date, begins: int) -> int:
    return (day.toordinal() - begins) // 7


def _place(day: date, place: dict[int, int], begins: int) -> int:
    """The day in a time from which all weeks without school are cut out."""
    return 7 * place[_week(day, begins)] + (day.toordinal() - begins) % 7
