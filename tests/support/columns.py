"""Rows as a page takes them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.attendance.domain.notes import Note

Row = tuple[int, int, Note | None]
"""Slot, mark and note."""


@dataclass(frozen=True)
class Cells:
    slots: array[int]
    marks: bytes
    notes: Mapping[int, Note]


def column(rows: Sequence[Row]) -> Cells:
    ordered = sorted(rows, key=lambda row: row[0])
    notes = {at: note for at, (_, _, note) in enumerate(ordered) if note is not None}
    return Cells(array("H", [slot for slot, _, _ in ordered]), bytes(mark for _, mark, _ in ordered), notes)


def columns(rows: Mapping[str, Sequence[Row]]) -> dict[str, Cells]:
    return {child: column(of_child) for child, of_child in rows.items()}
