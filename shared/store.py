"""Documents with a version and an outbox: a state change and the messages that it causes are one write.

The outbox rule: every write of a document, the clearing of its outbox included, is conditional on its version and raises it, and a
writer carries over what it found in the outbox. Otherwise a replica resurrects messages or loses them.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from inspect import isawaitable
from typing import Any, Protocol

from pymongo import InsertOne, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.contracts.envelope import Cause, Draft
from shared.errors import Conflict, Transient, WorldAway
from shared.identity import new_id
from shared.logging import logger
from shared.mongo import Document
from shared.together import Insertion, Pump, Sent, Together
from shared.unsent import Unsent, emptied, left_in, outbox_of

DUPLICATE_KEY = 11000
AT_A_TIME = 16
"""Documents that are fetched together where each is looked at by itself."""


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


@dataclass
class Change:
    """A document as it is to be written, and the messages which that causes. `document` carries the version that was read (0: new)."""

    document: Document
    drafts: Sequence[Draft] = ()
    extra: list[Outgoing] = field(default_factory=list)
    """Messages that are not events: an enforcement pack's parcel."""
    read: Document | None = None
    """What was read of the document, if only the fields that differ from it are to be written (`write_all` alone): what was not read
    stays as it is, and indexes over what stays are left alone."""


class Documents:
    """One service's collection."""

    def __init__(self, client: Any, name: str, publisher: Publisher, now: Any) -> None:
        self._client = client
        self.name = name
        self._publisher = publisher
        self.now = now
        self._together = Together(lambda operations: self._bulk(self.collection, operations))
        self._together_carelessly = Together(lambda operations: self._bulk(self.careless, operations))
        self._unsent = Unsent()
        self.pump: Pump | None = None
        """Set where a process publishes behind its writers; without one they wait."""
        self.collection = client["iewo"].get_collection(
            name, write_concern=WriteConcern("majority", j=True), read_concern=ReadConcern("majority")
        )

        self.careless = self.collection.with_options(write_concern=WriteConcern(1))
        """For writes that need not wait for the journal, since a later write that does depends on them, or nothing does."""

    async def ping(self) -> None:
        await self.collection.find_one({"_id": "ping"}, {"_id": 1})

    async def get(self, id_: str) -> Document | None:
        found: Document | None = await self.collection.find_one({"_id": id_, "kind": id_.partition(":")[0]})
        return found

    async def find(self, kind: str, query: Mapping[str, Any], fields: Mapping[str, Any] | None = None, **options: Any) -> list[Document]:
        found: list[Document] = await self.collection.find({"kind": kind, **query}, fields, **options).to_list(None)
        return found

    async def count(self, kind: str, query: Mapping[str, Any]) -> int:
        counted: int = await self.collection.count_documents({"kind": kind, **query})
        return counted

    async def beginning(self, prefixes: Sequence[str], fields: Mapping[str, Any] | None = None) -> list[Document]:
        """The documents whose ids begin with one of these, each `kind:` and parts of an id with a colon behind them, in one question."""
        scopes = [{"_id": {"$gte": prefix, "$lt": f"{prefix[:-1]};"}, "kind": prefix.partition(":")[0]} for prefix in prefixes]
        found: list[Document] = await self.collection.find(scopes[0] if len(scopes) == 1 else {"$or": scopes}, fields).to_list(None)
        return found

    async def each(self, kind: str, query: Mapping[str, Any]) -> AsyncIterator[Document]:
        """One after the other, however many: a few at a time are in memory."""
        async for document in self.collection.find({"kind": kind, **query}).batch_size(AT_A_TIME):
            yield document

    async def find_all(
        self, query: Mapping[str, Any], kinds: Sequence[str], fields: Mapping[str, Any] | None = None, **options: Any
    ) -> list[Document]:
        """Documents of several kinds, by child or cohort."""
        found: list[Document] = await self.collection.find({"kind": {"$in": list(kinds)}, **query}, fields, **options).to_list(None)
        return found

    async def delete_all(self, query: Mapping[str, Any], kinds: Sequence[str]) -> int:
        """Delete until nothing is left: `delete_many` is not retried by the driver, so it is a loop and then a count."""
        scope = {"kind": {"$in": list(kinds)}, **query}
        deleted = 0
        while await self.collection.count_documents(scope, limit=1):
            deleted += (await self.collection.delete_many(scope)).deleted_count
        return deleted

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """Writes that take the session happen together or not at all; Conflict when another's write came between."""
        starting: Any = self._client.start_session()
        begun: Any = await starting if isawaitable(starting) else starting
        try:
            async with begun as session:
                beginning = session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority", j=True))
                async with await beginning if isawaitable(beginning) else beginning:
                    yield session
        except OperationFailure as error:
            if error.has_error_label("TransientTransactionError"):
                raise Conflict("transaction") from None
            raise

    async def write(self, change: Change, cause: Cause, *, session: Any = None) -> Document:
        """Insert (version 0) or replace one document and publish, in a transaction not yet; Conflict when it was written in between."""
        document = await self.store(change, cause, session=session)
        if session is None:
            await self.publish_or_leave([document])
        return document

    async def delete(self, document: Document, *, session: Any = None) -> None:
        """Delete one document as it was read; Conflict when it was written in between."""
        outcome = await self.collection.delete_one(_condition(document), session=session)
        if outcome.deleted_count == 0:
            raise Conflict(document["kind"])

    async def insert_in_order(self, documents: Sequence[Document], last: Change, cause: Cause) -> Document:
        """Insert documents and then the one that makes them count, in one command; Conflict when that one is there already. Publishes
        nothing yet."""
        document = self._stamped(last, cause)
        try:
            await self.collection.insert_many([*documents, document], ordered=True)
        except BulkWriteError as error:
            if any(fault["code"] != DUPLICATE_KEY for fault in error.details.get("writeErrors", ())):
                raise
            raise Conflict(document["kind"]) from None
        return document

    async def discard(self, ids: Sequence[str]) -> None:
        """Delete documents of one kind without waiting for the journal, where it does no harm that a crash brings them back."""
        await self.careless.delete_many({"_id": {"$in": list(ids)}, "kind": ids[0].partition(":")[0]})

    async def store(self, change: Change, cause: Cause, *, session: Any = None) -> Document:
        """`write` without publishing: for who must answer although the broker is away."""
        document = self._stamped(change, cause)
        if listed := self._unsent.list_of([document], self.now()):
            await self.careless.insert_one(listed, session=session)  # it comes before the document in the journal too
        if change.document.get("version", 0) == 0:
            try:
                await self.collection.insert_one(document, session=session)
            except DuplicateKeyError:
                raise Conflict(document["kind"]) from None
        else:
            try:
                outcome = await self.collection.update_one(_condition(change.document), _becoming(document), session=session)
            except DuplicateKeyError:  # another document has become what this one was to be
                raise Conflict(document["kind"]) from None
            if outcome.matched_count == 0:
                raise Conflict(document["kind"])
        return document

    async def write_all(self, changes: Sequence[Change], cause: Cause) -> set[str]:
        """Write many documents in one round trip; the ids of those that conflicted, which were not written. Publishes nothing yet.

        `bulk_write` does not say which replacements did not match, so each is marked with this writer's own id and those that lack it are
        read back.
        """
        if not changes:
            return set()
        writer = new_id()
        operations: list[UpdateOne] = []
        for change in changes:
            document = self._stamped(change, cause)
            document["writer"] = writer
            operations.append(_operation(change, document))
            change.document = document
        if listed := self._unsent.list_of([change.document for change in changes], self.now()):
            operations.insert(0, Insertion({"_id": listed["_id"], "kind": "unsent"}, {"$setOnInsert": _without_id(listed)}, upsert=True))
        if await self._together.write(operations):
            return set()
        ids = [change.document["_id"] for change in changes]
        kinds = sorted({change.document["kind"] for change in changes})
        ours = await self.find_all({"_id": {"$in": ids}, "writer": writer}, kinds, {"_id": 1})
        conflicts = set(ids) - {document["_id"] for document in ours}
        lost = [change.document for change in changes if change.document["_id"] in conflicts]
        await self.take_away(self._unsent.cleared((document["_id"], document["version"]) for document in lost))
        return conflicts

    async def write_as_one(self, changes: Sequence[Change], cause: Cause) -> None:
        """Write many documents in one transaction, those that are there before those that are new: all, or none and Conflict. Publishes
        nothing yet."""
        written = [(change.document, self._stamped(change, cause)) for change in changes]
        replaced = [UpdateOne(_condition(before), _becoming(after)) for before, after in written if before.get("version", 0)]
        # an insert costs mongod less than half of an upsert
        new = [InsertOne(after) for before, after in written if not before.get("version", 0)]
        listed = self._unsent.list_of([after for _, after in written], self.now())
        first = [InsertOne(listed)] if listed else []
        async with self.transaction() as session:
            try:
                outcome = await self.collection.bulk_write([*first, *replaced, *new], ordered=True, session=session)
            except BulkWriteError as error:
                if any(fault["code"] != DUPLICATE_KEY for fault in error.details.get("writeErrors", ())):
                    raise
                raise Conflict("transaction") from None
            if outcome.matched_count < len(replaced):
                raise Conflict("transaction")

    async def change_carelessly(self, operation: UpdateOne) -> bool:
        """One change, together with those of others and without waiting for the journal; False when it may not have been made."""
        return await self._together_carelessly.write([operation])

    @staticmethod
    async def _bulk(collection: Any, operations: Sequence[UpdateOne]) -> bool:
        """Whether every operation did what it was to do; none is retried here."""
        try:
            outcome = await collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            if any(fault["code"] != DUPLICATE_KEY for fault in error.details.get("writeErrors", ())):
                raise
            return False
        inserts = sum(isinstance(operation, Insertion) for operation in operations)
        # an upsert that found the document there is a conflict, though it counts as matched
        return bool(outcome.upserted_count == inserts and outcome.matched_count == len(operations) - inserts)

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
            [UpdateOne(_condition(document), {"$set": fields, "$inc": {"version": 1}}) for document, fields in cleared],
            ordered=False,
        )
        done = self._unsent.cleared((document["_id"], document["version"]) for document, _ in cleared)
        for document, fields in cleared:
            document.update(fields, version=document["version"] + 1)
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

    def _stamped(self, change: Change, cause: Cause) -> Document:
        """The document to be written: next version, the outbox found and the new messages behind it."""
        document = dict(change.document)
        version = document.get("version", 0) + 1
        at: datetime = self.now()
        document["version"] = version
        outbox = list(document.get(outbox_of(document["kind"]), ()))
        for place, draft in enumerate(change.drafts):
            # two services may have a document of one name, and the broker would take the second's message for the first's
            message = draft.write(f"{self.name}/{document['_id']}", version, place, at, cause)
            subject = draft.model.SUBJECT.format(service=self.name)
            outbox.append(
                {
                    "id": message.id,
                    "stream": draft.model.STREAM,
                    "subject": subject,
                    "body": message.model_dump_json().encode(),
                    "at": at,
                }
            )
        outbox.extend(
            {"id": m.id, "stream": m.stream, "subject": m.subject, "body": m.body, "at": at} | ({"note": m.note} if m.note else {})
            for m in change.extra
        )
        document[outbox_of(document["kind"])] = outbox
        return document


