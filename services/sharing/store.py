"""The collection `sharing`: LAs, packs, the disclosure log. The only file that knows MongoDB.

| kind | `_id` | in clear | sealed |
|---|---|---|---|
| authority | `authority:<LA code>` | name, public keys: an LA is no person | nothing |
| pack | `pack:<id>` | request, case, LA, state, place on the stream, times | the document and its PDF, once they are sent |
| disclosure | `disclosure:<id>` | LA, pack, whether made or refused, time | who asked, what, for what purpose, on which basis |
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.sharing.domain.fetched import State
from shared.academic_year import of
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import DisclosureMade, DisclosureRefused, PackFetched, PackSent
from shared.disposal import TRIES, Disposal, StillChanging, resealed
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents, Outgoing

COHORT_KINDS = ("pack", "disclosure")
"""Kinds that are disposed of with the child's cohort: what the log says of a child falls with the child."""
OUTBOXES = ("authority", *COHORT_KINDS, "clock", "purge")

_CLEAR = dict.fromkeys(("request", "case", "school", "children", "authority", "state", "sequence", "asked_at", "sent_at", "fetched_at"), 1)


class Authority(BaseModel):
    """What is known of an LA. `public_key`: X25519, base64; packs are closed to it. `account`: names its consumer on the bus."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    public_key: str | None = None
    account: str | None = None


class Pack(BaseModel):
    """A pack as far as it stands in clear."""

    model_config = ConfigDict(frozen=True)

    pack: str
    request: str
    case: str
    school: str
    child: str
    authority: str
    state: State
    sequence: int | None = Field(None, exclude=True)
    """Its place on the stream; None until the broker has taken it."""
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    fetched_at: datetime | None = None
    reason: str | None = None
    """Why it waits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The enforcement request that a row answers."""

    request: str
    case: str
    school: str
    child: str
    authority: str


@dataclass(frozen=True, slots=True)
class Files:
    document: bytes
    pdf: bytes


class Store:
    """Built in the composition root."""

    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    # authorities ----------------------------------------------------------------------------------------------------

    async def authority(self, code: str) -> Authority | None:
        found = await self._documents.get(f"authority:{code}")
        return _authority(found) if found else None

    async def authorities(self) -> list[Authority]:
        found = await self._documents.find("authority", {"_id": {"$gte": "authority:", "$lt": "authority;"}}, sort=[("_id", 1)])
        return [_authority(document) for document in found]

    async def put_authority(self, code: str, told: Mapping[str, str], cause: Cause) -> tuple[Authority, bool]:
        """Create or change; what is not told stays as it was. With it, whether it was new."""
        for _ in range(TRIES):
            found = await self._documents.get(f"authority:{code}")
            document = found or {"_id": f"authority:{code}", "kind": "authority", "code": code, "version": 0}
            try:
                written = await self._documents.write(Change({**document, **told}), cause)
                return _authority(written), found is None
            except Conflict:
                continue
        raise StillChanging(code)

    # disclosing -----------------------------------------------------------------------------------------------------

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

    # packs that wait, and packs on their way ----------------------------------------------------------------------------

    async def waiting(self, *, authority: str | None = None, seconds: float = 0) -> list[Pack]:
        """Packs that were asked for and are not sent: of one LA, or those that have waited for so long; the earliest first."""
        before = self._documents.now() - timedelta(seconds=seconds)
        scope = {"state": "waiting", "asked_at": {"$lte": before}} | ({"authority": authority} if authority else {})
        found = [_pack(document) for document in await self._documents.find("pack", scope, _CLEAR)]
        return sorted(found, key=_since)

    async def on_the_way(self, authority: str) -> list[Pack]:
        """Packs that the broker has and the LA is not known to have."""
        scope = {"authority": authority, "state": "sent", "sequence": {"$exists": True}}
        return [_pack(document) for document in await self._documents.find("pack", scope, _CLEAR)]

    async def arrived(self, pack: str, state: State, cause: Cause) -> None:
        """Note once that the pack was fetched, or that it left the stream without."""
        for _ in range(TRIES):
            document = await self._documents.get(f"pack:{pack}")
            if document is None or document["state"] != "sent":
                return
            fetched = state == "fetched"
            drafts = [Draft(PackFetched, pack=pack, case=document["case"], authority=document["authority"])] if fetched else []
            noted = {"state": state} | ({"fetched_at": self._documents.now()} if fetched else {})
            try:
                await self._documents.write(Change({**document, **noted}, drafts), cause)
                return
            except Conflict:
                continue
        raise StillChanging(pack)

    # reading --------------------------------------------------------------------------------------------------------

    async def packs(self, schools: Collection[str] | None, case: str | None, state: str | None) -> list[Pack]:
        """Packs of these schools, of all for None; the latest first."""
        place: Document = {"_id": {"$gte": "pack:", "$lt": "pack;"}} if schools is None else {"school": {"$in": sorted(schools)}}
        narrowed = {name: value for name, value in (("case", case), ("state", state)) if value is not None}
        found = await self._documents.find("pack", place | narrowed, _CLEAR)
        return sorted((_pack(document) for document in found), key=_since, reverse=True)

    async def pack(self, pack: str) -> tuple[Pack, Document] | None:
        """A pack with its document, from which `files` opens what was sent."""
        found = await self._documents.get(f"pack:{pack}")
        return (_pack(found), found) if found else None

    def files(self, document: Document) -> Files:
        return Files(*(self._open(document, field) for field in ("sealed", "sealed_pdf")))

    async def disclosures(self, child: str | None, first: date | None, last: date | None) -> list[dict[str, Any]]:
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
            **json.loads(self._open(document, "sealed")),
        }

    def _open(self, document: Document, field: str) -> bytes:
        return self._sealer.open(document["cohort"], document["_id"], field, bytes(document[field]))


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


def _authority(document: Document) -> Authority:
    return Authority(**{name: document.get(name) for name in Authority.model_fields})


def _since(pack: Pack) -> datetime:
    since = pack.asked_at or pack.sent_at
    assert since is not None
    return since


def _pack(document: Document) -> Pack:
    return Pack(pack=document["_id"].partition(":")[2], child=document["children"][0], **document)
