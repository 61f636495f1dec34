"""A year of marks as a Common Transfer File writes it: one string of codes from a start date on.

How the string is laid out is not published with the file's tree, so a reading is chosen by what stands beside it:

- A code takes one character, and C1, C2, J1 and Y1 to Y7 two. No digit is a code of its own, so this is never in doubt. Where every
  code is filled up to two characters with a space, the spaces are no sessions.
- Two sessions a day, morning first. Days are all seven of the week, or the five of school weeks: whichever brings the year's own totals
  (possible, attended, authorised, unauthorised) out exactly; without totals the first by which no session falls on a weekend.

A string that no reading fits is refused whole: marks on wrong days would be worse than none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain, product
from typing import Final

from services.attendance.domain.codes import ABSENT, ATTENDED, POSSIBLE, StatClass, find

SESSIONS: Final = 2 * 371
"""Sessions of the longest string that is read: 53 weeks of seven days."""

Mark = tuple[date, str, str]
"""Day, session and code."""

_FILLED: Final = re.compile(r"(?:[^ 0-9][ 0-9]|  )+")
_CODE: Final = re.compile(r"[CJY][0-9]|.", re.DOTALL)

_TOTALS: Final[Mapping[str, frozenset[StatClass]]] = {
    "SessionsPossible": POSSIBLE,
    "SessionsAttended": ATTENDED,
    "SessionsAuthorised": frozenset({StatClass.AUTHORISED}),
    "SessionsUnauthorised": ABSENT - {StatClass.AUTHORISED},
}
"""The year's totals by their names in the file."""


def read_year(text: str, start: date, totals: Mapping[str, int]) -> list[Mark] | None:
    """The marks of a year, sessions without one left out; None where no reading fits. `totals` by their names in the file."""
    for codes, days in product(_layouts(text), (_all_days, _school_days)):
        if len(codes) <= SESSIONS and (marks := _placed(codes, start, days)) is not None and _comes_out(marks, totals):
            return marks
    return None


def _layouts(text: str) -> Iterator[list[str]]:
    """The codes, one a session, by each layout that the string can have."""
    text = text.strip("\t\r\n")
    filled = text + " " * (len(text) % 2)
    if " " in text and _FILLED.fullmatch(filled):
        yield [filled[at : at + 2].strip() for at in range(0, len(text), 2)]
    yield [code.strip() for code in _CODE.findall(text)]


def _placed(codes: list[str], start: date, days: Callable[[date], Iterator[date]]) -> list[Mark] | None:
    """None where a session that counts would fall on a weekend, or where the start is not a day of such weeks."""
    sessions = chain.from_iterable(((day, "AM"), (day, "PM")) for day in days(start))
    marks = []
    for (day, session), code in zip(sessions, codes, strict=False):
        known = find(code)
        if known is None and not code.isalnum():
            continue
        if day.weekday() >= 5:
            if known is None or known.klass is not StatClass.ADMINISTRATIVE:
                return None
            continue
        marks.append((day, session, code))
    return marks


def _all_days(start: date) -> Iterator[date]:
    return (start + timedelta(days=number) for number in range(SESSIONS))


def _school_days(start: date) -> Iterator[date]:
    return (day for day in _all_days(start) if day.weekday() < 5) if start.weekday() < 5 else iter(())


def _comes_out(marks: list[Mark], totals: Mapping[str, int]) -> bool:
    classes = [known.klass for _, _, code in marks if (known := find(code))]
    return bool(marks) and all(sum(klass in _TOTALS[name] for klass in classes) == total for name, total in totals.items())


TOTALS: Final = tuple(_TOTALS)
