"""What a Local Authority (LA) says of many packs, as a CSV file: read row by row, and a row that is wrong never stops the good ones.

Columns are known in any letter case, with spaces, underscores or hyphens between the words, and by the names in `_COLUMNS`; `says` and the
day are needed, and the pack's id, the id of the request, or the LA's own reference, if it has named it before. Columns not read are told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from services.sharing.domain import spreadsheet
from services.sharing.domain.heard import Day, Line, Reference, Said, Says, Sessions
from services.sharing.errors import Unfit
from shared.words import Name

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "pack": ("pack", "pack id", "our reference", "your reference", "request"),
    "reference": ("reference", "la reference", "pn number", "pn reference", "notice number"),
    "case_reference": ("case reference", "case number"),
    "says": ("says", "what", "status", "outcome status", "action", "event"),
    "on": ("on", "date", "date of outcome", "date issued", "issued on", "outcome date"),
    "questions": ("questions", "queries"),
    "why": ("why", "reason", "comments"),
    "outcome": ("outcome", "result", "decision"),
    "to": ("to", "issued to", "parent"),
    "sessions": ("sessions", "offence dates", "dates of absence"),
}
_SAYS: Final[Mapping[Says, tuple[str, ...]]] = {
    "received": ("received", "acknowledged"),
    "returned": ("returned", "queried", "more information needed", "returned with questions"),
    "declined": ("declined", "rejected", "refused", "no further action", "nfa"),
    "accepted": ("accepted", "approved"),
    "notice issued": ("notice issued", "issued", "pn issued", "fpn issued", "penalty notice issued"),
    "paid": ("paid", "pn paid"),
    "unpaid": ("unpaid", "not paid", "pn unpaid"),
    "withdrawn": ("withdrawn", "pn withdrawn", "cancelled"),
    "in court": ("in court", "prosecuted", "prosecution", "summons issued", "court"),
    "outcome": ("outcome", "decided", "court outcome"),
}
_FINDS: Final = frozenset({"pack", "reference", "case_reference"})
"""Columns of which a row needs one."""
MOST_ROWS: Final = 5_000
_SQUASHED: Final = re.compile(r"[\s_\-]+")
_MIDNIGHT: Final = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
"""A spreadsheet's day is a time of day too, and some exports write it."""
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _MIDNIGHT)
_BRITISH: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + _MIDNIGHT)
_SESSION: Final = re.compile(r"(\S+)\s+(AM|PM)", re.IGNORECASE)


class Row(NamedTuple):
    """A row that can be read. `pack`: as the file names it; None: by the LA's references alone."""

    line: int
    pack: str | None
    said: Said

    @property
    def named_by(self) -> str:
        """The columns by which its pack was looked for, as their first names are."""
        used = {"pack": self.pack, "reference": self.said.reference, "case reference": self.said.case_reference}
        return "pack" if self.pack else " and ".join(name for name, value in used.items() if value)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken. The value is not told: it may be a name in the wrong column."""

    line: int
    field: str
    reason: str


class _Wrong(Exception):
    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason


class _Cells(BaseModel):
    """What the cells of a row may hold: the bounds are those of a word that is typed in."""

    pack: Annotated[str, StringConstraints(max_length=100)] | None
    on: Day
    questions: Annotated[tuple[Line, ...], Field(max_length=50)]
    why: Line | None
    outcome: Line | None
    to: Name | None
    sessions: Annotated[Sessions, Field(max_length=500)]
    reference: Reference | None
    case_reference: Reference | None


def read(content: bytes) -> tuple[list[Row], list[Refused], list[int]]:
    """The rows, those refused, and the positions of columns that are not read. Unfit for what is no such file."""
    lines = list(spreadsheet.rows(content))
    if not lines:
        raise Unfit("the file is empty")
    if lines[0].cells is None:
        raise Unfit("the quotation marks of the first line do not close")
    columns, unread = _header(lines[0].cells)
    if len(lines) - 1 > MOST_ROWS:
        raise Unfit(f"more than {MOST_ROWS} rows: send it in parts")
    rows, refused = [], []
    for line in lines[1:]:
        try:
            cells = _whole(line, len(lines[0].cells))
            rows.append(_row(line.line, {name: cells[place] for name, place in columns.items() if place < len(cells)}))
        except _Wrong as wrong:
            refused.append(Refused(line.line, wrong.field, wrong.reason))
    return rows, refused, unread


def _whole(line: spreadsheet.Row, columns: int) -> list[str]:
    """The cells of a row that is not torn: a cell that slipped into the next column, or was lost, would make the row say something else."""
    if line.cells is None:
        raise _Wrong("row", "its quotation marks do not close")
    if len(line.cells) > columns:
        raise _Wrong("row", "more cells than the first line: a text with a separator in it stands in quotation marks")
    if not line.ended and len(line.cells) < columns:
        raise _Wrong("row", "the file was cut off within it: get the file again")
    return line.cells


def _header(cells: list[str]) -> tuple[dict[str, int], list[int]]:
    names = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}
    columns: dict[str, int] = {}
    unread: list[int] = []
    for place, cell in enumerate(cells):
        name = names.get(_squashed(cell))
        if name is None:
            unread.append(place + 1)
        elif name in columns:
            raise Unfit(f"columns {columns[name] + 1} and {place + 1} are both `{name}`")
        else:
            columns[name] = place
    if lacking := [name for name in ("says", "on") if name not in columns] or ([] if columns.keys() & _FINDS else ["pack"]):
        raise Unfit(f"the first line names the columns; not there: {', '.join(lacking)}")
    return columns, unread


def _row(line: int, cells: dict[str, str]) -> Row:
    given = {name: cell for name, cell in cells.items() if cell}
    if not given.keys() & _FINDS:
        raise _Wrong("pack", "neither a pack nor a reference")
    says = _says(given.get("says", ""))
    try:
        read = _Cells(
            pack=given.get("pack"),
            on=_day("on", given.get("on", "")),
            questions=tuple(one.strip() for one in given.get("questions", "").split("|") if one.strip()),
            why=given.get("why"),
            outcome=given.get("outcome"),
            to=given.get("to"),
            sessions=_sessions(given.get("sessions", "")),
            reference=given.get("reference"),
            case_reference=given.get("case_reference"),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise _Wrong(str(first["loc"][0]), first["msg"]) from None
    return Row(line, read.pack, Said(says=says, **read.model_dump(exclude={"pack"})))


def _says(text: str) -> Says:
    found = next((says for says, aliases in _SAYS.items() if _squashed(text) in aliases), None)
    if found is None:
        raise _Wrong("says", f"one of: {', '.join(_SAYS)}")
    return found


def _day(field: str, text: str) -> date:
    try:
        if iso := _ISO.fullmatch(text):
            return date(*(int(part) for part in iso.groups()))
        if british := _BRITISH.fullmatch(text):
            day, _, month, year = british.groups()
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise _Wrong(field, "a day is written 2026-11-16 or 16/11/2026")


def _sessions(text: str) -> Sessions:
    """`2026-11-16 AM; 17/11/2026 PM`."""
    found: set[tuple[date, Literal["AM", "PM"]]] = set()
    for one in (part.strip() for part in text.split(";") if part.strip()):
        fits = _SESSION.fullmatch(one)
        if fits is None:
            raise _Wrong("sessions", "such as: 2026-11-16 AM; 2026-11-16 PM")
        found.add((_day("sessions", fits[1]), "AM" if fits[2].upper() == "AM" else "PM"))
    return tuple(sorted(found))


def _squashed(text: str) -> str:
    return _SQUASHED.sub(" ", text).strip().casefold()
