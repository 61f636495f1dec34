"""Joined records: which records of a school are one child, and which may never be.

A join is a statement about two records and changes neither: what is shown, counted and judged of the child is worked out from both, so
parting them gives both back exactly. A pair is joined, parted, kept apart, or taken back with the feeds that joined it; a file joins only a
pair of which no person has said anything yet, and nothing joins a pair that is kept apart (the old and the new record of an adopted
child).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from services.attendance.domain.errors import NotJoined

State = Literal["joined", "parted", "kept apart", "taken back"]
Groups = Mapping[str, tuple[str, ...]]
"""From the record of a joined child to all of its records, the one that is kept first. Records of nobody else are not in it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of a school, in the order of their ids, and the one of them that is kept, where they are or were joined."""

    children: tuple[str, str]
    state: State
    kept: str | None = None

    @property
    def joined(self) -> str:
        """The record that is not kept."""
        first, second = self.children
        return second if self.kept == first else first


def ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def groups(pairs: Iterable[Pair]) -> dict[str, tuple[str, ...]]:
    """The groups that joined pairs make."""
    kept = {pair.joined: pair.kept for pair in pairs if pair.state == "joined" and pair.kept}
    members: dict[str, set[str]] = {}
    for child in {*kept, *kept.values()}:
        members.setdefault(_root(child, kept), set()).add(child)
    made = {root: (root, *sorted(some - {root})) for root, some in members.items()}
    return {child: group for group in made.values() for child in group}


def _root(child: str, kept: Mapping[str, str]) -> str:
    seen = [child]
    while (above := kept.get(seen[-1])) and above not in seen:
        seen.append(above)
    # two joins made at the same time may form a ring: then the first of its records by id is kept
    return min(seen[seen.index(above) :]) if above else seen[-1]


def check(kept: str, joined: str, pairs: Iterable[Pair]) -> None:
    """NotJoined, with the reason, where the two cannot be joined."""
    known = list(pairs)
    together = groups(known)
    ours, theirs = together.get(kept, (kept,)), together.get(joined, (joined,))
    if kept == joined:
        raise NotJoined("they are the same record")
    if any(pair.state == "kept apart" and _between(pair, ours, theirs) for pair in known):
        raise NotJoined("they are kept apart, for ever")
    if ours == theirs:
        raise NotJoined("they are one child already")
    for child, group in ((kept, ours), (joined, theirs)):
        if group[0] != child:
            raise NotJoined(f"{child} is joined to {group[0]}: name that one")


def by_file(one: str, other: str, pairs: Iterable[Pair]) -> tuple[str, str] | None:
    """The records, kept and joined, that a file's statement about two makes one child; None where it makes none.

    What a person has parted or kept apart, a file does not join.
    """
    known = list(pairs)
    together = groups(known)
    kept, joined = together.get(one, (one,))[0], together.get(other, (other,))[0]
    said = {pair.children for pair in known if pair.state in ("parted", "kept apart")}
    if said & {ordered(one, other), ordered(kept, joined)}:
        return None
    try:
        check(kept, joined, known)
    except NotJoined:
        return None
    return kept, joined


def _between(pair: Pair, ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    first, second = pair.children
    return (first in ours and second in theirs) or (first in theirs and second in ours)
