"""One sheet of a workbook: its cells as the texts that its user sees, as far as rows of a roll or of marks need them.

Source: ECMA-376 part 1, 18.3.1.4 (cells), 18.8.30 (number formats), 18.17.4.1 (the serial numbers of days).
"""

import re
from datetime import datetime, timedelta
from typing import Final

from services.attendance.domain.formats.xml_stream import LONGEST_TEXT

Row = tuple[int, dict[int, str]]
"""The number of a row (the first is 1) and its filled cells by column (the first is 0)."""

COLUMNS: Final = 300
"""Columns that are read; a roll with all that it may tell has forty."""

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_DAYS_OF: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats of dates and times."""

_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
"""What a number format shows as it stands, and its colours and conditions."""

_FROM_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001  (a day, wherever it was written)
_FROM_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL: Final = 2_958_465
"""31 December 9999, counted from 1900."""

NOT_COMPUTED: Final = "\0"
"""Stands in a cell with a formula and no value: written by a program that computes nothing. No text of XML holds this character."""


class Styles:
    """Which of the cells' styles show a number as a date."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._cells = True
        elif tag == "xf" and self._cells:
            self._formats.append(attributes.get("numFmtId", "0"))

    def text(self, text: str) -> None:
        pass

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._cells = False

    def dates(self) -> frozenset[str]:
        return frozenset(str(style) for style, format_ in enumerate(self._formats) if self._is_date(format_))

    def _is_date(self, format_: str) -> bool:
        if format_ in self._codes:
            return any(letter in "dmyhs" for letter in _LITERAL.sub("", self._codes[format_].split(";")[0]).lower())
        return format_.isdecimal() and int(format_) in _DAYS_OF


class Values:
    """From what is stored of a cell to its text."""

    def __init__(self, strings: list[str], dates: frozenset[str], *, from_1904: bool) -> None:
        self._strings, self._dates = strings, dates
        self._first = _FROM_1904 if from_1904 else _FROM_1900

    def text(self, kind: str, style: str, stored: str) -> str:
        """`kind` is the cell's type, `style` its style's number."""
        if kind == "s":
            return self._strings[int(stored)] if stored.isdecimal() and len(stored) < 9 and int(stored) < len(self._strings) else stored
        if kind != "n" or not stored:
            return stored
        try:
            number = float(stored)
        except ValueError:
            return stored
        if style in self._dates and 1 <= number <= _LAST_SERIAL:
            return self._day(number) or stored
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else stored

    def _day(self, serial: float) -> str | None:
        """None for a day behind the last that there is, as a late one counted from 1904 may be."""
        # to the second: a fraction of a day has no exact number
        try:
            moment = self._first + timedelta(seconds=round(serial * 86400))
        except OverflowError:
            return None
        return moment.date().isoformat() if moment.time() == moment.min.time() else moment.isoformat(" ")


class Sheet:
    """Reads a sheet; `rows` fills up with those that have ended and are not blank."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._number, self._column = 0, -1
        self._kind = self._style = ""
        self._reads = self._formula = self._valued = False
        self._stored: list[str] = []
        self._row: dict[int, str] = {}
        self.rows: list[Row] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._reads = tag == "v" or (tag == "t" and self._kind == "inlineStr")
        if tag == "row":
            said = attributes.get("r", "")
            self._number = int(said) if said.isdecimal() and len(said) < 8 else self._number + 1
            self._column, self._row = -1, {}
        elif tag == "c":
            self._column = _column(attributes.get("r", ""), self._column + 1)
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._formula = self._valued = False
            self._stored.clear()
        elif tag == "f":
            self._formula = True
        elif tag == "v":
            self._valued = True

    def text(self, text: str) -> None:
        if self._reads:
            self._stored.append(text)

    def end(self, tag: str) -> None:
        self._reads = False
        if tag == "c":
            if self._column < COLUMNS and (text := self._cell()).strip():
                self._row[self._column] = text[:LONGEST_TEXT]
            self._stored.clear()
        elif tag == "row" and self._row:
            self.rows.append((self._number, self._row))
            self._row = {}

    def _cell(self) -> str:
        if self._stored:
            return self._values.text(self._kind, self._style, "".join(self._stored))
        # the value of a formula may be the empty text, which has a type and an element of its own
        return NOT_COMPUTED if self._formula and not (self._kind == "str" and self._valued) else ""


def _column(reference: str, otherwise: int) -> int:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return otherwise
    number = 0
    for letter in found[1]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
