"""Documents of cases, `document:<id>`, and their content in chunks of 1 MB, `chunk:<document>.<upload>.<number>`.

In clear stand the case, the state and times of writing; what it is, whose and called what is sealed, and so is every chunk. An entry is
written first, in state `coming`, then its chunks, then the entry that makes them count: a broken upload leaves an entry that nobody is
shown, and `sweep` takes it away with its chunks. A chunk belongs to one upload: of two at once, one counts.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from services.referrals.domain.document import CaseDocument, File, forgotten, with_content
from services.referrals.domain.referral import Referral
from services.referrals.errors import StillChanging
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.identity import new_id
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

AWAITED: Final = timedelta(hours=1)
"""For how long an entry waits for its content."""
_CLEAR: Final = frozenset({"id", "case", "school", "child", "state", "added_at"})


@dataclass(frozen=True, slots=True)
class Held:
    entry: CaseDocument
    document: Document


class CaseDocuments:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    async def add(self, entry: CaseDocument, referral: Referral, cause: Cause) -> None:
        """Conflict when one with this id is there."""
        today = self._settings.today()
        year = academic_year.of(today)
        cohort = (await self._disposal.cohorts_for([referral.child], year, today))[referral.child]
        new = {"year": year, "cohort": cohort, "version": 0, "kind": "document", "children": [referral.child]}
        await self._documents.write(Change(self._document(entry, new)), cause)

    async def get(self, id_: str) -> Held | None:
        """None also for what the sweep is taking away."""
        found = await self._documents.get(f"document:{id_}")
        return self._held(found) if found and found["state"] != "abandoned" else None

    async def of_case(self, case: str) -> list[CaseDocument]:
        """Those that are here, struck out ones too, as they were added."""
        found = await self._documents.find("document", {"case": case, "state": {"$in": ["kept", "struck out", "forgotten"]}})
        return sorted((self._held(one).entry for one in found), key=lambda entry: (entry.added_at, entry.id))

    async def change(self, held: Held, after: CaseDocument, cause: Cause) -> CaseDocument:
        """Conflict when it was written in between."""
        await self._documents.write(Change(self._document(after, held.document)), cause)
        return after

    # content --------------------------------------------------------------------------------------------------------

    async def fill(self, held: Held, type_: str, data: AsyncIterator[bytes], cause: Cause) -> CaseDocument:
        """The content of an entry, all of it or nothing. NotPossible where another content came first."""
        upload = new_id()
        try:
            file = await self._store(held.document, upload, type_, data, cause)
            entry = await self._complete(held.entry.id, file, cause)
        except BaseException:
            await asyncio.shield(self._drop({"document": held.entry.id, "upload": upload}))
            raise
        # what an upload that was cut off left, of which the entry knows nothing
        await self._drop({"document": held.entry.id, "upload": {"$ne": upload}})
        # the child's date may have moved between the first chunk and the last
        await self._disposal.follow(held.entry.child, cause)
        return entry

    async def _store(self, entry: Document, upload: str, type_: str, data: AsyncIterator[bytes], cause: Cause) -> File:
        digest, size, number = sha256(), 0, 0
        async for piece in data:
            await self._documents.write(Change(self._chunk(entry, upload, number, piece)), cause)
            digest.update(piece)
            size, number = size + len(piece), number + 1
        return File(type=type_, size=size, sha256=digest.hexdigest(), chunks=number, upload=upload)

    def _chunk(self, entry: Document, upload: str, number: int, piece: bytes) -> Document:
        document = entry["_id"].partition(":")[2]
        id_ = f"chunk:{document}.{upload}.{number}"
        about = {name: entry[name] for name in ("school", "children", "year", "cohort")}
        sealed = self._sealer.seal(entry["cohort"], id_, "sealed", piece)
        return {**about, "_id": id_, "kind": "chunk", "document": document, "upload": upload, "sealed": sealed, "version": 0}

    async def _complete(self, id_: str, file: File, cause: Cause) -> CaseDocument:
        async for _ in tries():
            held = await self.get(id_)
            if held is None:  # swept, or disposed of
                raise StillChanging
            try:
                return await self.change(held, with_content(held.entry, file), cause)
            except Conflict:
                continue
        raise StillChanging

    async def content(self, entry: CaseDocument) -> AsyncIterator[bytes]:
        """One chunk after the other."""
        assert entry.file is not None
        for number in range(entry.file.chunks):
            found = await self._documents.get(f"chunk:{entry.id}.{entry.file.upload}.{number}")
            if found is None:  # disposed of while it was read: the reader sees that it ends too early
                return
            yield self._open(found)

    # what goes ------------------------------------------------------------------------------------------------------

    async def sweep(self) -> int:
        """Entries whose content has not come in time, with what came of it. Returns how many."""
        before = self._documents.now() - AWAITED
        left = await self._documents.find("document", {"state": {"$in": ["coming", "abandoned"]}, "at": {"$lt": before}})
        for document in left:
            try:
                # from here on no upload completes it, so none of its chunks is missed
                gone = await self._documents.write(Change({**document, "state": "abandoned"}), Cause.beginning(new_id()))
                await self._drop({"document": document["_id"].partition(":")[2]})
                await self._documents.delete(gone)
            except Conflict:
                continue  # its content came after all
        return len(left)

    async def forget_struck(self, cause: Cause) -> None:
        """At a disposal: words and content of what was struck out before. Does no harm when repeated."""
        for document in await self._documents.find("document", {"state": "struck out"}):
            held = self._held(document)
            await self._drop({"document": held.entry.id})
            try:
                await self.change(held, forgotten(held.entry), cause)
            except Conflict:
                continue  # its date moved meanwhile: at the next disposal

    async def _drop(self, scope: dict[str, Any]) -> None:
        await self._documents.delete_all(scope, ["chunk"])

    # ----------------------------------------------------------------------------------------------------------------

    def _document(self, entry: CaseDocument, before: Document) -> Document:
        id_ = f"document:{entry.id}"
        private = entry.model_dump_json(exclude=set(_CLEAR)).encode()
        return {
            **before,
            "_id": id_,
            "case": entry.case,
            "school": entry.school,
            "state": entry.state,
            "at": entry.added_at,
            "sealed": self._sealer.seal(before["cohort"], id_, "sealed", private),
        }

    def _held(self, document: Document) -> Held:
        clear = {"case": document["case"], "school": document["school"], "state": document["state"], "added_at": document["at"]}
        named = {"id": document["_id"].partition(":")[2], "child": document["children"][0]}
        return Held(CaseDocument.model_validate({**json.loads(self._open(document)), **clear, **named}), document)

    def _open(self, document: Document) -> bytes:
        return self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
