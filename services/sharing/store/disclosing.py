"""What is told to whom: a pack is sent, or a request refused, with its row in the log, in one transaction.

`disclosure:<request>`, of a later edition of its pack `disclosure:<request>.<edition>`: LA, whether made or refused and time in clear; who
asked, what, for what purpose and on which basis sealed.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from services.sharing.domain.life import after, possible
from services.sharing.store.files import PackFiles
from services.sharing.store.pack_clocks import out_of_hand
from services.sharing.store.packs import Pack
from services.sharing.store.preparing import Asked, Held
from shared.academic_year import of
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import DisclosureMade, DisclosureRefused, PackSent
from shared.disposal import Disposal, resealed
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents


class Disclosing:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, files: PackFiles, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._files = files
        self._settings = settings

    async def answered(self, request: str) -> bool:
        """Whether this enforcement request has its row in the log, made or refused."""
        return await self._documents.get(f"disclosure:{request}") is not None

    async def lay_down(self, held: Held, files: Mapping[str, bytes], cause: Cause) -> None:
        """The files of a pack that is to be handed over, as they will be sent: it waits on. Conflict: somebody else was first."""
        document, chunks = self._files.laid_down(held.document, files)
        before = await self._files.replaced(held.document)
        async with self._documents.transaction() as session:
            for chunk in before:
                await self._documents.delete(chunk, session=session)
            for change in (Change(document), *chunks):
                await self._documents.store(change, cause, session=session)
        await self._disposal.follow(held.pack.child, cause)

    async def send(
        self, held: Held, files: Mapping[str, bytes] | None, row: Mapping[str, Any], parcel: Outgoing | None, cause: Cause
    ) -> None:
        """The pack with its files and its parcel in the outbox, the row of the log, and the end of the pack that it supersedes, in one
        transaction. `files`: in the place of any that were laid down before; None where those are sent. `parcel`: None where the LA fetches
        it otherwise than from the bus, or it was handed over. Conflict: somebody else was first."""
        pack, asked = held.pack, _asked(held.pack)
        cohort = max(await self._cohort(pack.child), held.document["cohort"])
        if files is None:
            cohort = held.document["cohort"]  # as its files are: both follow the child together
        waiting = held.document if cohort == held.document["cohort"] else resealed(held.document, cohort, self._sealer)
        document = {**waiting, "state": "sent", "sent_at": self._documents.now()}
        chunks: list[Change] = []
        if files is not None:
            document, chunks = self._files.laid_down(document, files)
        document, moved = out_of_hand(document)
        sent = Draft(PackSent, pack=pack.pack, case=pack.case, authority=pack.authority, edition=pack.edition, supersedes=pack.supersedes)
        disclosed = self._row(asked, cohort, {**row, "pack": pack.pack}, "made", pack.edition)
        before = await self._superseded(pack.supersedes)
        replaced = await self._files.replaced(held.document) if files is not None else []
        async with self._documents.transaction() as session:
            for chunk in replaced:
                await self._documents.delete(chunk, session=session)
            changes = [Change(document, [sent, *moved], [parcel] if parcel else []), disclosed, *before, *chunks]
            written = [await self._documents.store(change, cause, session=session) for change in changes]
        await self._documents.publish_or_leave(written)
        await self._disposal.follow(pack.child, cause)

    async def _superseded(self, pack: str | None) -> list[Change]:
        """The pack whose place the sent one takes, unless the LA has ended it, or it was disposed of, meanwhile."""
        document = await self._documents.get(f"pack:{pack}") if pack else None
        if document is None or "supersede" not in possible(document["state"]):
            return []
        return [Change({**document, "state": after("supersede", document["state"])})]

    async def refuse(self, asked: Asked, row: Mapping[str, Any], cause: Cause) -> None:
        """The row of a refusal, instead of a pack. Conflict: somebody else was first."""
        await self._documents.write(self._row(asked, await self._cohort(asked.child), row, "refused"), cause)
        await self._disposal.follow(asked.child, cause)

    def _row(self, asked: Asked, cohort: str, row: Mapping[str, Any], state: str, edition: int = 1) -> Change:
        id_ = f"disclosure:{asked.request}" + (f".{edition}" if edition > 1 else "")
        document = {
            "_id": id_,
            "kind": "disclosure",
            "school": asked.school,
            "children": [asked.child],
            "authority": asked.authority,
            "cohort": cohort,
            "version": 0,
            "state": state,
            "at": self._documents.now(),
            "sealed": self._sealer.seal(cohort, id_, "sealed", json.dumps(row).encode()),
        }
        model = DisclosureMade if state == "made" else DisclosureRefused
        return Change(document, [Draft(model, disclosure=id_.partition(":")[2], child=asked.child, authority=asked.authority)])

    async def _cohort(self, child: str) -> str:
        today = self._settings.today()
        return (await self._disposal.cohorts_for([child], of(today), today))[child]

    # the log --------------------------------------------------------------------------------------------------------

    async def rows(self, child: str | None, first: date | None, last: date | None) -> list[dict[str, Any]]:
        """Rows of the log, both days included; the earliest first."""
        since = datetime.combine(first or date(2000, 1, 1), time(), self._documents.now().tzinfo)
        until = datetime.combine((last or self._settings.today()) + timedelta(days=1), time(), since.tzinfo)
        about = {"children": child} if child else {}
        found = await self._documents.find("disclosure", about | {"at": {"$gte": since, "$lt": until}})
        return [self._told(document) for document in sorted(found, key=lambda document: document["at"])]

    def _told(self, document: Document) -> dict[str, Any]:
        return {
            "disclosure": document["_id"].partition(":")[2],
            "at": document["at"],
            "state": document["state"],
            "school": document["school"],
            "child": document["children"][0],
            "authority": document["authority"],
            **json.loads(self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))),
        }


def _asked(pack: Pack) -> Asked:
    return Asked(pack.request, pack.case, pack.school, pack.child, pack.authority)
