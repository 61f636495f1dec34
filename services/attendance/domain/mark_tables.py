"""The tables by which rows of marks are checked: each distinct text once, a dictionary look-up afterwards.

A row becomes one integer, its entry, the sum of what the tables give for its child and for its date, session and code:

    bits 0 to 7    the mark, a code's byte
    bits 8 to 23   the slot in the register year
    bits 24 to 31  the academic year, counted from the oldest that is kept
    bits 32 to 53  the child, in order of appearance
    bit 56         there is something to be said of the row

Rows that are not taken have a negative entry. Sorted, entries stand by child, year and slot.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, cast

from services.attendance.domain.codes import NOT_MARKS, Code, find
from services.attendance.domain.dates import parse_day
from services.attendance.domain.upn import Verdict, normalise, verdict
from shared.academic_year import Session, of_session, slot

YEARS_BACK: Final = 7
"""Marks are taken for this academic year and so many before: registers are to be kept for six years."""

REFUSED: Final = -(1 << 60)
MISSING: Final = -(1 << 58)
NOTICE: Final = 1 << 56

CACHED: Final = 200_000
"""Distinct texts that a table remembers: a file of nothing but nonsense is not to fill the memory."""

Fault = tuple[str, str]
"""Field and reason."""

_SESSIONS: Final = ("AM", "PM")
_PRESENT: Final = {"AM": "/", "PM": "\\"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What rows are checked against.

    `since` and `until`: the school's commissioning period, both days included; None is open.
    `on_roll`: normalised UPNs. `disposed`: UPNs with the academic years of theirs that have been disposed of.
    """

    today: date
    since: date | None = None
    until: date | None = None
    on_roll: Container[str] = frozenset()
    disposed: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    @property
    def oldest_year(self) -> int:
        return of_session(self.today) - YEARS_BACK


class Children(dict[str, int]):
    """From the text of a UPN to its part of the entry. `upns` has them by number."""

    def __init__(self) -> None:
        super().__init__()
        self.upns: list[str] = []

    def __missing__(self, text: str) -> int:
        upn = normalise(text)
        if upn != text:
            entry = self[upn]
        elif verdict(upn) is Verdict.WRONG_SHAPE:
            entry = REFUSED
        else:
            entry = len(self.upns) << 32
            self.upns.append(upn)
        # a child's own spelling is always kept: its number must not change
        if len(self) < CACHED or (entry >= 0 and upn == text):
            self[text] = entry
        return entry


class Marks(dict[tuple[str, str, str], int]):
    """From the texts of date, session and code to their part of the entry. `said` has what is to be said of them."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, key: tuple[str, str, str]) -> int:
        entry = self._entry(key)
        if len(self) < CACHED:
            self[key] = entry
        return entry

    def _entry(self, key: tuple[str, str, str]) -> int:
        if self.fault(key):
            return REFUSED
        day, session, code = self._read(key)
        if code is None:
            return MISSING
        byte = ord(_PRESENT[session]) if code.text in _PRESENT.values() else code.byte
        year = of_session(day) - self._terms.oldest_year
        return (NOTICE if self.notice(key) else 0) + (year << 24) + (slot(day, session) << 8) + byte

    def _read(self, key: tuple[str, str, str]) -> tuple[date, Session, Code | None]:
        """What texts without fault mean; no code is no mark."""
        day = parse_day(key[0])
        assert day is not None
        return day, cast(Literal["AM", "PM"], key[1].strip().upper()), find(key[2])

    def fault(self, key: tuple[str, str, str]) -> Fault | None:
        """Why a row with these texts is refused."""
        if reason := self._wrong_day(key[0]):
            return "date", reason
        if key[1].strip().upper() not in _SESSIONS:
            return "session", "not AM or PM"
        if find(key[2]) is None and key[2].strip() not in NOT_MARKS:
            return "code", "not a register code"
        return None

    def _wrong_day(self, text: str) -> str | None:
        day, terms = parse_day(text), self._terms
        if day is None:
            return "not a date (2026-09-07 or 07/09/2026)"
        if day > terms.today:
            return "after today"
        if day.weekday() >= 5:
            return "on a weekend"
        if of_session(day) < terms.oldest_year:
            return "before the oldest academic year kept"
        if (terms.since and day < terms.since) or (terms.until and day > terms.until):
            return "outside the commissioning period"
        return None

    def notice(self, key: tuple[str, str, str]) -> Fault | None:
        """What is to be said of a row that is taken.

        The Department counts presence by session, so that the symbol of the other one can only be a slip.
        A code that could not be entered on its date counts by its own class all the same.
        """
        day, session, code = self._read(key)
        if code is None:
            return None
        if code.text in _PRESENT.values() and code.text != _PRESENT[session]:
            return "code", "present by the symbol of the other session: read as present"
        if not code.in_use(day):
            return "code", "a code that was not in use on its date: counted by its own class"
        return None
