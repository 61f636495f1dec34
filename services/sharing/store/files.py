"""The files of a pack as they were sent: one after the other, cut into chunks of 1 MB, `chunk:<pack>.<number>`, each sealed.

Which file begins where is sealed with the pack (`sealed_files`): an exhibit's name says who made the statement.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict

from services.sharing.errors import NoSuchPack
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

PIECE: Final = 1_000_000


class SentFile(BaseModel):
    """A file of a pack that was sent."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    sha256: str


class PackFiles:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    def laid_down(self, pack: Document, files: Mapping[str, bytes]) -> tuple[Document, list[Change]]:
        """The pack's document with the list of its files, and the chunks, all under the pack's cohort."""
        told = [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in sorted(files.items())
        ]
        sealed = self._sealer.seal(pack["cohort"], pack["_id"], "sealed_files", json.dumps(told).encode())
        whole = b"".join(content for _, content in sorted(files.items()))
        return {**pack, "sealed_files": sealed}, list(self._chunks(pack, whole))

    async def replaced(self, pack: Document) -> list[Document]:
        """Chunks of files that were laid down before and are not to stand any more."""
        first = f"chunk:{pack['_id'].partition(':')[2]}."
        return await self._documents.find("chunk", {"_id": {"$gte": first, "$lt": f"{first[:-1]}/"}}, {"kind": 1, "version": 1})

    def listed(self, pack: Document) -> tuple[SentFile, ...]:
        """None of them before it was sent."""
        if "sealed_files" not in pack:
            return ()
        told = json.loads(self._sealer.open(pack["cohort"], pack["_id"], "sealed_files", bytes(pack["sealed_files"])))
        return tuple(SentFile(**one) for one in told)

    async def read(self, pack: Document, name: str) -> bytes | None:
        """A file, byte for byte; None where the pack has none of this name."""
        begin = 0
        for file in self.listed(pack):
            if file.name == name:
                return await self._between(pack, begin, begin + file.size)
            begin += file.size
        return None

    async def _between(self, pack: Document, begin: int, end: int) -> bytes:
        first = begin // PIECE
        pieces = [await self._piece(pack, number) for number in range(first, -(-end // PIECE))]
        return b"".join(pieces)[begin - first * PIECE : end - first * PIECE]

    async def _piece(self, pack: Document, number: int) -> bytes:
        found = await self._documents.get(_id(pack, number))
        if found is None:  # disposed of while it was read
            raise NoSuchPack
        return self._sealer.open(found["cohort"], found["_id"], "sealed", bytes(found["sealed"]))

    def _chunks(self, pack: Document, whole: bytes) -> Iterator[Change]:
        about = {name: pack[name] for name in ("school", "children", "cohort")}
        for number, begin in enumerate(range(0, len(whole), PIECE)):
            id_ = _id(pack, number)
            sealed = self._sealer.seal(pack["cohort"], id_, "sealed", whole[begin : begin + PIECE])
            yield Change({**about, "_id": id_, "kind": "chunk", "pack": pack["_id"].partition(":")[2], "sealed": sealed, "version": 0})


def _id(pack: Document, number: int) -> str:
    return f"chunk:{pack['_id'].partition(':')[2]}.{number}"
