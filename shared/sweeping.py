"""The sweeper: publishes what a crash, or a broker that took nothing, left in outboxes. Several at once do no harm.

A stream that is full takes nothing for as long as it is full. What waits for it stands in nobody else's way: messages of other streams are
published, and are looked for again without those of the full one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from shared.errors import StreamFull
from shared.mongo import Document
from shared.store import Documents
from shared.unsent import LISTED, left_in, swept

AT_A_TIME = 500
"""Documents, and lists of documents, of one look."""


class Sweeper:
    """Of the outboxes of one service's documents."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._full: dict[str, StreamFull] = {}
        """The streams that were found full in this sweep."""

    async def sweep(self, kinds: Sequence[str], older_than_seconds: float) -> int:
        """How many messages went out. StreamFull, when all is done that can be done, where a stream took nothing."""
        before = self._documents.now() - timedelta(seconds=older_than_seconds)
        self._full = {}
        count = await self._left(kinds, before)
        if LISTED.intersection(kinds):
            count += await self._listed(before)
        for error in self._full.values():
            raise error
        return count

    async def untold(self, kinds: Sequence[str], subjects: Sequence[str]) -> int:
        """How many documents hold a message of these subjects that the broker has not taken: none, or some of them. Of kinds whose outbox
        an index shows."""
        query: Document = {"outbox.0": {"$exists": True}, "outbox.subject": {"$in": list(subjects)}}
        return len(await self._documents.find_all(query, kinds, {"_id": 1}, limit=AT_A_TIME))

    async def _left(self, kinds: Sequence[str], before: datetime) -> int:
        """Every second, for as long as the process lives: one question, however many kinds; one more for each stream that is full."""
        count = 0
        while True:
            known = sorted(self._full)
            query: Document = {"outbox.0": {"$exists": True}, "outbox.at": {"$lt": before}}
            passed_over: Document = {"outbox.stream": {"$nin": known}} if known else {}
            found = await self._documents.find_all(query | passed_over, kinds, limit=AT_A_TIME)
            count += await self._publish(found)
            if sorted(self._full) == known:
                return count

    async def _listed(self, before: datetime) -> int:
        """Outboxes that no index covers, see shared/unsent.py."""
        count, done = 0, list[str]()
        for one in await self._documents.find("unsent", {"at": {"$lt": before}}, sort=[("at", 1)], limit=AT_A_TIME):
            ids = [id_ for id_, _ in one["documents"]]
            named = {document["_id"]: document for document in await self._documents.find_all({"_id": {"$in": ids}}, sorted(LISTED))}
            over = swept([one], named, self._documents.now())  # by the versions that were read
            count += await self._publish(named.values())
            if not any(left_in(document) for document in named.values()):
                done += over
        await self._documents.take_away(done)
        return count

    async def _publish(self, documents: Iterable[Document]) -> int:
        """Those for the same streams together, so that what a full one refuses keeps nothing of the others from being cleared."""
        count = 0
        for streams, group in groupby(sorted(documents, key=_streams), key=_streams):
            if not self._full.keys().isdisjoint(streams):
                continue
            try:
                count += await self._documents.publish(group)
            except StreamFull as error:
                self._full[error.detail] = error
        return count


def _streams(document: Document) -> Any:
    return sorted({message["stream"] for message in left_in(document)})
