"""What every file of an LA's words has in common: named columns, whole rows, days as they are written here, and how a row is refused."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, NamedTuple, TypeVar

from services.sharing.domain import spreadsheet
from services.sharing.errors import Unfit

Made = TypeVar("Made")
MOST_ROWS: Final = 5_000
_SQUASHED: Final = re.compile(r"[\s_\-]+")
_MIDNIGHT: Final = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
"""A spreadsheet's day is a time of day too, and some exports write it."""
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _MIDNIGHT)
_BRITISH: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + _MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken. The value is not told: it may be a name in the wrong column."""

    line: int
    field: str
    reason: str


class Read(NamedTuple, Generic[Made]):
    """A file as far as its cells tell. `unread`: positions of columns that are not read; the first is 1. `headings`: by column, what the
    file calls it."""

    rows: list[Made]
    refused: list[Refused]
    unread: list[int]
    headings: Mapping[str, str]

    def refusal(self, line: int, field: str, reason: str) -> Refused:
        """`field`: a column by its own name; it is told as it stands in the file, where it is there."""
        return Refused(line, self.headings.get(field, field), reason)


class Wrong(Exception):
    """Of a row: which column is wrong, and why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class Table:
    """`lines`: all but the first. `unread`: positions of columns that are not read; the first is 1."""

    lines: Sequence[spreadsheet.Row]
    unread: list[int]
    _places: Mapping[str, int]
    _width: int
    _headings: Mapping[str, str]

    def cells(self, line: spreadsheet.Row) -> dict[str, str]:
        """By column, those that are not empty. Wrong for a row that is torn."""
        cells = _whole(line, self._width)
        return {name: cells[place] for name, place in self._places.items() if place < len(cells) and cells[place]}

    def read(self, row: Callable[[int, dict[str, str]], Made]) -> Read[Made]:
        """What `row` makes of the number and cells of each line; refused are those for which it raises Wrong."""
        read = Read[Made]([], [], self.unread, self._headings)
        for line in self.lines:
            try:
                read.rows.append(row(line.line, self.cells(line)))
            except Wrong as wrong:
                read.refused.append(read.refusal(line.line, wrong.field, wrong.reason))
        return read


def read_table(content: bytes, columns: Mapping[str, Collection[str]], needed: Sequence[str], finds: Collection[str]) -> Table:
    """`columns`: each with the names by which it is known. `needed`: those that have to be there, and of `finds` one. Unfit for what is no
    such file."""
    lines = list(spreadsheet.rows(content))
    if not lines:
        raise Unfit("the file is empty")
    if lines[0].cells is None:
        raise Unfit("the quotation marks of the first line do not close")
    places, unread = _header(lines[0].cells, columns, needed, finds)
    if len(lines) - 1 > MOST_ROWS:
        raise Unfit(f"more than {MOST_ROWS} rows: send it in parts")
    headings = {name: " ".join(lines[0].cells[place].split()) for name, place in places.items()}
    return Table(lines[1:], unread, places, len(lines[0].cells), headings)


def _whole(line: spreadsheet.Row, columns: int) -> list[str]:
    """The cells of a row that is not torn: a cell that slipped into the next column, or was lost, would make the row say something else."""
    if line.cells is None:
        raise Wrong("row", "its quotation marks do not close")
    if len(line.cells) > columns:
        raise Wrong("row", "more cells than the first line: a text with a separator in it stands in quotation marks")
    if not line.ended and len(line.cells) < columns:
        raise Wrong("row", "the file was cut off within it: get the file again")
    return line.cells


def _header(
    cells: list[str], columns: Mapping[str, Collection[str]], needed: Sequence[str], finds: Collection[str]
) -> tuple[dict[str, int], list[int]]:
    names = {alias: name for name, aliases in columns.items() for alias in aliases}
    places: dict[str, int] = {}
    unread: list[int] = []
    for place, cell in enumerate(cells):
        name = names.get(squashed(cell))
        if name is None:
            unread.append(place + 1)
        elif name in places:
            raise Unfit(f"columns {places[name] + 1} and {place + 1} are both `{name}`")
        else:
            places[name] = place
    if lacking := [name for name in needed if name not in places] or ([] if places.keys() & set(finds) else ["pack"]):
        raise Unfit(f"the first line names the columns; not there: {', '.join(lacking)}")
    return places, unread


def day(field: str, text: str) -> date:
    """Wrong for what is no day as 2026-11-16 or 16/11/2026."""
    try:
        if iso := _ISO.fullmatch(text):
            return date(*(int(part) for part in iso.groups()))
        if british := _BRITISH.fullmatch(text):
            day_, _, month, year = british.groups()
            return date(int(year), int(month), int(day_))
    except ValueError:
        pass
    raise Wrong(field, "a day is written 2026-11-16 or 16/11/2026")


def squashed(text: str) -> str:
    """In the one writing by which columns and words are known."""
    return _SQUASHED.sub(" ", text).strip().casefold()
