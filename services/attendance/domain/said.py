"""What a writer says of a school year, as a table: a row for each child, a column for each session of which it says anything.

A school's file speaks of the same sessions of all its children, as a rule: then the table is what a page takes, block by block.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.notes import Note
from shared.academic_year import SLOTS

NOT_SAID = 0
"""In the table, where nothing is said. `CLEARED`: it is said that there is no mark."""

Cell = tuple[int, int]
"""Row and column."""


class Said(NamedTuple):
    rows: Mapping[str, int]
    """By child."""
    slots: NDArray[np.intp]
    """Of the columns, in order."""
    marks: NDArray[np.uint8]
    """Rows by columns."""
    notes: Mapping[Cell, Note]

    def __bool__(self) -> bool:
        return bool(self.rows)

    def on(self, children: Sequence[str | None]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The places of those of some children of whom anything is said, and the row of each."""
        rows = self.rows_of(children)
        places = np.flatnonzero(rows >= 0)
        return places, rows[places]

    def rows_of(self, children: Sequence[str | None]) -> NDArray[np.intp]:
        """The row of each of some children; -1 where nothing is said."""
        return np.fromiter(map(self.rows.get, children, repeat(-1)), np.intp, len(children))  # type: ignore[arg-type]  # None has no row

    def notes_of(self, rows: NDArray[np.intp]) -> dict[Cell, Note]:
        """The notes of some rows, by place among them and column."""
        if not self.notes:
            return {}
        place = {row: at for at, row in enumerate(rows.tolist())}
        return {(place[row], column): note for (row, column), note in self.notes.items() if row in place}


NOTHING_SAID = Said({}, np.empty(0, np.intp), np.empty((0, 0), np.uint8), {})


def said_by(batch: MarksBatch, ids: Mapping[str, str]) -> Said:
    """The table of a batch, given whose the keys are. Of a child with two keys in one file, a former UPN and the present one, the first
    counts where both speak of a session."""
    counts = np.frombuffer(batch.counts, np.uint16).astype(np.intp)
    slots = np.frombuffer(batch.slots, np.uint16)
    used = np.zeros(SLOTS, bool)
    used[slots] = True
    columns = np.flatnonzero(used)
    at = (np.cumsum(used) - 1)[slots]
    of_mark = np.repeat(np.arange(len(counts)), counts)
    table = np.zeros((len(counts), len(columns)), np.uint8)
    table[of_mark, at] = np.frombuffer(batch.marks, np.uint8)
    noted = np.fromiter(batch.notes, np.intp, len(batch.notes))
    notes = dict(zip(zip(of_mark[noted].tolist(), at[noted].tolist(), strict=True), batch.notes.values(), strict=True))
    children = [ids[key] for key in batch.keys]
    rows = {child: row for row, child in enumerate(children)}
    if len(rows) == len(children):
        return Said(rows, columns, table, notes)
    return _merged(children, Said(rows, columns, table, notes))


def _merged(children: Sequence[str], said: Said) -> Said:
    """With one row for each child: its first, and of any other what the rows before leave unsaid."""
    rows: dict[str, int] = {}
    notes = dict(said.notes)
    for row, child in enumerate(children):
        first = rows.setdefault(child, row)
        if first != row:
            free = said.marks[first] == NOT_SAID
            said.marks[first, free] = said.marks[row, free]
            notes |= {(first, column): note for (here, column), note in said.notes.items() if here == row and free[column]}
    return Said(rows, said.slots, said.marks, {(row, column): note for (row, column), note in notes.items() if rows[children[row]] == row})


def bits_of(there: NDArray[np.bool_], slots: NDArray[np.intp]) -> list[int]:
    """For each row, the bits of the slots of those columns that are there. Few rows differ, and mostly none."""
    if there.all():
        return [_bits(slots.tolist())] * len(there)
    known: dict[bytes, int] = {}
    width = there.shape[1]
    flags = np.ascontiguousarray(there).tobytes()
    found = []
    for start in range(0, len(there) * width, width) if width else ():
        row = flags[start : start + width]
        bits = known.get(row)
        if bits is None:
            bits = known[row] = _bits(slot for slot, here in zip(slots.tolist(), row, strict=True) if here)
        found.append(bits)
    return found


def _bits(slots: Iterable[int]) -> int:
    bits = 0
    for slot in slots:
        bits |= 1 << slot
    return bits
