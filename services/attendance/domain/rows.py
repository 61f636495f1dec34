"""From the physical lines of a delimited text to rows, each with the number of the line on which it starts (the first is 1).

One separator, optional double quotes; a quoted field may hold line ends. A quotation mark that is never closed spoils the row
in which it stands and no other.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from services.attendance.domain.text import AHEAD, Lines

CHUNK: Final = 256
"""Rows handed on at once: few enough for the processor's cache, and not to wake the garbage collector."""

ROW_LINES: Final = 50
"""A row that has not ended after so many lines has a quotation mark that is never closed."""


class Unreadable(list[str]):
    """Stands for a row that could not be read: of no width that a header has, and never blank."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(['"'])
        self.said = field, reason


BROKEN: Final = Unreadable("row", "a quotation mark is not closed")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in their order and, in step, the lines where they start. A blank line is an empty row, or none."""

    lines: Sequence[int]
    rows: list[list[str]]


def in_chunks(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Chunk]:
    """Rows that come one by one, each with its line, in chunks of `CHUNK` rows, or of about `AHEAD` characters."""
    lines, held, told = list[int](), list[list[str]](), 0
    for line, row in rows:
        lines.append(line)
        held.append(row)
        told += sum(map(len, row))
        if len(held) == CHUNK or told > AHEAD:
            yield Chunk(lines, held)
            lines, held, told = [], [], 0
    if held:
        yield Chunk(lines, held)


def read_row(lines: Sequence[str], separator: str = ",", width: int | None = None) -> tuple[list[str], int]:
    """The row that starts at the first of `lines` (at most ROW_LINES are looked at), and how many it takes; BROKEN takes one.

    A row of more lines than one has to be well formed, and of `width` columns where that is known: two stray quotation
    marks are not to swallow the rows between them.
    """
    # The blank line behind is read only by a quoted field that is still open.
    reader = csv.reader(chain(_ended(lines, ROW_LINES), ["\n"]), delimiter=separator)
    try:
        row = next(reader)
        taken = reader.line_num
        if taken > 1 and next(csv.reader(_ended(lines, taken), delimiter=separator, strict=True)) != row:
            return BROKEN, 1
    except csv.Error:  # not well formed, never closed, or a field over the reader's limit
        return BROKEN, 1
    return (row, taken) if taken == 1 or len(row) == (width or len(row)) else (BROKEN, 1)


def _ended(lines: Sequence[str], count: int) -> Iterator[str]:
    return (line + "\n" for line in islice(lines, count))


def chunks(lines: Lines, width: int, separator: str = ",") -> Iterator[Chunk]:
    """The rows that are left, under a header of so many columns."""
    while some := lines.ahead(CHUNK):
        numbers = range(lines.at + 1, lines.at + 1 + len(some))
        filled = some if all(some) else list(filter(None, some))
        rows = _one_row_a_line(filled, separator)
        if rows is not None:
            if rows:
                yield Chunk(numbers if filled is some else [number for number, line in zip(numbers, some, strict=True) if line], rows)
            lines.take(len(some))
        else:
            yield _row_by_row(lines, len(some), width, separator)


def _one_row_a_line(lines: list[str], separator: str) -> list[list[str]] | None:
    """The rows, if each line is one: the usual case, in one go. None if some row takes more.

    Blank lines may have been left out: where every other line is a row, they are not within one.
    """
    try:
        rows = list(csv.reader(chain(lines, [""]), delimiter=separator))
    except csv.Error:
        return None
    # An open quote swallows the blank line behind, so that the count cannot come out by chance.
    return rows[:-1] if len(rows) == len(lines) + 1 else None


def _row_by_row(lines: Lines, count: int, width: int, separator: str) -> Chunk:
    """The rows that start within the next `count` lines, which are taken."""
    starts, rows = [], []
    end = lines.at + count
    while lines.at < end:
        row, taken = read_row(lines.ahead(ROW_LINES), separator, width)
        starts.append(lines.at + 1)
        rows.append(row)
        lines.take(taken)
    return Chunk(starts, rows)
