"""What is told to whom: a request waits with its pack, and is sent or refused with its row in the log, in one transaction.

`disclosure:<request>`: LA, whether made or refused and time in clear; who asked, what, for what purpose and on which basis sealed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from services.sharing.store.packs import Files
from shared.academic_year import of
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import DisclosureMade, DisclosureRefused, PackSent
from shared.disposal import TRIES, Disposal, StillChanging, resealed
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents, Outgoing


@dataclass(frozen=True, slots=True)
class Asked:
    """The enforcement request that a row answers."""

    request: str
    case: str
    school: str
    child: str
    authority: str


class Disclosing:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    async def answered(self, request: str) -> bool:
        """Whether this enforcement request has its row in the log, made or refused."""
        return await self._documents.get(f"disclosure:{request}") is not None

    async def wait(self, pack: str, asked: Asked, cause: Cause) -> Document:
        """The request's pack as it stands; under this id and in state `waiting`, where there was none."""
        for _ in range(TRIES):
            found = next(iter(await self._documents.find("pack", {"request": asked.request})), None)
            if found and (found["state"] != "waiting" or found["authority"] == asked.authority):
                return found
            try:
                if found:  # the school has come to another LA meanwhile
                    return await self._documents.write(Change({**found, "authority": asked.authority}), cause)
                cohort = await self._cohort(asked.child)
                named = {"request": asked.request, "case": asked.case, "state": "waiting", "asked_at": self._documents.now()}
                await self._documents.write(Change(_about(asked, f"pack:{pack}", cohort) | named), cause)
                await self._follow_clock(asked.child, cohort, [f"pack:{pack}"], cause)
            except Conflict:
                continue
        raise StillChanging(asked.request)

    async def send(self, waiting: Document, asked: Asked, files: Files, row: Mapping[str, Any], parcel: Outgoing, cause: Cause) -> None:
        """The pack with its parcel in the outbox, and the row of the log, in one transaction. Conflict: somebody else was first."""
        id_, cohort = waiting["_id"], max(await self._cohort(asked.child), waiting["cohort"])
        pack = id_.partition(":")[2]
        document = {
            **waiting,
            "cohort": cohort,
            "state": "sent",
            "sent_at": self._documents.now(),
            "sealed": self._sealer.seal(cohort, id_, "sealed", files.document),
            "sealed_pdf": self._sealer.seal(cohort, id_, "sealed_pdf", files.pdf),
        }
        sent = Draft(PackSent, pack=pack, case=asked.case, authority=asked.authority)
        disclosed = self._row(asked, cohort, {**row, "pack": pack}, "made")
        async with self._documents.transaction() as session:
            written = [
                await self._documents.store(Change(document, [sent], [parcel]), cause, session=session),
                await self._documents.store(disclosed, cause, session=session),
            ]
        await self._documents.publish_or_leave(written)
        await self._follow_clock(asked.child, cohort, [id_, f"disclosure:{asked.request}"], cause)

    async def refuse(self, asked: Asked, row: Mapping[str, Any], cause: Cause) -> None:
        """The row of a refusal, instead of a pack that waited. Conflict: somebody else was first."""
        cohort = await self._cohort(asked.child)
        waited = await self._documents.find("pack", {"request": asked.request, "state": "waiting"})
        async with self._documents.transaction() as session:
            for document in waited:
                await self._documents.delete(document, session=session)
            written = await self._documents.store(self._row(asked, cohort, row, "refused"), cause, session=session)
        await self._documents.publish_or_leave([written])
        await self._follow_clock(asked.child, cohort, [f"disclosure:{asked.request}"], cause)

    def _row(self, asked: Asked, cohort: str, row: Mapping[str, Any], state: str) -> Change:
        id_ = f"disclosure:{asked.request}"
        document = _about(asked, id_, cohort) | {
            "state": state,
            "at": self._documents.now(),
            "sealed": self._sealer.seal(cohort, id_, "sealed", json.dumps(row).encode()),
        }
        model = DisclosureMade if state == "made" else DisclosureRefused
        return Change(document, [Draft(model, disclosure=asked.request, child=asked.child, authority=asked.authority)])

    async def _cohort(self, child: str) -> str:
        today = self._settings.today()
        return (await self._disposal.cohorts_for([child], of(today), today))[child]

    async def _follow_clock(self, child: str, cohort: str, ids: Sequence[str], cause: Cause) -> None:
        """A move that came after the clock was read and before the writing found nothing here to move."""
        due = await self._cohort(child)
        if due == cohort:
            return
        for id_ in ids:
            for _ in range(TRIES):
                document = await self._documents.get(id_)
                if document is None or document["cohort"] >= due:
                    break
                try:
                    await self._documents.write(Change(resealed(document, due, self._sealer)), cause)
                except Conflict:
                    continue

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


def _about(asked: Asked, id_: str, cohort: str) -> Document:
    return {
        "_id": id_,
        "kind": id_.partition(":")[0],
        "school": asked.school,
        "children": [asked.child],
        "authority": asked.authority,
        "cohort": cohort,
        "version": 0,
    }
