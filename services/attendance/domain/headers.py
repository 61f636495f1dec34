"""The header: which kind of file this is, and in which column everything stands.

Names are read in any letter case, with spaces, underscores, hyphens or nothing between the words, in any order; other
systems' names for the same are in formats/aliases.toml. What the header says is repeated only where it is one of our own
names: in a file without a header line it is a child's.
"""

from dataclasses import dataclass
from typing import Final, Literal

from services.attendance.domain import notes
from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.aliases import Place, places, squash, unread

Kind = Literal["roll", "marks"]

REQUIRED: dict[Kind, tuple[str, ...]] = {
    "roll": ("UPN", "surname", "forename", "date of birth", "year group"),
    "marks": ("UPN", "date", "session", "code"),
}

INSTEAD = {"UPN": "pupil id"}
"""A file that has the second column needs not have the first."""
WIDE: Final = ("AM", "PM")
"""Two columns of codes, which may stand for `session` and `code`."""

SCHOOL: Final = ("URN", "LAESTAB")
"""By which a row may name its school: a file of a trust's has rows of several."""

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
        *SCHOOL,
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
    "marks": (*SCHOOL, "pupil id", *notes.COLUMNS),
}


@dataclass(frozen=True, slots=True)
class Header:
    """`columns`: our name for a column to its index. `unknown`: positions (the first is 1) of columns not read."""

    kind: Kind
    columns: dict[str, int]
    unknown: tuple[int, ...]
    width: int

    @property
    def wide(self) -> bool:
        """Whether each row has a day's two codes."""
        return "AM" in self.columns


_NAMES: Final[dict[Kind, dict[str, Place]]] = {
    "roll": places("roll", REQUIRED["roll"] + OPTIONAL["roll"]),
    "marks": places("marks", REQUIRED["marks"] + OPTIONAL["marks"] + WIDE),
}
_UNREAD: Final[dict[Kind, frozenset[str]]] = {"roll": unread("roll"), "marks": unread("marks")}


def read_header(cells: list[str]) -> Header:
    """Raises FileRefused when the kind is not clear, a required column is missing or a known column stands twice."""
    squashed = [squash(cell) for cell in cells]
    kind = _kind(squashed)
    columns = _columns(kind, squashed)
    missing = [name for name in _required(kind, columns) if name not in columns and INSTEAD.get(name) not in columns]
    if missing:
        raise FileRefused(f"a file of {kind} needs the column{'s' * (len(missing) > 1)} {', '.join(map(_or_instead, missing))}")
    read = set(columns.values())
    unknown = tuple(place + 1 for place, cell in enumerate(squashed) if place not in read and cell not in _UNREAD[kind])
    return Header(kind, columns, unknown, len(cells))


def _or_instead(name: str) -> str:
    return f"{name} or {INSTEAD[name]}" if name in INSTEAD else name


def known_names(cells: list[str]) -> int:
    """How many of a line's cells are names of columns: by how many it looks like a header."""
    squashed = [squash(cell) for cell in cells]
    return max(len(_columns(kind, squashed, strict=False)) for kind in REQUIRED)


def _columns(kind: Kind, squashed: list[str], *, strict: bool = True) -> dict[str, int]:
    """Where each of our columns is read: at its best name."""
    best: dict[str, tuple[Place, int]] = {}
    for index, cell in enumerate(squashed):
        place = _NAMES[kind].get(cell)
        if place is None:
            continue
        if strict and cell in squashed[:index]:
            raise FileRefused(f'the column "{place.ours}" stands twice')
        if place.ours not in best or place.rank < best[place.ours][0].rank:
            best[place.ours] = place, index
    columns = {name: index for name, (_, index) in best.items()}
    if not set(WIDE) <= columns.keys() or "code" in columns:
        columns = {name: index for name, index in columns.items() if name not in WIDE}
    return columns


def _required(kind: Kind, columns: dict[str, int]) -> tuple[str, ...]:
    if "AM" in columns:
        return "UPN", "date"
    return REQUIRED[kind]


def _kind(squashed: list[str]) -> Kind:
    """Marks if all that marks need is there, whoever is named beside; else the kind of which more is there, the UPN aside."""
    columns = {kind: _columns(kind, squashed, strict=False) for kind in REQUIRED}
    asked = {kind: [name for name in _required(kind, columns[kind]) if name != "UPN"] for kind in REQUIRED}
    found = {kind: sum(name in columns[kind] for name in asked[kind]) for kind in REQUIRED}
    if found["marks"] == len(asked["marks"]):
        return "marks"
    if found["roll"] == found["marks"]:
        if found["roll"]:
            raise FileRefused("its columns are partly those of a roll, partly those of marks")
        roll, marks = (", ".join(REQUIRED[kind]) for kind in ("roll", "marks"))
        raise FileRefused(f"it does not name the columns of a roll ({roll}) or of marks ({marks}) in its first 20 lines: docs/feeds.md")
    return "roll" if found["roll"] > found["marks"] else "marks"
