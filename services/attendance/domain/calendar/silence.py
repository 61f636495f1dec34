"""A silent school: one that is open and has sent no register of the day by its hour.

A school whose calendar does not say whether it is open is taken to be in term for a week from the last day of which its marks spoke.
"""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from services.attendance.domain.calendar.school_year import SchoolYear, Slot
from services.attendance.domain.codes import CODES, table
from services.attendance.domain.marks import MarksBatch
from shared.academic_year import day_of, slot, slots_by

ENGLAND: Final = ZoneInfo("Europe/London")
HOUR: Final = "11:00"
"""By when a morning's register is expected, unless the school has another hour: registers close within half an hour of the session's
beginning (DfE, "Working together to improve school attendance"), and systems export after that."""
TERM: Final = timedelta(days=7)
"""For so long after the last marks a school without a calendar is taken to be in term; and so long an alarm over a day is listed."""

_A_MARK: Final = np.frombuffer(table(dict.fromkeys((code.byte for code in CODES), 1)), bool)


def heard(batch: MarksBatch, today: date) -> date | None:
    """The last day, of those that have come, of which marks speak. What is entered ahead and what is cleared says nothing of a day."""
    slots = np.frombuffer(batch.slots, np.uint16)[_A_MARK[np.frombuffer(batch.marks, np.uint8)]]
    come = slots[slots < slots_by(today, batch.year)]
    return day_of(batch.year, int(come.max()))[0] if len(come) else None


def is_past(hour: str, now: datetime) -> bool:
    """Whether a school's hour (HH:MM, in England) has come on the day that it is there."""
    return now.astimezone(ENGLAND).strftime("%H:%M") >= hour


class WatchedSchool(NamedTuple):
    """A school as the watch needs it. The days are as they are stored (ISO), which is their order too: with both of them its commissioning
    period, from when it follows another school, and from when another one follows it."""

    authority: str
    register_hour: str
    since: str | None
    until: str | None
    succeeds_from: str | None
    succeeded_from: str | None

    def has_register(self, day: str) -> bool:
        """Whether a day is the school's own: within its period, and no other school's."""
        if (self.succeeds_from and day < self.succeeds_from) or (self.succeeded_from and day >= self.succeeded_from):
            return False
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def is_expected(calendar: SchoolYear, day: date, last: date | None) -> bool:
    """Whether a register of the morning of a day is due. `last`: the last day before, of which the school's marks spoke."""
    return is_due(calendar.at(slot(day, "AM")), day, last)


def is_due(morning: Slot, day: date, last: date | None) -> bool:
    """The same where the calendar has been asked."""
    if day.weekday() >= 5:
        return False
    return morning.is_open or (morning.state == "not known yet" and last is not None and day - last <= TERM)
