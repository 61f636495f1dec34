"""The header line: which kind of file this is, and in which column everything stands.

Names are read in any letter case, with spaces, underscores, hyphens or nothing between the words, in any order. What
the header says is repeated only where it is one of our own names: in a file without a header line it is a child's.
"""

import re
from dataclasses import dataclass
from typing import Literal

from services.attendance.domain import notes
from services.attendance.domain.errors import FileRefused

Kind = Literal["roll", "marks"]

REQUIRED: dict[Kind, tuple[str, ...]] = {
    "roll": ("UPN", "surname", "forename", "date of birth", "year group"),
    "marks": ("UPN", "date", "session", "code"),
}

INSTEAD = {"UPN": "pupil id"}
"""A file that has the second column needs not have the first."""

PARENT_FIELDS = (
    "name",
    "relationship",
    "address",
    "address confidential",
    "date of birth",
    "phone",
    "email",
)
PARENTS = (1, 2, 3, 4)

OPTIONAL: dict[Kind, tuple[str, ...]] = {
    "roll": (
        "pupil id",
        "former UPN",
        "entry date",
        "leaving date",
        "sex",
        "address",
        "looked after",
        "special educational needs",
        "health needs",
        *(f"parent {number} {field}" for number in PARENTS for field in PARENT_FIELDS),
    ),
    "marks": ("pupil id", *notes.COLUMNS),
}


@dataclass(frozen=True, slots=True)
class Header:
    """`columns`: our name for a column to its index. `unknown`: positions (the first is 1) of columns not read."""

    kind: Kind
    columns: dict[str, int]
    unknown: tuple[int, ...]
    width: int


def _squash(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name).lower()


_NAMES: dict[Kind, dict[str, str]] = {kind: {_squash(name): name for name in REQUIRED[kind] + OPTIONAL[kind]} for kind in REQUIRED}


def read_header(cells: list[str]) -> Header:
    """Raises FileRefused when the kind is not clear, a required column is missing or a known column stands twice."""
    squashed = [_squash(cell) for cell in cells]
    kind = _kind(squashed)
    columns: dict[str, int] = {}
    for index, cell in enumerate(squashed):
        name = _NAMES[kind].get(cell)
        if name in columns:
            raise FileRefused(f'the column "{name}" stands twice')
        if name is not None:
            columns[name] = index
    missing = [name for name in REQUIRED[kind] if name not in columns and INSTEAD.get(name) not in columns]
    if missing:
        raise FileRefused(f"a file of {kind} needs the column{'s' * (len(missing) > 1)} {', '.join(map(_or_instead, missing))}")
    unknown = tuple(index + 1 for index, cell in enumerate(squashed) if cell not in _NAMES[kind])
    return Header(kind, columns, unknown, len(cells))


def _or_instead(name: str) -> str:
    return f"{name} or {INSTEAD[name]}" if name in INSTEAD else name


def _kind(squashed: list[str]) -> Kind:
    """The kind of which more required columns are there, the UPN aside."""
    found = {kind: sum(_squash(name) in squashed for name in REQUIRED[kind][1:]) for kind in REQUIRED}
    if found["roll"] == found["marks"]:
        if found["roll"]:
            raise FileRefused("its columns are partly those of a roll, partly those of marks")
        raise FileRefused("its first line does not name the columns of a roll or of marks")
    return "roll" if found["roll"] > found["marks"] else "marks"