def _operation(change: Change, document: Document) -> UpdateOne:
    """Change or replace the version that was read, or insert what was never there."""
    if not change.document.get("version", 0):
        return Insertion({"_id": document["_id"], "kind": document["kind"]}, {"$setOnInsert": _without_id(document)}, upsert=True)
    if change.read is None:
        return UpdateOne(_condition(change.document), _becoming(document))
    return UpdateOne(_condition(change.read), _difference(change.read, document))


def _becoming(document: Document) -> list[Document]:
    """The update that makes a document this one. As a pipeline mongod (6.0) finds out what differs, and leaves the indexes over the rest
    alone; a replacement in a transaction looks at every index, which took a millisecond in a collection that has thirty."""
    return [{"$replaceWith": {"$literal": document}}]


def _difference(before: Document, document: Document) -> Document:
    """The update that makes the one into the other."""
    fields = {name: value for name, value in document.items() if name not in before or before[name] != value}
    gone = {name: "" for name in before if name not in document}
    return {"$set": fields} | ({"$unset": gone} if gone else {})


def _condition(document: Document) -> Document:
    return {"_id": document["_id"], "kind": document["kind"], "version": document["version"]}


def _noted(document: Document, places: Mapping[str, int]) -> Document:
    """The places of those messages whose document keeps them."""
    return {message["note"]: places[message["id"]] for message in left_in(document) if message.get("note")}


def _without_id(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in ("_id", "kind")}
