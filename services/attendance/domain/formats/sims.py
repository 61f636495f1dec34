"""Reports of SIMS Command Reporter: SuperStarReport, with a Record for every row and an element for every filled cell.

An element's name is the name of the report's column, with whatever a name in XML may not hold written as _x0020_ and the like; an
empty cell has no element. Source: files as a dozen public tools for schools read them.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.table import Table, table
from services.attendance.domain.formats.xml_records import Element, Paths, records
from services.attendance.domain.rows import in_chunks
from services.attendance.domain.text import File

ROOT: Final = "SuperStarReport"
COLUMNS: Final = 300
"""Columns of a report."""

_PATHS: Final[Paths] = {ROOT: (("Record",),)}
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_report(data: File) -> Table:
    """The columns are those of all records together. Raises FileRefused."""
    tags: dict[str, int] = {}
    for record in records(data, _PATHS):
        for cell in record.children:
            tags.setdefault(cell.tag, len(tags))
        if len(tags) > COLUMNS:
            raise FileRefused(f"a report with more than {COLUMNS} columns")
    if not tags:
        raise FileRefused("it is empty")
    return table([_name(tag) for tag in tags], 1, in_chunks(_rows(records(data, _PATHS), tags)))


def _rows(found: Iterator[Element], tags: dict[str, int]) -> Iterator[tuple[int, list[str]]]:
    for record in found:
        row = [""] * len(tags)
        for cell in reversed(record.children):  # of several of one name the first
            row[tags[cell.tag]] = cell.text
        yield record.ordinal, row


def _name(tag: str) -> str:
    return _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), tag)
