"""Checks a roll row by row.

A column that is not in the file says nothing; an empty cell says that there is nothing. The two are kept apart, so that
a roll with fewer columns does not wipe what an earlier one told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.attendance.domain.child_key import is_shaped, read_pupil_id, read_upn
from services.attendance.domain.dates import parse_day
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.table import Table
from services.attendance.domain.headers import PARENT_FIELDS, PARENTS, Header
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.pupils import Pupils
from services.attendance.domain.receipts import Account, Receipt
from services.attendance.domain.roll_names import Names
from services.attendance.domain.roll_row import Cell, RollRow
from services.attendance.domain.rows import Unreadable
from services.attendance.domain.upn import Verdict, verdict
from services.attendance.domain.year_groups import normalise_year_group

AGES: Final = range(2, 21)
"""Completed years of life of a child on a roll, nursery to special school's sixth form."""

CHILDREN: Final = 20_000
"""Rows of a roll that are taken: four times the largest school. All stand in memory at once."""

TOLD: Final = 8_000_000
"""Characters of their cells."""

TEXT: Final = 500
"""The longest cell of text, in characters."""

_YES_NO: Final = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_ABOUT_THE_CHILD: Final = ("entry date", "leaving date", "sex", "address", "looked after", "special educational needs", "health needs")


@dataclass(frozen=True, slots=True)
class CheckedRoll:
    """What the receipt is made of, and the children that are taken, in the order of the file.

    `kept_by`: what decided which fields are kept; where it changes, the same file says something else.
    """

    account: Account
    rows: list[RollRow]
    kept_by: tuple[str, ...] = ()

    @property
    def receipt(self) -> Receipt:
        """As for a school that was told nothing before."""
        return self.account.receipt()


class _Wrong(Exception):
    """The row is refused."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__()


def check_roll(table: Table, terms: Terms, account: Account | None = None) -> CheckedRoll:
    """Checks the rows of a table, on an account of their own or one with others. Raises FileRefused if there is none."""
    account = account or Account.open("roll", table.header.unknown, table.header_line)
    taken: list[tuple[int, RollRow]] = []
    told = 0
    for line, cells in _rows(table):
        account.rows += 1
        try:
            row = _read(table.header, cells, terms.today)
        except _Wrong as wrong:
            account.refused.add(line, wrong.field, wrong.reason, about=None if isinstance(cells, Unreadable) else cells)
        else:
            taken.append((line, row))
            told += sum(map(len, cells))
            if len(taken) > CHILDREN or told > TOLD:
                raise FileRefused(f"a roll tells of at most {CHILDREN:,} children, and {TOLD // 1_000_000} MB: push it in parts")
    if not account.rows:
        raise FileRefused("it has a header line and no rows")
    names = Names.of((row for _, row in taken), terms.several)
    same: dict[str, list[tuple[int, RollRow]]] = {}
    for line, row in taken:
        same.setdefault(names.child(row), []).append((line, names.sure(row, line, account.warnings)))
    settled = [kept for rows in same.values() if (kept := _settle(account, rows))]
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
            field = "UPN" if row.upn else "pupil id"
            account.refused.add(line, field, f"another row with this {field} says otherwise", f": line {contrary}", (repr(row),))
        return None
    for line, _ in same[1:]:
        account.repeated += 1
        account.warnings.add(line, "row", "the same row twice: kept once", f": line {first_line}", first.keys)
    if first.upn and verdict(first.upn) is Verdict.WRONG_LETTER:
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
    if fault := Pupils.fault(texts.get("UPN", ""), texts.get("pupil id", "")):
        raise _Wrong(*fault)
    upn = read_upn(texts.get("UPN", ""))
    return RollRow(
        upn,
        _filled(texts, "surname"),
        _filled(texts, "forename"),
        _born(texts["date of birth"], today),
        _year_group(texts["year group"]),
        _details(texts),
        _parents(texts),
        read_pupil_id(texts.get("pupil id", "")),
        _former(texts, upn),
    )


def _former(texts: dict[str, str], upn: str | None) -> str | None:
    """The UPN that the child had before, if the file says so and it is another."""
    former = read_upn(texts.get("former UPN", ""))
    if former and not is_shaped(former):
        raise _Wrong("former UPN", Verdict.WRONG_SHAPE.value)
    return None if former == upn else former


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
