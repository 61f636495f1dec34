"""The table of other systems' names for our columns (aliases.toml), read once."""

import re
import tomllib
from pathlib import Path
from typing import Final, NamedTuple


class Place(NamedTuple):
    """Which of our columns a name means, and how good a claim it has: the lowest rank of a file's columns is read."""

    ours: str
    rank: int


_OURS: Final = 1000
_TABLE: Final = tomllib.loads(Path(__file__).with_name("aliases.toml").read_text(encoding="utf-8"))


def squash(name: str) -> str:
    """A column's name without what does not matter in it."""
    return re.sub(r"[\s_\-]+", "", name).lower()


def places(kind: str, ours: tuple[str, ...]) -> dict[str, Place]:
    """By squashed name: our own names, and their aliases in files of this kind. A name with two meanings is a ValueError."""
    found = {squash(name): Place(name, _OURS) for name in ours}
    for number, alias in enumerate(_TABLE["alias"]):
        if alias["kind"] != kind:
            continue
        if alias["ours"] not in ours:
            raise ValueError(f"{alias['ours']!r} is no column of a file of {kind}")
        rank = number if alias.get("legal") else _OURS + 1 + number
        for name in alias["names"]:
            if squash(name) in found:
                raise ValueError(f"{name!r} stands twice among the names of columns of {kind}")
            found[squash(name)] = Place(alias["ours"], rank)
    return found


def unread(kind: str) -> frozenset[str]:
    """Squashed names of columns of which the receipt says nothing."""
    return frozenset(squash(name) for entry in _TABLE["unread"] if entry["kind"] == kind for name in entry["names"])
