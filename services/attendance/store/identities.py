"""The index of identities, across schools and years: `identity:<keyed hash of a UPN>`, whose sealed value is the child's id.

A child's id is random. Each entry falls with the latest of its child's years. Records are never joined by likeness.
"""

from collections.abc import Sequence
from datetime import date

from shared.contracts.envelope import Cause
from shared.disposal import TRIES, Disposal, StillChanging
from shared.errors import Disposed
from shared.identity import new_id
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents


class Identities:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal

    async def identify(self, upns: Sequence[str], year: int, today: date, cause: Cause) -> dict[str, str]:
        """The ids of UPNs; new ones are made. An entry found is kept as long as this year asks for."""
        if not upns:
            return {}
        hashes = {upn: self._id(upn) for upn in upns}
        cohort = self._disposal.cohort(year, today)
        for _ in range(TRIES):
            found: dict[str, Document] = {
                document["_id"]: document for document in await self._documents.find("identity", {"_id": {"$in": sorted(hashes.values())}})
            }
            ids: dict[str, str] = {}
            changes = []
            for upn, id_ in hashes.items():
                document = found.get(id_)
                child = self._child_of(document) if document else None
                if child is None or document is None or document["cohort"] < cohort:
                    child = child or new_id()
                    base = document or {"_id": id_, "kind": "identity", "version": 0}
                    changes.append(Change(self._sealed(base, cohort, child)))
                ids[upn] = child
            if not await self._documents.write_all(changes, cause):
                return ids
        raise StillChanging("identity")

    async def later(self, upn: str, due: str) -> Document | None:
        """The child's entry in the index, sealed until `due`; None where it is kept as long already."""
        document = await self._documents.get(self._id(upn))
        if document is None or document["cohort"] >= due or (child := self._child_of(document)) is None:
            return None
        return self._sealed(document, due, child)

    def _id(self, upn: str) -> str:
        return f"identity:{self._sealer.hash('index', upn)}"

    def _sealed(self, document: Document, cohort: str, child: str) -> Document:
        return {**document, "cohort": cohort, "sealed": self._sealer.seal(cohort, document["_id"], "sealed", child.encode())}

    def _child_of(self, document: Document) -> str | None:
        try:
            return self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])).decode()
        except Disposed:
            return None
