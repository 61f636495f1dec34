"""What a Local Authority (LA) says of many packs, as a CSV file: read row by row, and a row that is wrong never stops the good ones.

Columns are known in any letter case, with spaces, underscores or hyphens between the words, and by the names in `_COLUMNS`; `says` and the
day are needed, and the pack's id, the id of the request, or the LA's own reference, if it has named it before. Columns not read are told.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from pydantic import ValidationError

from services.sharing.domain.heard import Said, Says, Sessions
from services.sharing.errors import Unfit

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "pack": ("pack", "pack id", "our reference", "your reference", "request"),
    "reference": ("reference", "la reference", "pn number", "pn reference", "notice number", "case reference"),
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
MOST_ROWS: Final = 5_000
_SQUASHED: Final = re.compile(r"[\s_\-]+")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_BRITISH: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_SESSION: Final = re.compile(r"(\S+)\s+(AM|PM)", re.IGNORECASE)


class Row(NamedTuple):
    """A row that can be read. `pack`: as the file names it; None: by the LA's reference alone."""

    line: int
    pack: str | None
    said: Said


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken. The value is not told: it may be a name in the wrong column."""

    line: int
    field: str
    reason: str


class _Wrong(Exception):
    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason


def read(content: bytes) -> tuple[list[Row], list[Refused], list[int]]:
    """The rows, those refused, and the positions of columns that are not read. Unfit for what is no such file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # as spreadsheets on Windows save it
    try:
        lines = [(number, cells) for number, cells in _lines(text) if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise Unfit("it is no CSV file") from None
    if not lines:
        raise Unfit("the file is empty")
    columns, unread = _header(lines[0][1])
    if len(lines) - 1 > MOST_ROWS:
        raise Unfit(f"more than {MOST_ROWS} rows: send it in parts")
    rows, refused = [], []
    for number, cells in lines[1:]:
        try:
            rows.append(_row(number, {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}))
        except _Wrong as wrong:
            refused.append(Refused(number, wrong.field, wrong.reason))
    return rows, refused, unread


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text))
    for cells in reader:
        yield reader.line_num, cells


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
    if lacking := [name for name in ("says", "on") if name not in columns] or ([] if columns.keys() & {"pack", "reference"} else ["pack"]):
        raise Unfit(f"the first line names the columns; not there: {', '.join(lacking)}")
    return columns, unread


def _row(line: int, cells: dict[str, str]) -> Row:
    given = {name: cell for name, cell in cells.items() if cell}
    if not given.keys() & {"pack", "reference"}:
        raise _Wrong("pack", "neither a pack nor a reference")
    try:
        said = Said(
            says=_says(given.get("says", "")),
            on=_day("on", given.get("on", "")),
            questions=tuple(one.strip() for one in given.get("questions", "").split("|") if one.strip()),
            why=given.get("why"),
            outcome=given.get("outcome"),
            to=given.get("to"),
            sessions=_sessions(given.get("sessions", "")),
            reference=given.get("reference"),
        )
    except ValidationError as error:
        raise _Wrong(str(error.errors()[0]["loc"][0]), "it does not fit") from None
    if too_long := next((name for name, cell in given.items() if len(cell) > 2000), None):
        raise _Wrong(too_long, "longer than 2000 characters")
    return Row(line, given.get("pack"), said)


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
