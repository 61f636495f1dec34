"""What a Local Authority (LA) says of many packs, as a CSV file: read row by row, and a row that is wrong never stops the good ones.

Columns are known in any letter case, with spaces, underscores or hyphens between the words, and by the names in `_COLUMNS`; `says` and the
day are needed, and the pack's id, the id of the request, or the LA's own reference, if it has named it before. Columns not read are told.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from services.sharing.domain.answers_table import Read, Wrong, day, read_table, squashed
from services.sharing.domain.heard import Day, Line, Reference, Said, Says, Sessions
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
    "to": ("to", "issued to", "parent", "parent name", "name of parent", "defendant"),
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
_SESSION: Final = re.compile(r"(\S+)\s+(AM|PM)", re.IGNORECASE)


class Row(NamedTuple):
    """A row that can be read. `pack`: as the file names it; None: by the LA's references alone."""

    line: int
    pack: str | None
    said: Said

    @property
    def named_by(self) -> tuple[str, ...]:
        """The columns by which its pack was looked for."""
        used = {"reference": self.said.reference, "case_reference": self.said.case_reference}
        return ("pack",) if self.pack else tuple(name for name, value in used.items() if value)


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


def read(content: bytes) -> Read[Row]:
    """Unfit for what is no such file."""
    return read_table(content, _COLUMNS, ("says", "on"), _FINDS).read(_row)


def _row(line: int, given: dict[str, str]) -> Row:
    if not given.keys() & _FINDS:
        raise Wrong("pack", "neither a pack nor a reference")
    says = _says(given.get("says", ""))
    try:
        read = _Cells(
            pack=given.get("pack"),
            on=day("on", given.get("on", "")),
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
        raise Wrong(str(first["loc"][0]), first["msg"]) from None
    return Row(line, read.pack, Said(says=says, **read.model_dump(exclude={"pack"})))


def _says(text: str) -> Says:
    found = next((says for says, aliases in _SAYS.items() if squashed(text) in aliases), None)
    if found is None:
        raise Wrong("says", f"one of: {', '.join(_SAYS)}")
    return found


def _sessions(text: str) -> Sessions:
    """`2026-11-16 AM; 17/11/2026 PM`."""
    found: set[tuple[date, Literal["AM", "PM"]]] = set()
    for one in (part.strip() for part in text.split(";") if part.strip()):
        fits = _SESSION.fullmatch(one)
        if fits is None:
            raise Wrong("sessions", "such as: 2026-11-16 AM; 2026-11-16 PM")
        found.add((day("sessions", fits[1]), "AM" if fits[2].upper() == "AM" else "PM"))
    return tuple(sorted(found))
