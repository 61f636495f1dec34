"""Which notices Local Authorities (LAs) say that they know of, for many packs, as a CSV file: read row by row, as their other words.

Needed are `pack` (its id, or that of its request or case) and `answer`: none, or the days on which the notices were issued, each with what
became of it where that is known (`2025-11-03 paid; 2026-01-12`). Of `on`, `source` and `la` what the file does not say is said with it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, NamedTuple, get_args

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from services.sharing.domain.answers_table import Refused, Wrong, day, read_table, squashed
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
    notices: Annotated[tuple[Known, ...], Field(max_length=MOST_NOTICES)]
    on: Day | None
    source: Line | None
    la: Annotated[str, Field(pattern=AUTHORITY)] | None


def read(content: bytes) -> tuple[list[Row], list[Refused], list[int]]:
    """The rows, those refused, and the positions of columns that are not read. Unfit for what is no such file."""
    return read_table(content, _COLUMNS, ("answer",), ("pack",)).read(_row)


def _row(line: int, given: Mapping[str, str]) -> Row:
    if lacking := [name for name in ("pack", "answer") if name not in given]:
        raise Wrong(lacking[0], "is missing" + (": write none where the LA knows of no notice" if lacking[0] == "answer" else ""))
    on = day("on", given["on"]) if "on" in given else None
    try:
        cells = _Cells(pack=given["pack"], notices=_notices(given["answer"]), on=on, source=given.get("source"), la=given.get("la"))
    except ValidationError as error:
        first = error.errors()[0]
        raise Wrong(str(first["loc"][0]), IN_WORDS.get(first.get("ctx", {}).get("pattern", ""), first["msg"])) from None
    return Row(line, cells.pack, cells.notices, cells.on, cells.source, cells.la)


def _notices(text: str) -> tuple[Known, ...]:
    if squashed(text) in _NONE:
        return ()
    found: dict[date, Known] = {}
    for one in (part.strip() for part in re.split("[;|]", text) if part.strip()):
        issued, _, became = one.partition(" ")
        state = next((state for state in _STATES if squashed(became or "issued") == state), None)
        if state is None:
            raise Wrong("answer", f"after the day of a notice stands what became of it: {', '.join(_STATES)}")
        known = Known(day("answer", issued), state)
        if found.setdefault(known.issued_on, known) != known:
            raise Wrong("answer", "two notices of one day: say once what became of it")
    if not found:
        raise Wrong("answer", "none, or the days on which the notices were issued: 2025-11-03 paid; 2026-01-12")
    return tuple(found.values())
