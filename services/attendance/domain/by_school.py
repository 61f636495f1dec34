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
    """By what the rows name (digits alone; empty where they name none). Raises FileRefused where the file has no column for it."""
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
        rows = [row if (name := _name(row, columns)) in names or not name else ANOTHER for row in chunk.rows]
        return Chunk(chunk.lines, rows)
    kept = [(line, row) for line, row in zip(chunk.lines, chunk.rows, strict=True) if _name(row, columns) in names]
    return Chunk([line for line, _ in kept], [row for _, row in kept])


def _names(table: Table) -> Iterator[tuple[int, str]]:
    columns = _columns(table.header)
    for chunk in table.chunks:
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            if any(map(str.strip, row)):
                yield line, _name(row, columns)


def _columns(header: Header) -> list[int]:
    return [header.columns[name] for name in SCHOOL if name in header.columns]


def _name(row: list[str], columns: list[int]) -> str:
    """The first of the columns that is filled, without what people write between its digits."""
    for column in columns:
        text = row[column].strip().replace("/", "").replace(" ", "") if column < len(row) else ""
        if text:
            return text if len(text) in _LENGTHS and text.isascii() and text.isdigit() else ""
    return ""
