"""Outboxes: what documents say is published, and then cleared from them. What a crash leaves there the sweeper publishes
(shared/sweeping.py)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pymongo import UpdateOne

from shared.errors import Transient, WorldAway
from shared.logging import logger
from shared.mongo import Document
from shared.reading import Reading
from shared.together import Pump, Sent
from shared.unsent import Unsent, emptied, left_in
from shared.updates import difference


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
        cleared = [(document, {**emptied(document), **noted, "version": document["version"] + 1}) for document, noted in sent]
        await self.collection.bulk_write(
            [UpdateOne(*difference(document, {**document, **fields})) for document, fields in cleared], ordered=False
        )
        done = self._unsent.cleared((document["_id"], document["version"]) for document, _ in cleared)
        for document, fields in cleared:
            document.update(fields)
        await self.take_away(done)

    async def publish_or_leave(self, documents: Sequence[Document]) -> None:
        """Publish behind the writer, who need not wait: what the broker does not take stands in the outbox for the sweeper."""
        if self.pump is not None:
            self.pump.add(documents)
            return
        try:
            await self.publish(documents)
        except (WorldAway, Transient):
            logger().warning("left in the outbox", dependency="nats", count=len(documents))

    async def take_away(self, lists: Sequence[str]) -> None:
        """Lists of outboxes (shared/unsent.py), without waiting for the journal: what a crash brings back the sweeper takes away."""
        if lists:
            await self.careless.delete_many({"_id": {"$in": lists}, "kind": "unsent"})


def _noted(document: Document, places: Mapping[str, int]) -> Document:
    """The places of those messages whose document keeps them."""
    return {message["note"]: places[message["id"]] for message in left_in(document) if message.get("note")}
