"""A school's calendar of a year: each session's state, by the last word of whoever corrected it, else the uploaded calendar, else the
register, else the bank holidays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from services.attendance.domain.calendar.said import Word
from services.attendance.domain.calendar.worked_out import TAKEN, Shown
from services.attendance.domain.concerns.school_weeks import week_of
from shared.academic_year import SLOTS, day_of
from shared.bank_holidays import BANK_HOLIDAYS

State = Literal["open", "closed", "open for some year groups", "not known yet"]
Whence = Literal["corrected", "uploaded", "worked out", "bank holidays"]


class Slot(NamedTuple):
    """A session. `year_groups`: those for which alone it is open. `by` and `at`: who said so, and when."""

    state: State
    whence: Whence | None = None
    reason: str | None = None
    year_groups: tuple[str, ...] = ()
    by: str | None = None
    at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "open for some year groups")

    def is_open_for(self, year_group: str | None) -> bool:
        """For a child whose year group is not known, a session of some year groups is none."""
        return self.state == "open" or year_group in self.year_groups


class Correction(NamedTuple):
    word: Word
    by: str
    at: datetime


class Uploaded(NamedTuple):
    """`words`: by slot, sessions that are closed because others are named included (see said.filled)."""

    words: Mapping[int, Word]
    by: str
    at: datetime


@dataclass(frozen=True)
class SchoolYear:
    """`come`: how many slots of the year have come."""

    year: int
    come: int
    shown: Shown
    uploaded: Uploaded | None = None
    corrections: Mapping[int, Correction] = field(default_factory=dict)

    def slots(self) -> Iterator[tuple[int, Slot]]:
        """Every weekday's sessions in their order."""
        known = self.shown.known_until(self.come)
        for at in range(SLOTS):
            if day_of(self.year, at)[0].weekday() < 5:
                yield at, self._slot(at, known)

    def weeks(self) -> tuple[int, ...]:
        """The school weeks so far: those with an open session (see school_weeks.week_of), in order."""
        return tuple(sorted({week_of(day_of(self.year, at)[0]) for at, slot in self.slots() if at < self.come and slot.is_open}))

    def due(self, year_group: str | None) -> bytes:
        """By slot, 1 where a child of a year group ought to have a mark by now: sessions held before today, and those taken today."""
        taken = self.shown.everybody
        marks = bytearray(SLOTS)
        for at, slot in self.slots():
            marks[at] = slot.is_open_for(year_group) and (at < self.come - 2 or (at < self.come and bool(taken[at] & TAKEN)))
        return bytes(marks)

    def at(self, at: int) -> Slot:
        return self._slot(at, self.shown.known_until(self.come))

    def _slot(self, at: int, known: int) -> Slot:
        if correction := self.corrections.get(at):
            return _of(correction.word, "corrected", correction.by, correction.at)
        if self.uploaded and (word := self.uploaded.words.get(at)):
            return _of(word, "uploaded", self.uploaded.by, self.uploaded.at)
        if at < known:
            return self._worked_out(at)
        if self.shown.is_planned_closure(at):
            return Slot("closed", "worked out")
        if self._is_bank_holiday(at):
            return Slot("closed", "bank holidays", "bank holiday")
        return Slot("not known yet")

    def _worked_out(self, at: int) -> Slot:
        if not self.shown.is_open(at):
            return Slot("closed", "worked out", "bank holiday" if self._is_bank_holiday(at) else None)
        some = self.shown.open_for(at)
        return Slot("open for some year groups" if some else "open", "worked out", None, some)

    def _is_bank_holiday(self, at: int) -> bool:
        return day_of(self.year, at)[0] in BANK_HOLIDAYS


def _of(word: Word, whence: Whence, by: str, at: datetime) -> Slot:
    state: State = "closed" if not word.open else "open for some year groups" if word.year_groups else "open"
    return Slot(state, whence, word.reason, word.year_groups, by, at)
