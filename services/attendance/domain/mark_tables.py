"""The tables by which rows of marks are checked: each distinct text once, a dictionary look-up afterwards.

A row becomes one integer, its entry, the sum of what the tables give for its child and for its date, session and code:

    bits 0 to 7    the mark: a code's byte, or CLEARED where there is to be none
    bits 8 to 23   the slot in the register year
    bits 24 to 31  the academic year, counted from the oldest that is kept
    bits 32 to 53  the child, in order of appearance
    bit 56         there is something to be said of the row

Rows that are not taken have a negative entry. Sorted, entries stand by child, year and slot.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.attendance.domain.codes import BY_TEXT, CLEARED, NOT_MARKS, StatClass, find
from services.attendance.domain.dates import parse_day
from services.attendance.domain.enrolment import Span
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.upn import Verdict, normalise, verdict
from shared.academic_year import Session, of_session, slot
from shared.bank_holidays import BANK_HOLIDAYS

YEARS_BACK: Final = 7
"""Marks are taken for this academic year and so many before: registers are to be kept for six years."""

REFUSED: Final = -(1 << 60)
NOTICE: Final = 1 << 56

CACHED: Final = 50_000
"""Distinct texts that a table remembers, and none that is longer than `SHORT`: a file of nonsense is not to fill the memory."""

SHORT: Final = 40
"""Characters of a text that has a meaning."""

CHILDREN: Final = 50_000
"""Children of one file: no school has as many."""

Saying = tuple[str, str]
"""Field and reason."""

_SESSIONS: Final[dict[str, Session]] = {"AM": "AM", "PM": "PM"}
_PRESENT: Final = {"AM": BY_TEXT["/"], "PM": BY_TEXT["\\"]}

# The Department counts presence by session, so that the symbol of the other one can only be a slip.
_OTHER_SESSION: Final[Saying] = ("code", "present by the symbol of the other session: read as present")
_BANK_HOLIDAY: Final[Saying] = ("date", "a bank holiday, on which schools are closed as a rule: taken all the same")
_AFTER_TODAY: Final[Saying] = ("date", "after today")
_NOT_IN_USE: Final[Saying] = ("code", "a code that was not in use on its date: counted by its own class")


@dataclass(frozen=True, slots=True)
class Terms:
    """What rows are checked against.

    `since` and `until`: the school's commissioning period, both days included; None is open.
    `succeeds_from`: first day of a school that continues another; `succeeded_from`: first day of the school that continues it.
    `laestab`: the school's LA and establishment numbers, seven digits; None where they are not known.
    `on_roll`: keys of children (see child_key). `disposed`: keys with the academic years of theirs that have been disposed of.
    `names`: by which a row may name the school (see by_school); none: whatever it names. `only`: rows that do not are not looked at.
    `enrolled`: by key and academic year, for those alone who come or go within the year. `several`: the child of every key of those who
    have several.
    """

    today: date
    since: date | None = None
    until: date | None = None
    on_roll: Container[str] = frozenset()
    disposed: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    enrolled: Mapping[tuple[str, int], Span] = field(default_factory=dict)
    several: Mapping[str, str] = field(default_factory=dict)
    laestab: str | None = None
    names: frozenset[str] = frozenset()
    only: bool = False
    succeeds_from: date | None = None
    succeeded_from: date | None = None

    def outside(self, day: date) -> str | None:
        """Why the school has no mark of a day."""
        if self.succeeds_from and day < self.succeeds_from:
            return "before the school's first day: push it under its predecessor's URN"
        if self.succeeded_from and day >= self.succeeded_from:
            return "after the school's last day: push it under its successor's URN"
        if (self.since and day < self.since) or (self.until and day > self.until):
            return "outside the commissioning period"
        return None

    @property
    def oldest_year(self) -> int:
        return of_session(self.today) - YEARS_BACK


class Children(dict[str, int]):
    """From the text of a UPN to its part of the entry. `names` has the keys by number; `wrong_letter`: UPNs with a wrong check letter."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.wrong_letter: set[str] = set()

    def __missing__(self, text: str) -> int:
        upn = normalise(text)
        if upn != text:
            entry = self[upn]
        elif (said := verdict(upn)) is Verdict.WRONG_SHAPE:
            entry = REFUSED
        else:
            entry = self.number(upn)
            if said is Verdict.WRONG_LETTER:
                self.wrong_letter.add(upn)
        if len(self) < CACHED and len(text) <= SHORT:
            self[text] = entry
        return entry

    def number(self, key: str) -> int:
        """The part of the entry of a key; it is always kept, since a child's number must not change. FileRefused for too many."""
        entry = self.get(key)
        if entry is None:
            if len(self.names) == CHILDREN:
                raise FileRefused(f"it tells of more than {CHILDREN:,} children: no school has as many")
            entry = self[key] = len(self.names) << 32
            self.names.append(key)
        return entry


class Marks(dict[tuple[str, str, str], int]):
    """From the texts of date, session and code to their part of the entry."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self._terms = terms
        self._oldest_year = terms.oldest_year
        self._days: dict[str, date | str] = {}

    def __missing__(self, key: tuple[str, str, str]) -> int:
        entry, _ = self.judge(key)
        if len(self) < CACHED and sum(map(len, key)) <= SHORT:
            self[key] = entry
        return entry

    def judge(self, key: tuple[str, str, str]) -> tuple[int, Saying | None]:
        """The part of the entry, and what is to be said of a row with these texts: why it is refused, or a notice."""
        day, session = self._day(key[0]), _SESSIONS.get(key[1].strip().upper())
        if isinstance(day, str):
            return REFUSED, ("date", day)
        if session is None:
            return REFUSED, ("session", "not AM or PM")
        cell = ((of_session(day) - self._oldest_year) << 24) + (slot(day, session) << 8)
        code = find(key[2])
        if code is None:
            return (cell + CLEARED, None) if key[2].strip() in NOT_MARKS else (REFUSED, ("code", "not a register code"))
        if day > self._terms.today and not code.ahead:
            return REFUSED, _AFTER_TODAY
        if code.klass is StatClass.PRESENT:
            saying = None if code is _PRESENT[session] else _OTHER_SESSION
            code = _PRESENT[session]
        else:
            saying = None if code.in_use(day) else _NOT_IN_USE
        if day in BANK_HOLIDAYS and code.klass is not StatClass.ADMINISTRATIVE:
            saying = saying or _BANK_HOLIDAY
        return cell + code.byte + (NOTICE if saying else 0), saying

    def _day(self, text: str) -> date | str:
        """The day, or why a row with this date is refused."""
        day = self._days.get(text)
        if day is None:
            day = self._read_day(text)
            if len(self._days) < CACHED and len(text) <= SHORT:
                self._days[text] = day
        return day

    def _read_day(self, text: str) -> date | str:
        day, terms = parse_day(text), self._terms
        if day is None:
            return "not a date (2026-09-07 or 07/09/2026)"
        if of_session(day) > of_session(terms.today):
            return "in an academic year to come"
        if day.weekday() >= 5:
            return "on a weekend"
        if of_session(day) < self._oldest_year:
            return "before the oldest academic year kept"
        return terms.outside(day) or day
