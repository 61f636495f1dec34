"""Packs as far as they stand in clear, `pack:<id>`: request, case, LA, state, edition, place on the stream and times."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.sharing.domain.life import AT_HOME, TAKEN_BACK, State
from services.sharing.domain.nearest import nearest, running
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackFetched, PackNotFetched
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.store import Change, Documents
from shared.tries import tries

_CLEAR = dict.fromkeys(
    (
        *("request", "case", "school", "children", "authority", "state", "edition", "supersedes", "sequence"),
        *("asked_at", "waiting_since", "sent_at", "fetched_at", "taken", "request_by", "earliest_by", "answer_by"),
        *("closed_to", "parcels"),
    ),
    1,
)


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
    edition: int = 1
    supersedes: str | None = None
    """The pack whose place it takes, or is to take."""
    request_by: date | None = None
    """The last day on which the LA takes a request, of a pack in preparation."""
    earliest_by: date | None = None
    """The last day on which an information for the earliest session relied on can be laid; None once the pack has ended."""
    answer_by: date | None = None
    """Until when a change since it was sent is to be answered; None where none is open."""
    sequence: int | None = Field(None, exclude=True)
    """Its place on the stream; None until the broker has taken it."""
    closed_to: str | None = Field(None, exclude=True)
    """The LA's public key to which its parcel is closed; None of one that is not on the stream."""
    parcels: int = Field(1, exclude=True)
    """How many were made of it, each for another key of its LA."""
    asked_at: datetime | None = None
    waiting_since: datetime | None = Field(None, exclude=True)
    sent_at: datetime | None = None
    fetched_at: datetime | None = None
    reason: str | None = None
    """Why it waits."""
    taken: tuple[int, ...] = Field((), exclude=True)
    """The places, in the list of its files, of those that a signed-in LA has downloaded."""

    @property
    def waits_for_the_bus(self) -> bool:
        """Whether it is sent and its parcel still stands in the outbox."""
        return self.state == "sent" and self.closed_to is not None and self.sequence is None


