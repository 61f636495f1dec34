"""The rows of a plain file of marks by columns, block by block (see plain_marks)."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain import notes
from services.attendance.domain.codes import CLEARED
from services.attendance.domain.headers import Header
from services.attendance.domain.mark_tables import NOTICE, Marks, Terms
from services.attendance.domain.notes import Note
from services.attendance.domain.plain_cells import (
    PADDING,
    NotPlain,
    Text,
    afternoons,
    code_text,
    codes,
    day_number,
    day_text,
    days,
    upn_runs,
)
from services.attendance.domain.text import File

BLOCK: Final = 1 << 17
"""Bytes looked at together: a large file is not to stand in memory several times. Their columns stay in the processor's cache, and most in
memory that is used again: with blocks of a megabyte a year's file took a third longer."""
KINDS: Final = 64
"""Distinct texts of codes in a table: twice as many as there are codes."""
TABLES: Final = 8
"""Tables that are kept: some 0.3 megabytes each."""
LONGEST: Final = csv.field_size_limit()
"""Characters of a line, at most: row by row a longer cell is refused, and a line is cut that is far longer."""
REQUIRED: Final = ("UPN", "date", "session", "code")

_COMMA, _LINE_END = b",\n"
_BEHIND: Final = bytes(PADDING)

Places = NDArray[np.intp]


class Columns(NamedTuple):
    """`upns`: numbers (see plain_cells), one for each run of rows of the same; `rows`: of each run. `marks`: each row's year, slot and mark
    as in an entry (see mark_tables). `notes`: what is said beside the marks, by row."""

    upns: NDArray[np.int64]
    rows: Places
    marks: NDArray[np.uint32]
    notes: dict[int, Note]


class MarkTable:
    """From the numbers of days, sessions and codes to the parts of entries. Each distinct text is looked at once, for all files that are
    checked on one day against the same dates; several may be at a time, in threads."""

    def __init__(self, terms: Terms) -> None:
        self._growing = Lock()
        self._marks = Marks(terms)
        self._first = day_number(terms.oldest_year)
        self._days = day_number(terms.today.year + 2) - self._first
        self._found = np.zeros(self._days * 2 * KINDS, np.uint32)  # of which only the days of the file are ever touched
        self._kinds = np.full(1 << 16, KINDS, np.uint8)
        self._texts: list[str] = []

    def of(self, day: NDArray[np.int32], afternoon: NDArray[np.bool_], code: NDArray[np.uint16]) -> NDArray[np.uint32]:
        """NotPlain where anything is to be said of one."""
        if day.min() < self._first or day.max() >= self._first + self._days:
            raise NotPlain
        at = ((day - np.int32(self._first)) * np.int32(2) + afternoon) * np.int32(KINDS) + self._kind(code)
        found: NDArray[np.uint32] = self._found[at]
        if not found.all():  # no entry of a mark is 0
            self._look(np.unique(at[found == 0]).tolist())
            found = self._found[at]
        return found

    def _kind(self, code: NDArray[np.uint16]) -> NDArray[np.uint8]:
        kinds = self._kinds[code]
        if kinds.max() == KINDS:
            with self._growing:
                for number in np.unique(code[self._kinds[code] == KINDS]).tolist():
                    if len(self._texts) == KINDS:
                        _table.cache_clear()  # what is no code is not to stand in the way of what is one
                        raise NotPlain
                    self._texts.append(code_text(number))
                    self._kinds[number] = len(self._texts) - 1
            kinds = self._kinds[code]
        return kinds

    def _look(self, unseen: list[int]) -> None:
        for at in unseen:
            rest, kind = divmod(at, KINDS)
            day, afternoon = divmod(rest, 2)
            entry = self._marks[day_text(self._first + day), ("AM", "PM")[afternoon], self._texts[kind]]
            if not 0 <= entry < NOTICE or entry & 0xFF == CLEARED:
                raise NotPlain
            self._found[at] = entry


