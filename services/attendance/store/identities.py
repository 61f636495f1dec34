"""The index of identities, across schools and years: `identity:<keyed hash>`, whose sealed value is the child's id.

What is hashed is a UPN, or a school's own pupil id with the school (see child_key). A child's id is random. Each entry falls with the
latest of its child's years. Records are never joined by likeness.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.attendance.domain.child_key import scoped
from services.attendance.domain.same_child import Group, Whose, whose
from shared.contracts.envelope import Cause
from shared.disposal import TRIES, Disposal, StillChanging
from shared.errors import Disposed
from shared.identity import new_id
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents


class Identified(NamedTuple):
    """The child of each key, and pairs (kept, joined) of records that a file states to be one child's."""

    ids: dict[str, str]
    joins: list[tuple[str, str]]


class Identities:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal

    async def identify(self, urn: str, groups: Sequence[Group], year: int, today: date, cause: Cause) -> Identified:
        """Whose the keys are; new ids are made. An entry found is kept as long as this year asks for.

        Of a group that nobody knows the first key is written alone: who writes the same group at the same time finds it there.
        """
        hashes = {key: self.id_(urn, key) for group in groups for key in group}
        cohort = self._disposal.cohort(year, today)
        for _ in range(TRIES if hashes else 0):
            found = {one["_id"]: one for one in await self._documents.find("identity", {"_id": {"$in": sorted(hashes.values())}})}
            known = {key: child for key, id_ in hashes.items() if id_ in found and (child := self._child_of(found[id_]))}
            told = [(group, whose(group, known) or Whose({group[0]: new_id()}, None, ())) for group in groups]
            changes = []
            for key, child in {key: child for _, one in told for key, child in one.ids.items()}.items():
                document = found.get(hashes[key])
                if key not in known or document is None or document["cohort"] < cohort:
                    base = document or {"_id": hashes[key], "kind": "identity", "version": 0}
                    changes.append(Change(self._sealed(base, cohort, child)))
            conflicts = await self._documents.write_all(changes, cause)
            if not conflicts and all(len(one.ids) == len(set(group)) for group, one in told):
                return Identified(
                    {key: child for _, one in told for key, child in one.ids.items()},
                    [(one.kept, child) for _, one in told if one.kept for child in one.joined],
                )
        if hashes:
            raise StillChanging("identity")
        return Identified({}, [])

    async def later(self, urn: str, key: str, due: str) -> Document | None:
        """The child's entry in the index, sealed until `due`; None where it is kept as long already."""
        document = await self._documents.get(self.id_(urn, key))
        if document is None or document["cohort"] >= due or (child := self._child_of(document)) is None:
            return None
        return self._sealed(document, due, child)

    def id_(self, urn: str, key: str) -> str:
        """Of the entry of a key."""
        return f"identity:{self._sealer.hash('index', scoped(urn, key))}"

    def _sealed(self, document: Document, cohort: str, child: str) -> Document:
        return {**document, "cohort": cohort, "sealed": self._sealer.seal(cohort, document["_id"], "sealed", child.encode())}

    def _child_of(self, document: Document) -> str | None:
        try:
            return self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])).decode()
        except Disposed:
            return None
