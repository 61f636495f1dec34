"""Packs, `pack:<id>`: request, case, LA, state, place on the stream and times in clear; document and PDF sealed, once they are sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from services.sharing.domain.fetched import State
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackFetched
from shared.disposal import TRIES, StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

_CLEAR = dict.fromkeys(("request", "case", "school", "children", "authority", "state", "sequence", "asked_at", "sent_at", "fetched_at"), 1)


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
class Files:
    document: bytes
    pdf: bytes


class Packs:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

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

    async def of_schools(self, schools: Collection[str] | None, case: str | None, state: str | None) -> list[Pack]:
        """Packs of these schools, of all for None; the latest first."""
        place: Document = {"_id": {"$gte": "pack:", "$lt": "pack;"}} if schools is None else {"school": {"$in": sorted(schools)}}
        narrowed = {name: value for name, value in (("case", case), ("state", state)) if value is not None}
        found = await self._documents.find("pack", place | narrowed, _CLEAR)
        return sorted((_pack(document) for document in found), key=_since, reverse=True)

    async def get(self, pack: str) -> tuple[Pack, Document] | None:
        """A pack with its document, from which `files` opens what was sent."""
        found = await self._documents.get(f"pack:{pack}")
        return (_pack(found), found) if found else None

    def files(self, document: Document) -> Files:
        return Files(*(self._open(document, field) for field in ("sealed", "sealed_pdf")))

    def _open(self, document: Document, field: str) -> bytes:
        return self._sealer.open(document["cohort"], document["_id"], field, bytes(document[field]))


def _since(pack: Pack) -> datetime:
    since = pack.asked_at or pack.sent_at
    assert since is not None
    return since


def _pack(document: Document) -> Pack:
    return Pack(pack=document["_id"].partition(":")[2], child=document["children"][0], **document)
