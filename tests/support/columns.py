"""Rows as a page takes them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import numpy as np

from services.attendance.domain.hearing import hear
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.notes import Note
from services.attendance.domain.register_page import Page
from services.attendance.domain.said import Said, said_by

Row = tuple[int, int, Note | None]
"""Slot, mark and note."""


def columns(rows: Mapping[str, Sequence[Row]]) -> Said:
    ordered = [sorted(of_child, key=lambda row: row[0]) for of_child in rows.values()]
    cells = [row for of_child in ordered for row in of_child]
    batch = MarksBatch(
        2026,
        list(rows),
        array("H", map(len, ordered)),
        array("H", (slot for slot, _, _ in cells)),
        bytes(mark for _, mark, _ in cells),
        {at: note for at, (_, _, note) in enumerate(cells) if note is not None},
    )
    return said_by(batch, {child: child for child in rows})


def apply(page: Page, by: int, said: Said) -> set[str]:
    """Write what one writer says on one page; the children whose marks are now others than before."""
    return {child for place in np.flatnonzero(hear([page], by, said)[0]).tolist() if (child := page.children[place])}