class Packs:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def waiting(self, *, authority: str | None = None, seconds: float = 0) -> list[Pack]:
        """Packs that are signed and not sent: of one LA, or those that have waited for so long; the earliest first."""
        before = self._documents.now() - timedelta(seconds=seconds)
        scope = {"state": "waiting", "waiting_since": {"$lte": before}} | ({"authority": authority} if authority else {})
        found = [pack_of(document) for document in await self._documents.find("pack", scope, _CLEAR)]
        return sorted(found, key=_since)

    async def held_up(self, longer: timedelta) -> dict[str, str]:
        """Packs that were signed so long ago and have not gone, with the LA of each; not those that an officer is to hand over. And those
        that were sent, or of which the LA is told something, and the stream has not taken it."""
        before = self._documents.now() - longer
        waiting = {"state": "waiting", "waiting_since": {"$lte": before}, "sealed_files": {"$exists": False}}
        not_taken = {"outbox.0": {"$exists": True}, "outbox.at": {"$lt": before}, "outbox.stream": "PACKS"}
        found = [one for scope in (waiting, not_taken) for one in await self._documents.find("pack", scope, {"authority": 1})]
        return {one["_id"].partition(":")[2]: one["authority"] for one in found}

    async def on_the_way(self, authority: str) -> list[Pack]:
        """Packs that the broker has and the LA is not known to have."""
        scope = {"authority": authority, "state": "sent", "sequence": {"$exists": True}}
        return [pack_of(document) for document in await self._documents.find("pack", scope, _CLEAR)]

    async def send_again(self, document: Document, parcel: Outgoing, key: str, number: int, cause: Cause) -> None:
        """Another parcel, closed to another key; until the broker has it the pack has no place. Conflict: somebody else was first."""
        kept = {name: value for name, value in document.items() if name != "sequence"}
        await self._documents.write(Change({**kept, "closed_to": key, "parcels": number}, extra=[parcel]), cause)

    async def on_the_bus(self, scope: Document) -> list[tuple[str, str]]:
        """The packs in the scope that have left the company, or are signed and may leave it at any moment, each with its LA."""
        found = await self._documents.find("pack", scope, {"authority": 1, "sent_at": 1, "state": 1})
        gone = (one for one in found if "sent_at" in one or one["state"] == "waiting")
        return [(one["_id"].partition(":")[2], one["authority"]) for one in gone]

    async def there(self, packs: Collection[str]) -> set[str]:
        """Those of these ids that are a pack's."""
        found = await self._documents.find("pack", {"_id": {"$in": [f"pack:{pack}" for pack in packs]}}, {"_id": 1}) if packs else []
        return {one["_id"].partition(":")[2] for one in found}

    async def arrived(self, pack: str, state: Literal["fetched", "expired"], cause: Cause) -> None:
        """Note once that the pack was fetched, or that it left the stream without."""
        async for _ in tries():
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

    async def sent_to(self, authority: str) -> list[Document]:
        """What an LA was sent, the latest first: whole documents, since the files' names are sealed with each."""
        found = await self._documents.find("pack", {"authority": authority, "state": {"$nin": [*AT_HOME, "cancelled"]}})
        return sorted(found, key=lambda document: document["sent_at"], reverse=True)

    async def unfetched(self, authority: str, longer: timedelta) -> list[str]:
        """Packs that were sent to the LA so long ago, and that it neither has fetched nor says to have received."""
        before = self._documents.now() - longer
        found = await self._documents.find("pack", {"authority": authority, "state": "sent", "sent_at": {"$lte": before}}, {"_id": 1})
        return [document["_id"].partition(":")[2] for document in found]

    async def alarm(self, pack: str, days: int, cause: Cause) -> int:
        """The days of which it was told now; 0 where it was told before, or by another replica, or the LA has the pack by now."""
        document = await self._documents.get(f"pack:{pack}")
        if document is None or document["state"] != "sent":
            return 0
        passed = (self._documents.now() - document["sent_at"]).days // days * days
        if passed <= document.get("alarmed", 0):
            return 0
        about = {name: document[name] for name in ("case", "school", "authority")} | {"act_by": act_by(document)}
        try:
            await self._documents.write(
                Change({**document, "alarmed": passed}, [Draft(PackNotFetched, pack=pack, days=passed, **about)]), cause
            )
        except Conflict:
            return 0
        return int(passed)

    async def following(self, packs: Collection[Pack]) -> dict[str, Pack]:
        """The next edition of each of these that has one which was not given up, by the pack in whose place it comes, or is to come."""
        gone = [one for one in packs if one.state not in AT_HOME]  # nothing follows what has not left
        scope = {"request": {"$in": sorted({one.request for one in gone})}, "state": {"$ne": "cancelled"}}
        found = map(pack_of, await self._documents.find("pack", scope, _CLEAR) if gone else [])
        wanted = {one.pack for one in gone}
        return {one.supersedes: one for one in found if one.supersedes in wanted}

    async def of_schools(self, schools: Collection[str] | None, **narrowed: str) -> list[Pack]:
        """Packs of these schools, of all for None; the latest first. `narrowed`: to a `case`, `state`, `children` (one) or `authority`."""
        place: Document = {"_id": {"$gte": "pack:", "$lt": "pack;"}} if schools is None else {"school": {"$in": sorted(schools)}}
        found = await self._documents.find("pack", place | narrowed, _CLEAR)
        return sorted((pack_of(document) for document in found), key=_since, reverse=True)


def act_by(document: Document) -> date | None:
    """The nearest of a pack's legal clocks that run in the state in which it stands."""
    pack = pack_of(document)
    return nearest(pack.state, pack.request_by, pack.earliest_by)


def answer_by(document: Document) -> date | None:
    """None where no change is open that was found since the pack was sent, and of a pack that was taken back."""
    said = document.get("answer_by")
    return date.fromisoformat(said) if said and document["state"] not in TAKEN_BACK else None


def _since(pack: Pack) -> datetime:
    assert pack.asked_at is not None
    return pack.asked_at


def pack_of(document: Document) -> Pack:
    request_by, earliest_by = running(document["state"], document.get("request_by"), document.get("earliest_by"))
    clear = {**document, "request_by": request_by, "earliest_by": earliest_by, "answer_by": answer_by(document)}
    return Pack(pack=document["_id"].partition(":")[2], child=document["children"][0], **clear)
