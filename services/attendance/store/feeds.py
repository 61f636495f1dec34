"""Feeds: accepted with a number and a receipt, their parts sealed until they are in the register, then deleted.

A feed of one part of marks carries it in its own document. Of any other the parts are written first and the feed last: its insertion is
the moment of acceptance, so a crash before it accepts nothing.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.attendance.domain.text import File
from services.attendance.domain.whole_rolls import AsWhole
from services.attendance.store.feed_parts import NewPart, Part, PartGone, TakenBack, at_hand, unpacked, whole_of
from services.attendance.store.held import WAITING
from shared.contracts.attendance_events import FeedState, FeedStored, StoreFeed
from shared.contracts.envelope import Cause, Draft
from shared.disposal import TRIES
from shared.errors import Conflict, StreamFull
from shared.identity import new_id
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

WITHDRAWN = ("withdrawing", "withdrawn")
"""States of a feed that is taken back: none of its parts is entered any more."""

LONGEST_WAIT = timedelta(hours=1)
"""Between two reminders of the same feed."""


Holds = Callable[[], Awaitable[bool]]
"""Whether the register and the roll still say what a file says."""


@dataclass(frozen=True, slots=True)
class Accepted:
    state: FeedState
    new: bool
    """Whether it was not known before."""
    waiting: Document | None = None
    """The document of a new feed: its tickets are in the outbox, and nobody has been told of them yet."""
    parts: Sequence[Part] = ()
    """The parts of a new feed of marks, for whoever enters them at once."""


class Feeds:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    def digest(self, urn: str, year: int, content: str, refusals: str) -> str:
        """The same bytes (by `content_hash`) from the same school for the same year are the same feed, as long as the same is refused of
        them and what they say still holds (`known`)."""
        return self._sealer.hash("index", f"{urn}\0{year}\0{content}\0{refusals}")

    async def known(self, urn: str, digest: str, holds: Holds) -> FeedState | None:
        """The feed that these bytes are. None, and the way free for a new one, if it is stored and later ones have said otherwise since."""
        for _ in range(TRIES):
            found = await self._documents.find("feed", {"school": urn, "digest": digest}, limit=1)
            if not found or found[0]["state"] != "stored" or await holds():
                return self._state(found[0]) if found else None
            try:
                superseded = {**found[0], "digest": f"superseded:{found[0]['_id']}"}
                await self._documents.write(Change(superseded), Cause.beginning(new_id()))
            except Conflict:
                continue
        raise Conflict("feed")

    async def get(self, feed: str) -> FeedState | None:
        document = await self._documents.get(f"feed:{feed}")
        return self._state(document) if document else None

    async def accept(
        self,
        urn: str,
        next_number: Callable[[str], Awaitable[int]],
        digest: str,
        receipt: dict[str, Any],
        parts: Sequence[NewPart],
        cohort: str,
        holds: Holds,
        whole: AsWhole | None = None,
    ) -> Accepted:
        """Store a feed whole, or give back the one that was accepted with the same bytes before. Its tickets stay in the outbox: publish
        them (`ask`), or see that they are not needed."""
        if self._documents.pump and self._documents.pump.full:
            raise StreamFull("FEEDS")
        feed = new_id()
        only = parts[0] if len(parts) == 1 and parts[0].kind == "marks" else None
        kept = [] if only else [self._part(feed, urn, place, part) for place, part in enumerate(parts)]
        waits = whole is not None and whole.waits
        tickets = [Draft(StoreFeed, school=urn, feed=feed, part=place) for place in range(0 if waits else len(parts))]
        for _ in range(TRIES):
            number = await next_number(urn)
            document = self._document(feed, urn, number, digest, parts, cohort)
            if whole:
                document["whole"] = {"day": whole.day.isoformat(), "parts": sum(part.kind == "roll" for part in parts)}
                document["state"] = WAITING if waits else document["state"]
            told = {"feed": feed, "number": number, "school": urn, **receipt}
            document["sealed"] = self._sealer.seal(cohort, document["_id"], "sealed", json.dumps(told).encode())
            if only:
                document["of"] = only.kind
                document["sealed_part"] = self._sealer.seal(cohort, document["_id"], "sealed_part", only.content)
            try:
                document = await self._insert(kept, Change(document, tickets), Cause.beginning(feed))
            except Conflict:
                await self._drop_parts(feed, kept)
                if known := await self.known(urn, digest, holds):
                    return Accepted(known, False)
                continue  # later feeds have said otherwise since; or the number had been given out before a change of the primary
            return Accepted(self._told(document, told), True, document, at_hand(document, parts))
        raise Conflict("feed")

    async def ask(self, accepted: Document) -> None:
        """Publish the tickets of a feed that was just accepted. Without a broker they wait in the outbox: the feed is safe already."""
        await self._documents.publish_or_leave([accepted])

    async def _insert(self, kept: Sequence[Document], head: Change, cause: Cause) -> Document:
        if kept:
            return await self._documents.insert_in_order(kept, head, cause)
        if await self._documents.write_all([head], cause):
            raise Conflict("feed")
        return head.document

    async def _drop_parts(self, feed: str, kept: Sequence[Document]) -> None:
        if kept:
            await self._documents.delete_all({"feed": feed}, ["part"])

    def _document(self, feed: str, urn: str, number: int, digest: str, parts: Sequence[NewPart], cohort: str) -> Document:
        now = self._documents.now()
        return {
            "_id": f"feed:{feed}",
            "kind": "feed",
            "school": urn,
            "number": number,
            "digest": digest,
            "state": "accepted" if parts else "stored",
            "at": now,
            "asked": now,
            "stored_at": None if parts else now,
            "parts": len(parts),
            "done": [],
            "years": sorted({part.year for part in parts}),
            "day": max((part.day.isoformat() for part in parts if part.day), default=None),
            "contents": sorted({(part.kind, part.year) for part in parts}),
            "cohort": cohort,
            "version": 0,
        }

    def _part(self, feed: str, urn: str, place: int, part: NewPart) -> Document:
        id_ = f"part:{feed}:{place}"
        return {
            "_id": id_,
            "kind": "part",
            "feed": feed,
            "school": urn,
            "part": place,
            "of": part.kind,
            "year": part.year,
            "cohort": part.cohort,
            "at": self._documents.now(),
            "version": 1,
            "sealed": self._sealer.seal(part.cohort, id_, "sealed", part.content),
        }

    async def open_part(self, feed: str, place: int) -> Part | TakenBack | None:
        """A part to be stored; None when it has been, PartGone when it was disposed of before."""
        ids = [f"feed:{feed}", f"part:{feed}:{place}"]
        found = {document["kind"]: document for document in await self._documents.find_all({"_id": {"$in": ids}}, ("feed", "part"))}
        head = found.get("feed")
        if head is None:
            raise PartGone
        if head["state"] in WITHDRAWN:
            return TakenBack(head)
        if head["state"] == "stored" or place in head["done"]:
            return None
        document, field = (head, "sealed_part") if "sealed_part" in head else (found.get("part"), "sealed")
        if document is None:
            raise PartGone
        content = self._sealer.open(document["cohort"], document["_id"], field, bytes(document[field]))
        year = document["year"] if "year" in document else document["years"][0]
        return Part(head, head["school"], head["number"], whole_of(head), place, year, await unpacked(document["of"], content))

    async def done(self, parts: Sequence[Part], cause: Cause) -> TakenBack | None:
        """Note that parts of a feed are in the register; the last one makes the feed stored. Idempotent. TakenBack when the feed was
        meanwhile."""
        document: Document | None = parts[0].feed
        while document:
            if document["state"] in WITHDRAWN:
                return TakenBack(document)
            news = [part.part for part in parts if part.part not in document["done"]]
            if not news:
                break
            noted = {**document, "done": [*document["done"], *news]}
            events = []
            if len(noted["done"]) == noted["parts"]:
                noted |= {"state": "stored", "stored_at": self._documents.now(), "outbox": _without_tickets(document["outbox"])}
                noted.pop("sealed_part", None)
                told = {"school": document["school"], "number": document["number"], "years": tuple(document["years"])}
                events = [Draft(FeedStored, feed=id_of(document), **told)]
            change = Change(noted, events, read=document)
            if not await self._documents.write_all([change], cause):
                await self._documents.publish_or_leave([change.document])
                break
            document = await self._documents.get(document["_id"])
        if "sealed_part" not in parts[0].feed:
            await self._documents.discard([f"part:{id_of(part.feed)}:{part.part}" for part in parts])
        return None

    async def remind(self, older_than_seconds: float) -> int:
        """Ask again for the parts of feeds that were accepted and are not stored, or are to be taken back and are not yet: at twice the age
        each time, then every hour.

        A part that cannot be handled is a dead letter each time that it is asked for.
        """
        now = self._documents.now()
        before = now - timedelta(seconds=older_than_seconds)
        waiting = [
            document
            for state in ("accepted", "withdrawing")
            for document in await self._documents.find("feed", {"state": state, "asked": {"$lt": before}}, limit=100)
        ]
        count = 0
        for document in waiting:
            if now - document["asked"] < min(document["asked"] - document.get("withdrawn_at", document["at"]), LONGEST_WAIT):
                continue
            left = _left(document)
            tickets = [Draft(StoreFeed, school=document["school"], feed=id_of(document), part=place) for place in left]
            try:
                await self._documents.write(Change({**document, "asked": now}, tickets), Cause.beginning(new_id()))
                count += len(left)
            except Conflict:
                continue
        return count

    async def drop_orphans(self, older_than: timedelta) -> int:
        """Delete parts that nobody waits for: of feeds whose acceptance a crash prevented, or that a crash brought back."""
        before: datetime = self._documents.now() - older_than
        old = await self._documents.find("part", {"at": {"$lt": before}}, {"feed": 1}, limit=1000)
        feeds = {document["feed"] for document in old}
        waited_for = {"_id": {"$in": [f"feed:{feed}" for feed in sorted(feeds)]}, "state": {"$in": ["accepted", WAITING]}}
        waiting = {id_of(document) for document in await self._documents.find("feed", waited_for, {"_id": 1})}
        orphans = sorted(feeds - waiting)
        return await self._documents.delete_all({"feed": {"$in": orphans}}, ["part"]) if orphans else 0

    def _state(self, document: Document) -> FeedState:
        receipt = json.loads(self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
        return self._told(document, receipt)

    def _told(self, document: Document, receipt: dict[str, Any]) -> FeedState:
        return FeedState(
            feed=receipt["feed"],
            number=document["number"],
            school=document["school"],
            state=document["state"],
            accepted_at=document["at"],
            stored_at=document["stored_at"],
            withdrawn_at=document.get("withdrawn_at"),
            withdrawn_by=self._withdrawn_by(document),
            not_withdrawn=document.get("not_withdrawn"),
            receipt=receipt,
        )

    def _withdrawn_by(self, document: Document) -> str | None:
        sealed = document.get("sealed_withdrawal")
        if sealed is None:
            return None
        told = json.loads(self._sealer.open(document["cohort"], document["_id"], "sealed_withdrawal", bytes(sealed)))
        return str(told["role"])


def content_hash(data: File) -> str:
    """Of all the bytes of a file."""
    return hashlib.sha256(data).hexdigest()


def _without_tickets(outbox: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is to be told of a feed that is stored: nobody needs to be asked for its parts any more."""
    return [message for message in outbox if message["stream"] != StoreFeed.STREAM]


def id_of(document: Document) -> str:
    return str(document["_id"]).removeprefix("feed:")


def _left(document: Document) -> list[int]:
    """The parts that are asked for; any part of a feed that is taken back stands for all."""
    if document["state"] == "withdrawing":
        return [0]
    return [place for place in range(document["parts"]) if place not in document["done"]]
