"""The index of identities, across schools and years: `identity:<keyed hash>`, whose sealed value is the child's id, and for
a pupil id the UPN that this record has, where it has one.

What is hashed is a UPN, or a school's own pupil id with the school (see child_key). A child's id is random. Each entry falls with the
latest of its child's years. Records are never joined by likeness.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.attendance.domain.child_key import scoped
from services.attendance.domain.joins import Groups
from services.attendance.domain.same_child import Group, Known, records, sure, whose
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict, Disposed
from shared.identity import new_id
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents
from shared.tries import until_written


class Identified(NamedTuple):
    """The child of each key, and pairs (kept, joined) of records that a file states to be one child's."""

    ids: dict[str, str]
    joins: list[tuple[str, str]]


class Identities:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal

    async def identify(self, urn: str, groups: Sequence[Group], year: int, today: date, joined: Groups, cause: Cause) -> Identified:
        """Whose the keys are; new ids are made. An entry found is kept as long as this year asks for.

        `joined`: the school's joined records.
        """
        if not (hashes := {key: self.id_(urn, key) for group in groups for key in group}):
            return Identified({}, [])
        cohort = self._disposal.cohort(year, today)
        before: dict[str, str] | None = None

        async def identified() -> Identified:
            nonlocal before
            found = {one["_id"]: one for one in await self._documents.find("identity", {"_id": {"$in": sorted(hashes.values())}})}
            told = {key: said for key, id_ in hashes.items() if id_ in found and (said := self._said(found[id_]))}
            known = Known({key: said[0] for key, said in told.items()}, {key: said[1] for key, said in told.items() if said[1]}, joined)
            before = dict(known.ids) if before is None else before
            certain = [sure(group, known) for group in groups]
            ids, upns = dict(known.ids), dict(known.upns)
            for group in certain:
                one = whose(group, known, new_id)
                ids |= one.ids
                upns |= one.upns
            changes = []
            for key, child in ids.items():
                document = found.get(hashes[key])
                if document is None or told.get(key) != (child, upns.get(key, "")) or document["cohort"] < cohort:
                    base = document or {"_id": hashes[key], "kind": "identity", "version": 0}
                    changes.append(Change(self._sealed(base, max(cohort, base.get("cohort", "")), child, upns.get(key, ""))))
            if await self._documents.write_all(changes, cause) or any(key not in ids for group in certain for key in group):
                raise Conflict("identity")
            together = [records(group, ids, before) for group in certain]
            return Identified(ids, [(kept, other) for kept, *others in together for other in others])

        return await until_written("identity", identified)

    async def later(self, urn: str, key: str, due: str) -> Document | None:
        """The child's entry in the index, sealed until `due`; None where it is kept as long already."""
        document = await self._documents.get(self.id_(urn, key))
        if document is None or document["cohort"] >= due or (said := self._said(document)) is None:
            return None
        return self._sealed(document, due, *said)

    def id_(self, urn: str, key: str) -> str:
        """Of the entry of a key."""
        return f"identity:{self._sealer.hash('index', scoped(urn, key))}"

    def _sealed(self, document: Document, cohort: str, child: str, upn: str) -> Document:
        said = f"{child} {upn}".rstrip().encode()
        return {**document, "cohort": cohort, "sealed": self._sealer.seal(cohort, document["_id"], "sealed", said)}

    def _said(self, document: Document) -> tuple[str, str] | None:
        """The record, and for a pupil id the UPN that this record has; empty where it has none."""
        try:
            said = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])).decode()
        except Disposed:
            return None
        child, _, upn = said.partition(" ")
        return child, upn
