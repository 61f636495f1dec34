"""What becomes of a message whose handler raises: one middleware for every subscriber.

| error | outcome |
|---|---|
| `Disposed` | acknowledged and counted: what still comes under a destroyed key has been disposed of |
| `Permanent`, unreadable | stored in DEADLETTERS, then terminated, on the first delivery |
| `WorldAway`, no MongoDB, no NATS | the message is held (in progress) until the dependency answers, then delivered again; never counts |
| anything else | delivered again after a growing delay; given up by age, then as permanent |
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import nats.errors
from faststream import BaseMiddleware
from faststream.exceptions import AckMessage, HandlerException, NackMessage, RejectMessage
from faststream.message import StreamMessage
from faststream.nats import NatsResponse
from faststream.nats.message import NatsMessage
from prometheus_client import CollectorRegistry, Counter
from pydantic import ValidationError
from pymongo.errors import DocumentTooLarge

from shared.errors import Disposed, NotFound, Permanent, Trouble, WorldAway
from shared.logging import logger
from shared.mongo import AWAY
from shared.outboxes import Outgoing

if TYPE_CHECKING:
    from shared.bus import Bus

FIRST_DELAY, LONGEST_DELAY = 0.25, 60.0
LOOK_AGAIN = 1.0
"""Seconds between looks whether the world is back; well inside the consumers' ack wait of 10 s."""
BUS_AWAY = (nats.errors.TimeoutError, nats.errors.ConnectionClosedError, nats.errors.NoRespondersError)
WORLD_AWAY = (WorldAway, *AWAY, *BUS_AWAY)
SLOW = 7.0
"""A handler that takes longer than this says that it is still at work."""


class Outcomes:
    """Built with what tells whether the world is back: `probe` returns normally when the database answers."""

    def __init__(self, registry: CollectorRegistry, probe: Callable[[], Awaitable[None]], give_up: timedelta) -> None:
        self._probe = probe
        self._give_up = give_up
        self._bus: Bus | None = None
        self.count = Counter("iewo_messages_total", "Messages by outcome.", ["durable", "outcome"], registry=registry)

    def bind(self, bus: "Bus") -> None:
        self._bus = bus

    def middleware(self, message: Any, /, *, context: Any) -> "_Middleware":
        return _Middleware(message, context=context, outcomes=self)

    async def decide(self, error: BaseException, message: NatsMessage) -> HandlerException:
        """The outcome as the exception that FastStream acknowledges by."""
        meta = message.raw_message.metadata
        told = {
            "stream": meta.stream,
            "durable": meta.consumer,
            "sequence": meta.sequence.stream,
            "deliveries": meta.num_delivered,
        }
        verdict: HandlerException
        if isinstance(error, Disposed):
            outcome, verdict = "disposed of", AckMessage()
        elif isinstance(error, WORLD_AWAY):
            logger().warning("world away", dependency=getattr(error, "detail", type(error).__name__), **told)
            await self._until_back(message)
            outcome, verdict = "held", NackMessage(delay=FIRST_DELAY)
        elif isinstance(error, (Permanent, ValidationError, DocumentTooLarge)):
            outcome, verdict = "dead-lettered", await self._dead_letter(error, message)
        elif datetime.now(UTC) - meta.timestamp > self._give_up:
            outcome, verdict = "given up", await self._dead_letter(error, message)
        else:
            delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(meta.num_delivered, 10))
            logger().warning("will try again", delay=delay, exc_info=error, **told)
            outcome, verdict = "tried again", NackMessage(delay=delay)
        self.count.labels(meta.consumer, outcome).inc()
        return verdict

    async def _until_back(self, message: NatsMessage) -> None:
        """Hold the message, and with it this worker, until the database answers: then nothing else is fetched meanwhile."""
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                await asyncio.wait_for(self._probe(), 5)
                return
            except (*AWAY, TimeoutError, WorldAway):
                await self._still_at_work(message)

    @staticmethod
    async def _still_at_work(message: NatsMessage) -> None:
        try:
            await message.in_progress()
        except (nats.errors.Error, OSError):
            logger().info("broker away too", dependency="nats")

    async def _dead_letter(self, error: BaseException, message: NatsMessage) -> HandlerException:
        """Stored before the original is terminated; its id is the original's stream and sequence, so it is stored once."""
        assert self._bus is not None
        meta = message.raw_message.metadata
        reason = str(error) if isinstance(error, Trouble) else type(error).__name__
        letter = Outgoing(
            id=f"{meta.stream}:{meta.consumer}:{meta.sequence.stream}",
            stream="DEADLETTERS",
            subject=f"deadletters.{meta.stream.lower()}",
            body=message.raw_message.data,
        )
        headers = {
            "origin-subject": message.raw_message.subject,
            "origin-stream": meta.stream,
            "durable": meta.consumer,
            "reason": reason,
        }
        try:
            await self._bus.publish(letter, **headers)
        except Trouble:
            return NackMessage(delay=LOOK_AGAIN)
        logger().error("dead letter", stream=meta.stream, durable=meta.consumer, sequence=meta.sequence.stream, exc_info=error)
        return RejectMessage()


class _Middleware(BaseMiddleware[Any, Any]):
    def __init__(self, message: Any, /, *, context: Any, outcomes: Outcomes) -> None:
        super().__init__(message, context=context)
        self._outcomes = outcomes

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]) -> Any:
        if not isinstance(msg, NatsMessage) or not _from_stream(msg):
            return await self._answer(call_next, msg)
        alive = asyncio.create_task(self._keep_alive(msg))
        try:
            answer = await call_next(msg)
        except (HandlerException, asyncio.CancelledError):
            raise
        except Exception as error:
            raise await self._outcomes.decide(error, msg) from error
        finally:
            alive.cancel()
        self._outcomes.count.labels(msg.raw_message.metadata.consumer, "done").inc()
        return answer

    async def _keep_alive(self, message: NatsMessage) -> None:
        while True:
            await asyncio.sleep(SLOW)
            await self._outcomes._still_at_work(message)

    async def _answer(self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]) -> Any:
        """A query that fails is answered at once, with the kind of trouble and no words."""
        try:
            return await call_next(msg)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            trouble = "away" if isinstance(error, (WorldAway, *AWAY)) else "not known" if isinstance(error, NotFound) else "failed"
            logger().warning("query failed", subject=msg.raw_message.subject, exc_info=error)
            return NatsResponse(b"{}", headers={"trouble": trouble})


def _from_stream(message: NatsMessage) -> bool:
    return message.raw_message.reply.startswith("$JS.ACK")
