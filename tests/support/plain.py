"""The plain reading: what the register and the concerns must be after some feeds, by the simplest code that says so.

It knows nothing of pages, parts, writers or bytes: a dictionary, and the accepted feeds in the order of their numbers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from shared.academic_year import of_session

Row = tuple[str, date, str, str]
"""UPN, day, session, code."""
Session = tuple[date, str]
Told = tuple[str, int]
"""A code and the number of the feed that first said so."""

UNAUTHORISED = frozenset("GNOU")
ABSENT = frozenset("IMCERST") | UNAUTHORISED
"""Of the codes that the tests use."""
POSSIBLE = frozenset("/\\LVPWBK") | ABSENT


REASONS = {
    "/": "reason_present_am",
    "\\": "reason_present_pm",
    "L": "reason_l_present_late_before_registers_closed",
    "V": "reason_v_aea_educational_visit_trip",
    "I": "reason_i_authorised_illness",
    "M": "reason_m_authorised_medical_dental",
    "O": "reason_o_other_unauthorised",
}
"""The statistics' columns of the codes that the tests use."""


@dataclass
class PlainRegister:
    """By UPN and session, every mark that the register showed, the latest last. Not changed once it is made."""

    cells: dict[str, dict[Session, list[Told]]] = field(default_factory=dict)

    @classmethod
    def of(cls, feeds: Mapping[int, Iterable[Row]]) -> "PlainRegister":
        """Feeds by number, each with its accepted rows."""
        register = cls()
        for number in sorted(feeds):
            for upn, day, session, code in feeds[number]:
                told = register.cells.setdefault(upn, {}).setdefault((day, session), [])
                if not told or told[-1][0] != code:
                    told.append((code, number))
        return register

    def now(self, upn: str) -> dict[Session, str]:
        return {session: told[-1][0] for session, told in self.cells[upn].items()}

    def counts(self) -> dict[str, int]:
        """Children, and sessions by the statistics' columns."""
        codes = Counter(told[-1][0] for cells in self.cells.values() for told in cells.values())
        return {"enrolments": len(self.cells), **{column: codes[code] for code, column in REASONS.items()}}

    def rules(self, upn: str, year: int) -> set[str]:
        """The concerns that stand open over a child in an academic year and propose, by the national profile. The child must be
        of compulsory school age or its birth date unknown. A school's weeks are those in which any of its children has a mark."""
        this = [code for (day, _), code in sorted(self.now(upn).items()) if of_session(day) == year]
        possible, absent = sum(code in POSSIBLE for code in this), sum(code in ABSENT for code in this)
        found = set()
        if possible >= 20 and 10 * absent >= possible:
            found.add("persistent absence")
        if possible >= 20 and 2 * absent >= possible:
            found.add("severe absence")
        if self._in_ten_weeks(upn, year, UNAUTHORISED) >= 10:
            found.add("ten sessions unauthorised")
        if self._in_ten_weeks(upn, year, frozenset("L")) >= 10:
            found.add("late before the register closed")
        if self._in_ten_weeks(upn, year, frozenset("U")) >= 5:
            found.add("late after the register closed")
        if this.count("I") >= 30:
            found.add("fifteen days of illness")
        if any(len(spell) >= 20 for spell in self._spells(upn, year)):
            found.add("ten days unauthorised")
        return found

    def _spells(self, upn: str, year: int) -> list[list[Session]]:
        """Sessions of unauthorised absence, one after the other, that reach into the latest ten weeks of this year."""
        marked = sorted((session, code) for session, code in self.now(upn).items() if of_session(session[0]) in (year, year - 1))
        weeks = self._weeks(year)
        reaches_back = any(_monday(session[0]) in weeks and of_session(session[0]) < year for session, _ in marked)
        known = [one for one in marked if reaches_back or of_session(one[0][0]) == year]
        possible = [(session, code) for session, code in known if code in POSSIBLE]
        spells = [[one[0] for one in spell] for away, spell in groupby(possible, lambda one: one[1] in UNAUTHORISED) if away]
        return [spell for spell in spells if of_session(spell[-1][0]) == year and _monday(spell[-1][0]) in weeks]

    def _in_ten_weeks(self, upn: str, year: int, codes: frozenset[str]) -> int:
        """Sessions in the latest ten weeks with marks, of which this year must hold one."""
        weeks = self._weeks(year)
        met = [day for (day, _), code in self.now(upn).items() if code in codes and _monday(day) in weeks]
        return len(met) if any(of_session(day) == year for day in met) else 0

    def _weeks(self, year: int) -> list[int]:
        """The latest ten weeks with a mark of any child, of a year and the one before."""
        return sorted({_monday(day) for day in self._days if of_session(day) in (year, year - 1)})[-10:]

    @cached_property
    def _days(self) -> frozenset[date]:
        """Every day with a mark of any child."""
        return frozenset(day for cells in self.cells.values() for day, _ in cells)


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


def as_read(sessions: Iterable[Mapping[str, Any]]) -> dict[Session, list[Told]]:
    """The sessions of GET .../children/{child}/register in the form of `cells`."""
    return {
        (date.fromisoformat(one["day"]), one["session"]): [*((m["code"], m["feed"]) for m in one["earlier"]), (one["code"], one["feed"])]
        for one in sessions
    }


@dataclass
class PlainRoll:
    """By UPN, what the rolls said of each field, the latest winning; a file without a column says nothing of it."""

    children: dict[str, dict[str, str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, rolls: Mapping[int, Sequence[Mapping[str, str]]]) -> "PlainRoll":
        """Rolls by number; each row is the file's columns by name, an empty cell meaning that there is nothing."""
        roll = cls()
        for number in sorted(rolls):
            for row in rolls[number]:
                known = roll.children.setdefault(row["UPN"], {})
                known |= {name: value or None for name, value in row.items() if name != "UPN"}
        return roll


def roll_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows that have the same columns."""
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()
