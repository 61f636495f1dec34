"""The purge ledger and the certificates: `ledger:{fingerprint}:{year}`, `ledger:{purge}:{child}`, `certificate:{number}`.

The first recognises a returning file, the second is a child's leaf in the certificate's Merkle tree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pymongo import ASCENDING, DESCENDING

from services.retention.domain.sweep import Progress
from services.retention.store.chunks import chunks, write_chunks
from shared.certificates import Certificate, canonical, read
from shared.contracts.attendance import Fingerprint
from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.store import Change, Documents


@dataclass(frozen=True, slots=True)
class Leaf:
    """A child of a purge: the salt of its leaf and, once the services have answered, its outcome."""

    child: str
    salt: bytes
    outcome: str = ""


class Ledger:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def enter(self, progress: Progress, leaves: Iterable[Leaf], fingerprints: Iterable[Fingerprint], cause: Cause) -> None:
        """Write what is about to be disposed of. What stands in the ledger already stays as it is."""
        common = {"kind": "ledger", "purge": progress.purge, "disposed": progress.cohort, "version": 0}
        entries: list[Document] = [
            {**common, "_id": f"ledger:{progress.purge}:{leaf.child}", "child": leaf.child, "salt": leaf.salt} for leaf in leaves
        ]
        entries += [{**common, "_id": f"ledger:{one.fingerprint}:{one.year}", "child": one.child, "year": one.year} for one in fingerprints]
        await write_chunks(self._documents, [Change(entry) for entry in entries], cause)

    async def take_back(self, purge: str, children: Iterable[str]) -> None:
        """These children are not disposed of by this purge after all."""
        for chunk in chunks(sorted(children)):
            await self._documents.delete_all({"purge": purge, "child": {"$in": list(chunk)}}, ["ledger"])

    async def leaves(self, purge: str) -> list[Leaf]:
        """The leaves of a purge in the order of the tree: by child."""
        entries = await self._leaf_entries(purge)
        leaves = [Leaf(entry["child"], bytes(entry["salt"]), entry.get("outcome", "")) for entry in entries]
        return sorted(leaves, key=lambda leaf: leaf.child)

    async def note_outcomes(self, purge: str, outcomes: Mapping[str, str], cause: Cause) -> None:
        """What is noted stays: who comes second may have read answers that name nobody any more."""
        entries = [entry for entry in await self._leaf_entries(purge) if "outcome" not in entry]
        await write_chunks(self._documents, [Change({**entry, "outcome": outcomes[entry["child"]]}) for entry in entries], cause)

    async def _leaf_entries(self, purge: str) -> list[Document]:
        return [entry for entry in await self._documents.find("ledger", {"purge": purge}) if "salt" in entry]

    async def disposed(self, year: int, fingerprints: Sequence[str]) -> list[str]:
        """Those of the fingerprints that stand in the ledger for an academic year."""
        found: list[str] = []
        for chunk in chunks(fingerprints):
            ids = [f"ledger:{fingerprint}:{year}" for fingerprint in chunk]
            entries = await self._documents.find("ledger", {"_id": {"$in": ids}}, {"_id": 1})
            found += [entry["_id"].split(":")[1] for entry in entries]
        return found

    async def certificate(self, number: int) -> Certificate | None:
        document = await self._documents.get(f"certificate:{number}")
        return read(document["body"]) if document else None

    async def certificate_of(self, purge: str) -> Certificate | None:
        found = await self._documents.find("certificate", {"purge": purge})
        return read(found[0]["body"]) if found else None

    async def certificates(self) -> list[Certificate]:
        """The whole chain, the first first."""
        found = await self._documents.find("certificate", {"number": {"$gte": 1}}, sort=[("number", ASCENDING)])
        return [read(document["body"]) for document in found]

    async def last_certificate(self) -> Certificate | None:
        found = await self._documents.find("certificate", {"number": {"$gte": 1}}, sort=[("number", DESCENDING)], limit=1)
        return read(found[0]["body"]) if found else None

    async def keep_certificate(self, certificate: Certificate, cause: Cause) -> None:
        """Conflict when the number, or a certificate of the same purge, is there already."""
        document: Document = {
            "_id": f"certificate:{certificate.number}",
            "kind": "certificate",
            "number": certificate.number,
            "purge": certificate.purge,
            "body": canonical(certificate),
            "version": 0,
        }
        await self._documents.write(Change(document), cause)
