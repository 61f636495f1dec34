"""Delimited text: rows of cells between commas, semicolons, tabs or bars, whichever the header has."""

import re
from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.table import TITLES, Table, looks_like_header, table
from services.attendance.domain.rows import ROW_LINES, chunks, read_row
from services.attendance.domain.text import File, Lines, blocks, pieces

SEPARATORS: Final = ",;\t|"

_SAID: Final = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
"""What Excel reads, and some systems write, as a first line."""


def read_delimited(data: File) -> Table:
    """Raises FileRefused."""
    lines = Lines(blocks(pieces(data)))
    top = lines.ahead(TITLES + ROW_LINES)
    at, separator = _header(top)
    cells, taken = read_row(top[at:], separator)
    lines.take(at + taken)
    return table(cells, at + 1, chunks(lines, len(cells), separator))


def _header(top: list[str]) -> tuple[int, str]:
    """The index of the header, and the separator by which it is one; of the first line, and the comma, if none is."""
    filled = [at for at, line in enumerate(top) if line.strip()][:TITLES]
    if filled and (said := _SAID.fullmatch(top[filled[0]].strip())):
        return (filled[1], said[1]) if len(filled) > 1 else (filled[0], ",")
    for at in filled:
        for separator in SEPARATORS:
            if looks_like_header(read_row(top[at:], separator)[0]):
                return at, separator
    if not filled:
        raise FileRefused("it is empty")
    return filled[0], ","
