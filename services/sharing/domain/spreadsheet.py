"""The cells of a CSV file as spreadsheets save it: in any usual encoding, with commas, semicolons or tabs, with any ends of lines.

A row whose quotation marks do not close is broken, and reading goes on with the next line: it must not swallow the rows behind it.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.sharing.errors import Unfit

_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .ods files begin, and how .xls."""
_SEPARATORS: Final = (",", ";", "\t")
_SAID: Final = re.compile(r"sep=([,;\t])\r?\n?")
"""The line by which Excel is told its separator."""
_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)
"""A formula that is nothing but a text: so exports keep Excel from reading `007` as 7."""
_MOST_LINES: Final = 50
"""Of one row: a cell may hold line breaks."""


class Row(NamedTuple):
    """`line`: its first. `cells`: stripped; None for a row whose quotation marks do not close.
    `ended`: False where the file ends without ending the line."""

    line: int
    cells: list[str] | None
    ended: bool


def rows(content: bytes) -> Iterator[Row]:
    """Those in which anything stands. Unfit for what is no such file."""
    lines = list(io.StringIO(_text(content), newline=""))
    at, separator = _separator(lines)
    while at < len(lines):
        reader = csv.reader(iter(lines[at : at + _MOST_LINES]), delimiter=separator, strict=True)
        try:
            cells = [_plain(cell) for cell in next(reader)]
        except csv.Error:
            yield Row(at + 1, None, ended=True)
            at += 1
            continue
        first, at = at + 1, at + reader.line_num
        if any(cells):
            yield Row(first, cells, ended=lines[at - 1][-1] in "\r\n")


def _text(content: bytes) -> str:
    if content.startswith(_WORKBOOKS):
        raise Unfit("it is a workbook: save it as CSV")
    unicode_text = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as Excel calls it
    if b"\0" in content and not unicode_text:
        raise Unfit("it is no CSV file")
    decoder = codecs.getincrementaldecoder("utf-16" if unicode_text else "utf-8-sig")()
    try:
        return decoder.decode(content)  # without the half of a character with which a file ends that was cut off
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # as spreadsheets on Windows save it


def _separator(lines: list[str]) -> tuple[int, str]:
    """The place of the first line of cells, and what stands between them."""
    if lines and (said := _SAID.fullmatch(lines[0])):
        return 1, said[1]
    return 0, max(_SEPARATORS, key=lines[0].count) if lines else ","


def _plain(cell: str) -> str:
    text = cell.strip()
    quoted = _TEXT.fullmatch(text)
    return quoted[1].replace('""', '"').strip() if quoted else text
