"""Checks a roll row by row.

A column that is not in the file says nothing; an empty cell says that there is nothing. The two are kept apart, so that
a roll with fewer columns does not wipe what an earlier one told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.attendance.domain.dates import parse_day
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.table import Table
from services.attendance.domain.headers import PARENT_FIELDS, PARENTS, Header
from services.attendance.domain.receipts import Account, Receipt
from services.attendance.domain.rows import Unreadable
from services.attendance.domain.upn import Verdict, normalise, verdict
from services.attendance.domain.year_groups import normalise_year_group

AGES: Final = range(2, 21)
"""Completed years of life of a child on a roll, nursery to special school's sixth form."""

TEXT: Final = 500
"""The longest cell of text, in characters."""

Cell = str | bool | None
"""Text, yes or no; None where the cell was empty."""

_YES_NO: Final = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_ABOUT_THE_CHILD: Final = ("entry date", "leaving date", "sex", "address", "looked after", "special educational needs", "health needs")


@dataclass(frozen=True, slots=True)
class RollRow:
    """One child. `details` and `parents` (number 1 to 4, then field) have only what the file had columns for.

    A child's "looked after" and a parent's "address confidential" are bools; a child's "entry date" and "leaving date" and a
    parent's "date of birth" are ISO dates; everything else is text.
    """

    upn: str
    surname: str
    forename: str
    born: date
    year_group: str
    details: dict[str, Cell]
    parents: dict[int, dict[str, Cell]]

    def to_json(self) -> dict[str, Any]:
        return {
            "upn": self.upn,
            "surname": self.surname,
            "forename": self.forename,
            "born": self.born.isoformat(),
            "year_group": self.year_group,
            "details": self.details,
            "parents": {str(number): parent for number, parent in self.parents.items()},
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "RollRow":
        parents = {int(number): parent for number, parent in row["parents"].items()}
        return cls(**{**row, "born": date.fromisoformat(row["born"]), "parents": parents})


@dataclass(frozen=True, slots=True)
class CheckedRoll:
    """What the receipt is made of, and the children that are taken, in the order of the file."""

    account: Account
    rows: list[RollRow]

    @property
    def receipt(self) -> Receipt:
        """As for a school that was told nothing before."""
        return self.account.receipt()


class _Wrong(Exception):
    """The row is refused."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__()


def check_roll(table: Table, today: date) -> CheckedRoll:
    """Checks the rows of a table. Raises FileRefused if there is none."""
    account = Account.open("roll", table.header.unknown, table.header_line)
    taken: dict[str, list[tuple[int, RollRow]]] = {}
    for line, cells in _rows(table):
        account.rows += 1
        try:
            row = _read(table.header, cells, today)
        except _Wrong as wrong:
            account.refused.add(line, wrong.field, wrong.reason, about=None if isinstance(cells, Unreadable) else cells)
        else:
            taken.setdefault(row.upn, []).append((line, row))
    if not account.rows:
        raise FileRefused("it has a header line and no rows")
    settled = [kept for same in taken.values() if (kept := _settle(account, same))]
    return CheckedRoll(account, settled)


def _rows(table: Table) -> Iterator[tuple[int, list[str]]]:
    for chunk in table.chunks:
        for line, cells in zip(chunk.lines, chunk.rows, strict=True):
            if any(map(str.strip, cells)):
                yield line, cells


def _settle(account: Account, same: list[tuple[int, RollRow]]) -> RollRow | None:
    """The child's row; none if its rows differ."""
    first_line, first = same[0]
    other = next((line for line, row in same if row != first), None)
    if other is not None:
        for line, row in same:
            contrary = other if row == first else first_line
            account.refused.add(line, "UPN", "another row with this UPN says otherwise", f": line {contrary}", (repr(row),))
        return None
    for line, _ in same[1:]:
        account.repeated += 1
        account.warnings.add(line, "row", "the same row twice: kept once", f": line {first_line}", (first.upn,))
    if verdict(first.upn) is Verdict.WRONG_LETTER:
        account.warnings.add(first_line, "UPN", Verdict.WRONG_LETTER.value, about=(first.upn,))
    return first


def _read(header: Header, cells: list[str], today: date) -> RollRow:
    if isinstance(cells, Unreadable):
        raise _Wrong(*cells.said)
    if len(cells) != header.width:
        raise _Wrong("row", "wrong number of columns")
    texts = {name: cells[index].strip() for name, index in header.columns.items()}
    for name, text in texts.items():
        if len(text) > TEXT:
            raise _Wrong(name, f"longer than {TEXT} characters")
    upn = normalise(texts["UPN"])
    if verdict(upn) is Verdict.WRONG_SHAPE:
        raise _Wrong("UPN", Verdict.WRONG_SHAPE.value)
    return RollRow(
        upn,
        _filled(texts, "surname"),
        _filled(texts, "forename"),
        _born(texts["date of birth"], today),
        _year_group(texts["year group"]),
        _details(texts),
        _parents(texts),
    )


def _details(texts: dict[str, str]) -> dict[str, Cell]:
    details: dict[str, Cell] = {name: _cell(name, texts[name]) for name in _ABOUT_THE_CHILD if name in texts}
    entered, left = details.get("entry date"), details.get("leaving date")
    if isinstance(entered, str) and isinstance(left, str) and left < entered:  # ISO dates
        raise _Wrong("leaving date", "before the entry date")
    return details


def _filled(texts: dict[str, str], name: str) -> str:
    if not texts[name]:
        raise _Wrong(name, "missing")
    return texts[name]


def _born(text: str, today: date) -> date:
    born = parse_day(text)
    if born is None:
        raise _Wrong("date of birth", "not a date (2015-04-30 or 30/04/2015)")
    if born > today:
        raise _Wrong("date of birth", "after today")
    if today.year - born.year - ((today.month, today.day) < (born.month, born.day)) not in AGES:
        raise _Wrong("date of birth", f"not the age of a child on a roll ({AGES[0]} to {AGES[-1]})")
    return born


def _year_group(text: str) -> str:
    group = normalise_year_group(text)
    if group is None:
        raise _Wrong("year group", "not a year group")
    return group


def _parents(texts: dict[str, str]) -> dict[int, dict[str, Cell]]:
    parents = {}
    for number in PARENTS:
        names = {field: f"parent {number} {field}" for field in PARENT_FIELDS}
        fields = {field: _cell(name, texts[name]) for field, name in names.items() if name in texts}
        if fields:
            parents[number] = fields
    return parents


def _cell(name: str, text: str) -> Cell:
    return _READERS.get(name.rpartition(" ")[2], _plain)(name, text) if text else None


def _plain(_: str, text: str) -> Cell:
    return text


def _yes_no(name: str, text: str) -> Cell:
    # A guess would disclose an address that has to stay hidden.
    if text.lower() not in _YES_NO:
        raise _Wrong(name, "neither yes nor no")
    return _YES_NO[text.lower()]


def _iso_day(name: str, text: str) -> Cell:
    day = parse_day(text)
    if day is None:
        raise _Wrong(name, "not a date (2015-04-30 or 30/04/2015)")
    return day.isoformat()


# by the last word of a column's name: looked after, address confidential, date of birth, entry date
_READERS: Final[dict[str, Callable[[str, str], Cell]]] = {
    "after": _yes_no,
    "confidential": _yes_no,
    "birth": _iso_day,
    "date": _iso_day,
}
