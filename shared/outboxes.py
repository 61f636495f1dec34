"""Outboxes: what documents say is published, and then cleared from them; a sweeper publishes what a crash left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pymongo import UpdateOne

from shared.errors import Transient, WorldAway
from shared.logging import logger
from shared.mongo import Document
from shared.reading import Reading
from shared.together import Pump, Sent
from shared.unsent import LISTED, Unsent, emptied, left_in, swept
from shared.updates import condition

LISTS = 500
"""Lists of a crash that are swept at a time."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in an outbox, ready to be published."""

    id: str
    stream: str
    subject: str
    body: bytes
    note: str | None = None
    """The field of the document that keeps the message's place in its stream, once that is known."""


class Publisher(Protocol):
    """The one way on to the bus; see shared/bus.py."""

    async def publish_all(self, messages: Sequence[Outgoing]) -> Sequence[int]:
        """Returns each message's place in its stream when the broker has stored every one; raises WorldAway otherwise (some may be stored:
        ids make that harmless)."""
        ...


class Outboxes(Reading):
    """A service's documents, as what stands in them is published."""

    def __init__(self, client: Any, name: str, publisher: Publisher, now: Any) -> None:
        super().__init__(client, name)
        self._publisher = publisher
        self.now = now
        self._unsent = Unsent()
        self.pump: Pump | None = None
        """Set where a process publishes behind its writers; without one they wait."""

    async def publish(self, documents: Iterable[Document]) -> int:
        """Publish outboxes, then clear them; how many messages there were."""
        sent = await self.send(documents)
        count = sum(len(left_in(document)) for document, _ in sent)
        await self.clear(sent)
        return count

    async def send(self, documents: Iterable[Document]) -> list[Sent]:
        """Publish outboxes, which are still to be cleared."""
        pending = [document for document in documents if left_in(document)]
        messages = [Outgoing(m["id"], m["stream"], m["subject"], m["body"]) for document in pending for m in left_in(document)]
        stored = await self._publisher.publish_all(messages) if messages else ()
        places = {message.id: place for message, place in zip(messages, stored, strict=True)}
        return [(document, _noted(document, places)) for document in pending]

    async def clear(self, sent: Sequence[Sent]) -> None:
        """Clear outboxes in one bulk write. A document changed meanwhile keeps its own: its writer carried it over."""
        if not sent:
            return
        cleared = [(document, {**emptied(document), **noted}) for document, noted in sent]
        await self.collection.bulk_write(
            [UpdateOne(condition(document), {"$set": fields, "$inc": {"version": 1}}) for document, fields in cleared],
            ordered=False,
        )
        done = self._unsent.cleared((document["_id"], document["version"]) for document, _ in cleared)
        for document, fields in cleared:
            document.update(fields, version=document["version"] + 1)
        await self._take_away(done)

    async def publish_or_leave(self, documents: Sequence[Document]) -> None:
        """Publish behind the writer, who need not wait: what the broker does not take stands in the outbox for the sweeper."""
        if self.pump is not None:
            self.pump.add(documents)
            return
        try:
            await self.publish(documents)
        except (WorldAway, Transient):
            logger().warning("left in the outbox", dependency="nats", count=len(documents))

    async def sweep(self, kinds: Sequence[str], older_than_seconds: float) -> int:
        """Publish what a crash left in outboxes. Several sweepers at once do no harm."""
        before = self.now() - timedelta(seconds=older_than_seconds)
        # every second, for as long as the process lives: one question, however many kinds
        left = await self.find_all({"outbox.0": {"$exists": True}, "outbox.at": {"$lt": before}}, kinds, limit=500)
        count = await self.publish(left)
        return count + await self._sweep_listed(before) if LISTED.intersection(kinds) else count

    async def _sweep_listed(self, before: datetime) -> int:
        count, done = 0, list[str]()
        for one in await self.find("unsent", {"at": {"$lt": before}}, sort=[("at", 1)], limit=LISTS):
            ids = [id_ for id_, _ in one["documents"]]
            found = {document["_id"]: document for document in await self.find_all({"_id": {"$in": ids}}, sorted(LISTED))}
            done += swept([one], found, self.now())
            count += await self.publish(found.values())
        await self._take_away(done)
        return count

    async def _take_away(self, lists: Sequence[str]) -> None:
        """Without waiting for the journal: what a crash brings back the sweeper takes away."""
        if lists:
            await self.careless.delete_many({"_id": {"$in": lists}, "kind": "unsent"})


def _noted(document: Document, places: Mapping[str, int]) -> Document:
    """The places of those messages whose document keeps them."""
    return {message["note"]: places[message["id"]] for message in left_in(document) if message.get("note")}
