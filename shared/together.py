"""What the writers of a process do together, since each would wait by itself for the broker's and the journal's sync otherwise."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from pymongo import UpdateOne

from shared.errors import StreamFull
from shared.logging import logger
from shared.mongo import Document
from shared.unsent import left_in

PUMPED = 500
"""Documents whose outboxes are published together."""
FULL_SECONDS = 5.0
"""For so long nothing is tried after a stream was full: as long as callers are told to wait."""
CLEARED_AFTER = 0.01
"""Seconds: pages and their feed are published a few milliseconds apart, and one command clears them."""


Sent = tuple[Document, Document]
"""A document whose outbox is published and not yet cleared, and what it is to keep of that."""


class Insertion(UpdateOne):
    """An upsert of what was never there: to find the document is a conflict."""


class Together:
    """Bulk writes of all writers of a process, many in one: while one waits for the journal, the next gather."""

    def __init__(self, bulk: Callable[[Sequence[UpdateOne]], Awaitable[bool]]) -> None:
        self._bulk = bulk
        self._waiting: list[tuple[Sequence[UpdateOne], asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, operations: Sequence[UpdateOne]) -> bool:
        """Whether all of the bulk that these operations went with did what it was to do; an error of the bulk is everybody's."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((operations, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                clean = await self._bulk([operation for operations, _ in batch for operation in operations])
            except Exception as error:
                _tell(batch, lambda done, error=error: done.set_exception(error))  # type: ignore[misc]
            else:
                _tell(batch, lambda done, clean=clean: done.set_result(clean))  # type: ignore[misc]
        self._writing = None


def _tell(batch: Sequence[tuple[Any, asyncio.Future[bool]]], say: Callable[[asyncio.Future[bool]], None]) -> None:
    for _, done in batch:
        if not done.done():  # its writer may have been cancelled meanwhile
            say(done)


class Pump:
    """Publishes outboxes for all writers of a process together: while one batch waits for the broker, the next gathers. Behind that, what
    is published is cleared in the same way: nobody's message waits for another's journal.

    A writer that waited by itself would pay for a sync of the broker and one of the journal each time.
    """

    def __init__(
        self, send: Callable[[Sequence[Document]], Awaitable[Sequence[Sent]]], clear: Callable[[Sequence[Sent]], Awaitable[None]]
    ) -> None:
        self._send = send
        self._clear = clear
        self._waiting: list[Document] = []
        self._sent: list[Sent] = []
        self._clearing: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._refused_at = -FULL_SECONDS

    @property
    def full(self) -> bool:
        """A stream took nothing more when it was last tried, a moment ago. Not for longer: whoever is turned away meanwhile brings
        nothing that would be published, so nothing else would find out that there is room again."""
        return time.monotonic() - self._refused_at < FULL_SECONDS

    def add(self, documents: Iterable[Document]) -> None:
        self._waiting.extend(document for document in documents if left_in(document))
        if self._waiting:
            self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            await self._send_all()

    async def drain(self) -> None:
        """Publish what waits, and clear it; what the broker does not take is left in the outboxes."""
        await self._send_all()
        if self._clearing:
            await self._clearing

    async def _send_all(self) -> None:
        self._wake.clear()
        while self._waiting:
            batch, self._waiting = self._waiting[:PUMPED], self._waiting[PUMPED:]
            try:
                sent = await self._send(batch)
                self._sent.extend(sent)
                self._refused_at = -FULL_SECONDS
            except Exception as error:  # whatever it is, the next batch is to be published
                if isinstance(error, StreamFull):
                    self._refused_at = time.monotonic()
                logger().warning("left in the outbox", count=len(batch), exc_info=error)
            if self._sent and self._clearing is None:
                self._clearing = asyncio.create_task(self._clear_all())

    async def _clear_all(self) -> None:
        await asyncio.sleep(CLEARED_AFTER)
        while self._sent:
            batch, self._sent = self._sent, []
            try:
                await self._clear(batch)
            except Exception as error:  # they are published once more by the sweeper, under the same ids
                logger().warning("published and not cleared", count=len(batch), exc_info=error)
        self._clearing = None
