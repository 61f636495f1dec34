"""From the text of a CSV file to rows, each with the number of the physical line on which it starts (the first is 1).

Commas, optional double quotes, any line end; a quoted field may hold line ends. A quotation mark that is never closed
spoils the row in which it stands and no other.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

CHUNK: Final = 256
"""Lines read at once: few enough for the processor's cache, and not to wake the garbage collector."""

ROW_LINES: Final = 50
"""A row that has not ended after so many lines has a quotation mark that is never closed."""

BROKEN: Final[list[str]] = ['"']
"""Stands (by identity) for a row that could not be read."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in their order and, in step, the lines where they start. A blank line is an empty row."""

    lines: Sequence[int]
    rows: list[list[str]]


def split_lines(text: str) -> list[str]:
    """The physical lines, for LF, CR LF and CR alike; no other character ends a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def read_row(lines: list[str], at: int, width: int | None = None) -> tuple[list[str], int]:
    """The row that starts at an index of `lines`, and how many lines it takes; BROKEN takes one.

    A row of more lines than one has to be well formed, and of `width` columns where that is known: two stray quotation
    marks are not to swallow the rows between them.
    """
    fed = [line + "\n" for line in lines[at : at + ROW_LINES]]
    # The blank line behind is read only by a quoted field that is still open.
    reader = csv.reader(chain(fed, ["\n"]))
    try:
        row = next(reader)
        taken = reader.line_num
        if taken > 1 and next(csv.reader(fed[:taken], strict=True)) != row:
            return BROKEN, 1
    except csv.Error:  # not well formed, never closed, or a field over the reader's limit
        return BROKEN, 1
    return (row, taken) if taken == 1 or len(row) == (width or len(row)) else (BROKEN, 1)


def chunks(lines: list[str], start: int, width: int) -> Iterator[Chunk]:
    """The rows from an index of `lines` on, under a header of so many columns."""
    while start < len(lines):
        some = lines[start : start + CHUNK]
        rows = _one_row_a_line(some)
        if rows is not None:
            yield Chunk(range(start + 1, start + 1 + len(some)), rows)
            start += len(some)
        else:
            chunk, start = _row_by_row(lines, start, width)
            yield chunk


def _one_row_a_line(lines: list[str]) -> list[list[str]] | None:
    """The rows, if each line is one: the usual case, in one go. None if some row takes more."""
    try:
        rows = list(csv.reader(chain(lines, [""])))
    except csv.Error:
        return None
    # An open quote swallows the blank line behind, so that the count cannot come out by chance.
    return rows[:-1] if len(rows) == len(lines) + 1 else None


def _row_by_row(lines: list[str], start: int, width: int) -> tuple[Chunk, int]:
    """The rows that start within the next CHUNK lines, and the index behind the last."""
    at, starts, rows = start, [], []
    while at < min(start + CHUNK, len(lines)):
        row, taken = read_row(lines, at, width)
        starts.append(at + 1)
        rows.append(row)
        at += taken
    return Chunk(starts, rows), at
