"""Documents with a version and an outbox: a state change and the messages that it causes are one write.

The outbox rule: every write of a document, the clearing of its outbox included, is conditional on its version and raises it, and a
writer carries over what it found in the outbox. Otherwise a replica resurrects messages or loses them.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from inspect import isawaitable
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.contracts.envelope import Cause, Draft
from shared.errors import Conflict
from shared.identity import new_id
from shared.mongo import Document
from shared.outboxes import Outboxes, Outgoing, Publisher
from shared.together import Insertion, Together
from shared.unsent import outbox_of
from shared.updates import becoming, condition, difference, without_id

DUPLICATE_KEY = 11000
WRITERS = 4
"""Of the last writes of a document by `write_all`, who made them: one that is written over at once is still found to have been made."""


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


class Documents(Outboxes):
    """One service's collection."""

    def __init__(self, client: Any, name: str, publisher: Publisher, now: Any) -> None:
        super().__init__(client, name, publisher, now)
        self._client = client
        self._together = Together(lambda operations: self._bulk(self.collection, operations))
        self._together_carelessly = Together(lambda operations: self._bulk(self.careless, operations))

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
        outcome = await self.collection.delete_one(condition(document), session=session)
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
                outcome = await self.collection.update_one(*becoming(change.document, document), session=session)
            except DuplicateKeyError:  # another document has become what this one was to be
                raise Conflict(document["kind"]) from None
            if outcome.modified_count == 0:
                raise Conflict(document["kind"])
        return document

    async def write_all(self, changes: Sequence[Change], cause: Cause) -> set[str]:
        """Write many documents in one round trip; the ids of those that conflicted, which were not written. Publishes nothing yet.

        `bulk_write` does not say which replacements did not match, so each is marked with this writer's own id and those that have it are
        read back. Whoever writes one over meanwhile leaves it there, behind their own.
        """
        if not changes:
            return set()
        writer = new_id()
        operations: list[UpdateOne] = []
        for change in changes:
            document = self._stamped(change, cause)
            document["writer"] = [writer, *document.get("writer", ())[: WRITERS - 1]]
            operations.append(_operation(change, document))
            change.document = document
        if listed := self._unsent.list_of([change.document for change in changes], self.now()):
            operations.insert(0, Insertion({"_id": listed["_id"], "kind": "unsent"}, {"$setOnInsert": without_id(listed)}, upsert=True))
        if await self._together.write(operations):
            return set()
        ids = [change.document["_id"] for change in changes]
        kinds = sorted({change.document["kind"] for change in changes})
        ours = await self.find_all({"_id": {"$in": ids}, "writer": writer}, kinds, {"_id": 1})
        conflicts = set(ids) - {document["_id"] for document in ours}
        lost = [change.document for change in changes if change.document["_id"] in conflicts]
        await self.take_away(self._unsent.cleared((document["_id"], document["version"]) for document in lost))
        return conflicts

    async def write_ahead(self, changes: Sequence[Change], cause: Cause) -> bool:
        """Write documents of which nothing is published, without waiting for the journal, before a write that does and comes behind them in
        the journal. False when one conflicted; the others are written all the same."""
        return not changes or await self._together_carelessly.write([_operation(one, self._stamped(one, cause)) for one in changes])

    async def write_as_one(self, changes: Sequence[Change], cause: Cause) -> list[Document]:
        """Write many documents in one transaction, those that are there before those that are new: all, or none and Conflict. As they are
        now; nothing of them is published yet."""
        written = [(change.document, self._stamped(change, cause)) for change in changes]
        replaced = [UpdateOne(*becoming(before, after)) for before, after in written if before.get("version", 0)]
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
            if outcome.modified_count < len(replaced):
                raise Conflict("transaction")
        return [after for _, after in written]

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
        # what found another version than was read, or what an upsert found there already, is left as it is
        return bool(outcome.upserted_count == inserts and outcome.modified_count == len(operations) - inserts)

    def _stamped(self, change: Change, cause: Cause) -> Document:
        """The document to be written: next version, the outbox found and the new messages behind it."""
        document = dict(change.document)
        version = document.get("version", 0) + 1
        at: datetime = self.now()
        document["version"] = version
        outbox = list(document.get(outbox_of(document["kind"]), ()))
        # two services may have a document of one name, and one that is deleted may be made again with the same name and versions: the
        # broker would take the second's message for the first's
        write = f"{self.name}/{document['_id']}/{version}/{new_id()}" if change.drafts else ""
        for place, draft in enumerate(change.drafts):
            message = draft.write(write, place, at, cause)
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
        return Insertion({"_id": document["_id"], "kind": document["kind"]}, {"$setOnInsert": without_id(document)}, upsert=True)
    if change.read is None:
        return UpdateOne(*becoming(change.document, document))
    return UpdateOne(*difference(change.read, document))
