"""Which notices Local Authorities (LAs) say that they know of, for many packs, as a CSV file: read row by row, as their other words.

Needed are `pack` (its id, or that of its request or case) and `answer`: none, or the days on which the notices were issued, each with what
became of it where that is known (`2025-11-03 paid; 2026-01-12`). Of `on`, `source` and `la` what the file does not say is said with it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, NamedTuple, get_args

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from services.sharing.domain.answers_table import Read, Wrong, day, read_table, squashed
from services.sharing.domain.heard import Day, Line
from services.sharing.domain.pack_notice import NoticeState
from shared.patterns import AUTHORITY, IN_WORDS

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "pack": ("pack", "pack id", "our reference", "your reference", "request", "case"),
    "answer": ("answer", "notices", "known notices", "notices known", "previous notices", "response"),
    "on": ("on", "date", "answered on", "date of answer"),
    "source": ("source", "heard", "how"),
    "la": ("la", "la code", "authority"),
}
_NONE: Final = frozenset({"none", "no", "nil", "0", "no notices", "none known", "no known notices", "nothing known"})
_STATES: Final[tuple[NoticeState, ...]] = get_args(NoticeState)
_FORM: Final = "write none where the LA knows of no notice, or the days on which the notices were issued: 2025-11-03 paid; 2026-01-12"
MOST_NOTICES: Final = 20
"""Of one answer."""


class Known(NamedTuple):
    """A notice that the LA knows of."""

    issued_on: Day
    state: NoticeState


class Row(NamedTuple):
    """`la`, `on` and `source` are None where the row does not say them."""

    line: int
    pack: str
    notices: tuple[Known, ...]
    on: date | None
    source: str | None
    la: str | None


class _Cells(BaseModel):
    pack: Annotated[str, StringConstraints(max_length=100)]
    answer: Annotated[tuple[Known, ...], Field(max_length=MOST_NOTICES)]
    on: Day | None
    source: Line | None
    la: Annotated[str, Field(pattern=AUTHORITY)] | None


def read(content: bytes) -> Read[Row]:
    """Unfit for what is no such file."""
    return read_table(content, _COLUMNS, ("answer",), ("pack",)).read(_row)


def _row(line: int, given: Mapping[str, str]) -> Row:
    if lacking := [name for name in ("pack", "answer") if name not in given]:
        raise Wrong(lacking[0], f"is missing: {_FORM}" if lacking[0] == "answer" else "is missing")
    on = day("on", given["on"]) if "on" in given else None
    try:
        cells = _Cells(pack=given["pack"], answer=_notices(given["answer"]), on=on, source=given.get("source"), la=given.get("la"))
    except ValidationError as error:
        first = error.errors()[0]
        raise Wrong(str(first["loc"][0]), IN_WORDS.get(first.get("ctx", {}).get("pattern", ""), first["msg"])) from None
    return Row(line, cells.pack, cells.answer, cells.on, cells.source, cells.la)


def _notices(text: str) -> tuple[Known, ...]:
    if squashed(text) in _NONE:
        return ()
    found: dict[date, Known] = {}
    for one in (part.strip() for part in re.split("[;|]", text) if part.strip()):
        known = _known(one)
        if found.setdefault(known.issued_on, known) != known:
            raise Wrong("answer", "two notices of one day: say once what became of it")
    if not found:
        raise Wrong("answer", _FORM)
    return tuple(found.values())


def _known(text: str) -> Known:
    """`2025-11-03 paid`."""
    issued, _, became = text.partition(" ")
    try:
        issued_on = day("answer", issued)
    except Wrong:
        raise Wrong("answer", _FORM) from None
    state = next((state for state in _STATES if squashed(became or "issued") == state), None)
    if state is None:
        raise Wrong("answer", f"after the day of a notice stands what became of it: {', '.join(_STATES)}")
    return Known(issued_on, state)
