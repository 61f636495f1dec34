"""What every format becomes before its rows are checked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.attendance.domain.headers import WIDE, Header, known_names, read_header
from services.attendance.domain.rows import Chunk

TITLES: Final = 20
"""Lines that a report may have above its header: titles, dates, the name of the school."""

_LOOKS_LIKE_ONE: Final = 3
"""Names of columns in a line that make it a header; no title has as many."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and, to be read once, the rows below it.

    A row's line is the physical line of a text on which it starts, the row of a sheet, or the place of a record in its
    document; all are counted from 1. `header_line` is the header's, of records the first one's.
    """

    header: Header
    header_line: int
    chunks: Iterable[Chunk]


def table(cells: list[str], header_line: int, chunks: Iterable[Chunk]) -> Table:
    """Under a header as it stands in the file. Raises FileRefused if that is none."""
    header = read_header(cells)
    return _narrow(header, header_line, chunks) if header.wide else Table(header, header_line, chunks)


def looks_like_header(cells: list[str]) -> bool:
    return known_names(cells) >= _LOOKS_LIKE_ONE


def _narrow(header: Header, header_line: int, chunks: Iterable[Chunk]) -> Table:
    """A row of a day's two codes becomes two rows of a session each."""
    columns = {name: index for name, index in header.columns.items() if name not in WIDE}
    columns |= {"session": header.width, "code": header.width + 1}
    narrow = replace(header, columns=columns, width=header.width + 2)
    return Table(narrow, header_line, (_split(header, chunk) for chunk in chunks))


def _split(header: Header, chunk: Chunk) -> Chunk:
    lines, rows = [], []
    for line, row in _sessions(header, chunk):
        lines.append(line)
        rows.append(row)
    return Chunk(lines, rows)


def _sessions(header: Header, chunk: Chunk) -> Iterator[tuple[int, list[str]]]:
    for line, row in zip(chunk.lines, chunk.rows, strict=True):
        if len(row) == header.width and any(map(str.strip, row)):
            for session in WIDE:
                yield line, [*row, session, row[header.columns[session]]]
        else:  # blank, or of a width that will be refused
            yield line, row if len(row) != header.width + 2 else row[:1]
