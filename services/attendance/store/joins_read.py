"""Joins as they are read: who is one child with whom, what was said of it, and whom a file is kept from joining. See joins.py."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from services.attendance.domain import joins
from services.attendance.domain.child_key import scoped
from services.attendance.domain.joins import Groups, Pair
from services.attendance.domain.same_child import Group
from shared.disposal import Disposal
from shared.errors import Disposed
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Documents

JOINED: Final = {"state": 1, "kept": 1}
"""The fields of a join that say who is joined."""
STATES: Final = list(get_args(joins.State))


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said of a pair. `by`: a person's account, or the number of the feed that stated it."""

    what: joins.State
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Join:
    """A pair with its history: (when, said), the first one first."""

    id: str
    pair: Pair
    history: tuple[tuple[datetime, Said], ...]


class JoinsRead:
    """What was said of a school's records, as it is read."""

    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal

    async def groups(self, urn: str) -> Groups:
        """The joined children of a school; for most schools there are none."""
        return joins.groups(pair_of(document) for document in await self._documents.find("join", {"school": urn, "state": "joined"}))

    async def versions(self) -> dict[str, int]:
        """By school, a number that grows with every join and parting."""
        found = await self._documents.find("joins", {"_id": {"$gte": "joins:", "$lt": "joins;"}}, {"school": 1, "version": 1})
        return {one["school"]: one["version"] for one in found}

    @staticmethod
    def prefix(urn: str) -> str:
        """With which the ids of the school's joins begin."""
        return f"join:{urn}:"

    @staticmethod
    def groups_in(heads: Iterable[Document]) -> Groups:
        """`groups`, from what was read of the joins (`JOINED` of each) and whatever else."""
        return joins.groups(pair_of(head) for head in heads if head["_id"].startswith("join:") and head["state"] == "joined")

    async def of_school(self, urn: str) -> list[Join]:
        found = []
        for document in await self._documents.find("join", {"school": urn, "state": {"$in": STATES}}):
            try:
                found.append(Join(_public(document), pair_of(document), tuple(self._history(document))))
            except Disposed:
                continue
        return found

    async def apart(self, urn: str, groups: Sequence[Group]) -> list[Group]:
        """What a file states of keys, without what it states of two that are kept apart: then each of the group's keys stands alone."""
        if all(len(group) < 2 for group in groups):
            return list(groups)
        marks = [self._names(document) for document in await self._documents.find("join", {"school": urn, "state": "kept apart"})]
        if not any(marks):
            return list(groups)
        return [one for group in groups for one in (((key,) for key in group) if self._is_apart(urn, group, marks) else (group,))]

    def _is_apart(self, urn: str, group: Group, marks: Iterable[Sequence[frozenset[str]]]) -> bool:
        hashes = {self._hash(urn, key) for key in group}
        return any(names and all(hashes & theirs for theirs in names) for names in marks)

    def _names(self, document: Document) -> list[frozenset[str]]:
        try:
            told = self._sealer.open(document["cohort"], document["_id"], "sealed_names", bytes(document["sealed_names"]))
        except Disposed:
            return []
        return [frozenset(hashes) for hashes in json.loads(told)]

    def _hash(self, urn: str, key: str) -> str:
        return self._sealer.hash("index", scoped(urn, key))

    async def _documents_of(self, urn: str) -> list[Document]:
        return await self._documents.find("join", {"school": urn, "state": {"$in": STATES}})

    def _history(self, document: Document) -> list[tuple[datetime, Said]]:
        told = json.loads(self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
        return [(datetime.fromisoformat(at), Said(what, by, why)) for at, what, by, why in told]


def pair_of(document: Document) -> Pair:
    _, _, first, second = document["_id"].split(":")
    return Pair((first, second), document["state"], document["kept"] or None)


def _public(document: Document) -> str:
    return "-".join(pair_of(document).children)
