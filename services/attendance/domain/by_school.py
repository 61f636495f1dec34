"""Rows that name their school, by URN or by LA and establishment number: a file of a trust has rows of several schools."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.sniff import read_tables
from services.attendance.domain.formats.table import Table
from services.attendance.domain.headers import SCHOOL, Header
from services.attendance.domain.receipts import LISTED
from services.attendance.domain.rows import Chunk, Unreadable
from services.attendance.domain.text import File

ANOTHER: Final = Unreadable("URN", "the row is of another school")
NO_NUMBER: Final = Unreadable("URN", "not a school's number")

UNREADABLE: Final = "?"
"""Stands for a name that is none: what a cell holds that is not empty may be another school's number, written badly."""

NAMES: Final = 2000
"""Schools that one file may name; rows of further ones count as naming none."""

_LENGTHS: Final = (6, 7)
"""Digits of a URN, and of an LA and establishment number."""


@dataclass(slots=True)
class Rows:
    """How many rows name one school, and the lines of the first of them."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.lines) < LISTED:
            self.lines.append(line)


def of_school(table: Table, names: frozenset[str], *, only: bool) -> Table:
    """The table without the rows that name another school (`only`), or with those refused. No names: as it is."""
    if not names or not _columns(table.header):
        return table
    chunks = (_of_school(table.header, chunk, names, only) for chunk in table.chunks)
    return replace(table, chunks=(chunk for chunk in chunks if chunk.rows))


def schools_of(data: File) -> dict[str, Rows]:
    """By what the rows name: digits alone, UNREADABLE, or empty for none. Raises FileRefused where the file has no column for it."""
    found: dict[str, Rows] = {}
    for table in read_tables(data):
        if not _columns(table.header):
            raise FileRefused("it does not say of which school its rows are: add a column URN, or push it to one school")
        for line, name in _names(table):
            known = name if name in found or len(found) < NAMES else ""
            found.setdefault(known, Rows()).add(line)
    return found


def _of_school(header: Header, chunk: Chunk, names: frozenset[str], only: bool) -> Chunk:
    columns = _columns(header)
    if not only:
        return Chunk(chunk.lines, [_unless_another(header, row, _name(row, columns), names) for row in chunk.rows])
    kept = [(line, row) for line, row in zip(chunk.lines, chunk.rows, strict=True) if _name(row, columns) in names]
    return Chunk([line for line, _ in kept], [row for _, row in kept])


def _unless_another(header: Header, row: list[str], name: str, names: frozenset[str]) -> list[str]:
    """The row, or what says why it is not this school's. One of a wrong width is refused for that."""
    if not name or name in names:
        return row
    if name != UNREADABLE:
        return ANOTHER
    return NO_NUMBER if len(row) == header.width else row


def _names(table: Table) -> Iterator[tuple[int, str]]:
    columns = _columns(table.header)
    for chunk in table.chunks:
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            if any(map(str.strip, row)):
                yield line, _name(row, columns)


def _columns(header: Header) -> list[int]:
    return [header.columns[name] for name in SCHOOL if name in header.columns]


def _name(row: list[str], columns: list[int]) -> str:
    """The first of the columns that is filled, without what people write between its digits; UNREADABLE where that is no number."""
    if isinstance(row, Unreadable):
        return ""
    for column in columns:
        text = row[column].strip().replace("/", "").replace(" ", "") if column < len(row) else ""
        if text:
            return text if len(text) in _LENGTHS and text.isascii() and text.isdigit() else UNREADABLE
    return ""