@lru_cache(TABLES)
def _table(today: date, since: date | None, until: date | None, succeeds_from: date | None, succeeded_from: date | None) -> MarkTable:
    """By all that a mark is checked against: most schools have the same."""
    return MarkTable(Terms(today, since, until, succeeds_from=succeeds_from, succeeded_from=succeeded_from))


def read(data: File, behind: int, header: Header, terms: Terms) -> Columns:
    """The columns of all rows behind the header; NotPlain where they are not plain, or none."""
    if behind == len(data):
        raise NotPlain
    table = _table(terms.today, terms.since, terms.until, terms.succeeds_from, terms.succeeded_from)
    blocks, said, rows = list[Columns](), dict[int, Note](), 0
    for block in _blocks(data, behind):
        columns = _columns(block, header, table)
        said |= {rows + row: note for row, note in columns.notes.items()}
        rows += len(columns.marks)
        blocks.append(columns)
    upns, counts, marks, _ = zip(*blocks, strict=True)
    return Columns(np.concatenate(upns), np.concatenate(counts), np.concatenate(marks), said)


def _blocks(data: File, start: int) -> Iterator[bytes]:
    """Whole lines, some `BLOCK` bytes at a time, each ended by a line feed, with `PADDING` behind. NotPlain where a carriage return stands
    alone."""
    returns = b"\r" in data
    while start < len(data):
        end = data.find(b"\n", min(start + BLOCK, len(data) - 1)) + 1 or len(data)
        block = data[start:end]
        if returns and b"\r" in (block := block.replace(b"\r\n", b"\n")):
            raise NotPlain
        yield b"".join((block, b"" if block.endswith(b"\n") else b"\n", _BEHIND))
        start = end


def _columns(block: bytes, header: Header, table: MarkTable) -> Columns:
    text = Text.of(block)
    cells = text.ones[: -len(_BEHIND)]
    line_ends = cells == _LINE_END
    found = np.flatnonzero((cells == _COMMA) | line_ends)
    if len(found) % header.width:
        raise NotPlain
    ends = found.reshape(-1, header.width)
    # as many lines as rows, and each row's last cell ends one: so no other cell does
    if np.count_nonzero(line_ends) != len(ends) or not line_ends[ends[:, -1]].all():
        raise NotPlain
    begins = np.concatenate(([-1], found[:-1])).reshape(ends.shape) + 1
    if (ends[:, -1] - begins[:, 0]).max() > LONGEST:
        raise NotPlain
    upn, day, session, code = (header.columns[name] for name in REQUIRED)
    for at, length in ((upn, 13), (day, 10), (session, 2)):
        if (ends[:, at] - begins[:, at] != length).any():
            raise NotPlain
    sizes = ends[:, code] - begins[:, code]
    if sizes.min() < 1 or sizes.max() > 2:
        raise NotPlain
    upns, rows = upn_runs(text, begins[:, upn])
    marks = table.of(days(text, begins[:, day]), afternoons(text, begins[:, session]), codes(text, begins[:, code], sizes == 1))
    return Columns(upns, rows, marks, _notes(block, header, begins, ends))


def _notes(block: bytes, header: Header, begins: Places, ends: Places) -> dict[int, Note]:
    """What is said beside the marks, by row."""
    places = [header.columns.get(name) for name in notes.COLUMNS]
    there = np.zeros(len(ends), bool)
    for place in places:
        if place is not None:
            there |= ends[:, place] > begins[:, place]
    said = np.flatnonzero(there)
    spans = [[] if place is None else list(zip(begins[said, place].tolist(), ends[said, place].tolist(), strict=True)) for place in places]
    found: dict[int, Note] = {}
    known: dict[tuple[bytes, ...], Note | None] = {}  # most rows that say anything are late by a few minutes
    for at, row in enumerate(said.tolist()):
        cells = tuple(block[slice(*span[at])] if span else b"" for span in spans)
        if cells not in known:
            known[cells] = _note(cells)
        if note := known[cells]:
            found[row] = note
    return found


def _note(cells: tuple[bytes, ...]) -> Note | None:
    texts = [cell.decode() for cell in cells]
    if notes.fault(texts):
        raise NotPlain
    return notes.note_of(texts)
