"""Workbooks (XLSX, ECMA-376 part 1): the rows of the first sheet that has a header.

Read as a stream by the same hardened parser as XML, and not by a library that lays a sheet out in memory: a sheet of two cells, in
its first and its last corner, makes such a library ask for terabytes, and the process ends. Of a formula only the value that
was stored with it is read; nothing is computed. Links, macros, pictures and comments are not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.archive import Archive
from services.attendance.domain.formats.sheet import NOT_COMPUTED, Row, Sheet, Styles, Values
from services.attendance.domain.formats.table import TITLES, Table, looks_like_header, table
from services.attendance.domain.formats.xml_stream import LONGEST_TEXT, local, stream
from services.attendance.domain.headers import read_header
from services.attendance.domain.rows import Unreadable, in_chunks
from services.attendance.domain.text import File

_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"

STRINGS: Final = 500_000
"""Different texts of a workbook; they stand in memory while its sheet is read."""

TEXT: Final = 8_000_000
"""Characters of them; one of four bytes among a text's makes all of them such."""

SHEETS: Final = 20
"""Sheets that are looked through for a header."""


def read_workbook(data: File) -> Table:
    """Raises FileRefused."""
    archive = Archive(data)
    book = _Book()
    _read(archive, "xl/workbook.xml", book)
    relations = _Relations()
    _read(archive, _RELATIONS, relations)
    strings, styles = _Strings(), Styles()
    for name, reader in ((_STRINGS, strings), (_STYLES, styles)):
        if name in archive:
            _read(archive, name, reader)
    values = Values(strings.found, styles.dates(), from_1904=book.from_1904)
    # each once, however many tabs name it
    parts = dict.fromkeys(relations.parts[id_] for id_ in book.sheets[:SHEETS] if id_ in relations.parts)
    return _first_with_header(archive, [part for part in parts if part in archive], values)


def _first_with_header(archive: Archive, parts: list[str], values: Values) -> Table:
    """The table of the first sheet that has a header; else the first filled row is shown to be none."""
    other: Row | None = None
    for part in parts:
        rows = _rows(archive, part, values)
        top = list(islice(rows, TITLES))
        for place, (line, cells) in enumerate(top):
            if looks_like_header(_header(cells)):
                return _table(line, _header(cells), chain(top[place + 1 :], rows))
        other = other or next(iter(top), None)
    if other is None:
        raise FileRefused("it is empty")
    return _table(other[0], _header(other[1]), iter(()))


def _header(cells: dict[int, str]) -> list[str]:
    return [cells.get(place, "") for place in range(max(cells) + 1)]


def _table(line: int, header: list[str], rows: Iterator[Row]) -> Table:
    """What stands beside the columns of the header is not read."""
    read = {index: name for name, index in read_header(header).columns.items()}
    return table(header, line, in_chunks((line, _cells(cells, len(header), read)) for line, cells in rows))


def _cells(cells: dict[int, str], width: int, read: dict[int, str]) -> list[str]:
    """`read`: the columns of which something is read. A formula without a value is not to pass for an empty cell, which clears a mark."""
    for place, text in cells.items():
        if text == NOT_COMPUTED and place in read:
            return Unreadable(read[place], "a formula without a value: open and save the workbook in Excel first")
    return [cells.get(place, "") for place in range(width)]


def _rows(archive: Archive, part: str, values: Values) -> Iterator[Row]:
    sheet = Sheet(values)
    for _ in stream(archive.pieces(part), sheet):
        yield from sheet.rows
        sheet.rows.clear()


def _read(archive: Archive, part: str, reader: "_Book | _Relations | _Strings | Styles") -> None:
    for _ in stream(archive.pieces(part), reader):
        pass


@dataclass
class _Book:
    """The ids of the sheets' relations in the order of their tabs, and from which day dates are counted."""

    sheets: list[str] = field(default_factory=list)
    from_1904: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            self.sheets += [value for name, value in attributes.items() if local(name) == "id" and name != "id"]
        elif tag == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")

    def text(self, text: str) -> None:
        pass

    def end(self, tag: str) -> None:
        pass


@dataclass
class _Relations:
    """From relation to part."""

    parts: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            self.parts[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def text(self, text: str) -> None:
        pass

    def end(self, tag: str) -> None:
        pass


class _Strings:
    """The texts that cells share. Pronunciations (rPh) are none. Raises FileRefused for more than `STRINGS` or `TEXT`."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._reads = self._spoken = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        self._reads = tag == "t" and not self._spoken
        self._spoken = self._spoken or tag == "rPh"

    def text(self, text: str) -> None:
        if self._reads:
            self._text.append(text)

    def end(self, tag: str) -> None:
        self._reads = False
        if tag == "rPh":
            self._spoken = False
        elif tag == "si":
            self.found.append("".join(self._text)[:LONGEST_TEXT])
            self._text.clear()
            self._length += len(self.found[-1])
            if len(self.found) > STRINGS or self._length > TEXT:
                raise FileRefused("a workbook with too many texts: push it in parts, or as CSV")
