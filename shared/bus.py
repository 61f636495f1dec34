"""The bus: the one broker factory, the one publishing port, the queries, and the subscribers' common shape.

Streams and durables belong to provisioning: nothing here declares one. See shared/outcomes.py for what an error becomes.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import nats.errors
import nats.js.errors
from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.prometheus import NatsPrometheusMiddleware
from faststream.nats.security import NatsCredentials
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy as Acknowledged
from nats.js.api import ConsumerConfig
from prometheus_client import CollectorRegistry, Counter
from pydantic import BaseModel, ValidationError

from shared.contracts.envelope import Message, Unreadable
from shared.errors import NotKnownThere, StreamFull, Transient, WorldAway
from shared.logging import logger
from shared.outboxes import Outgoing
from shared.outcomes import Outcomes
from shared.patience import patience
from shared.permitted import lacking

ASK_SECONDS = 5
"""For which a question waits for its answer, and a request for all that it asks of one service (shared/patience.py)."""
GONE = (10043, 10057)
"""What the broker says of a message that is not on its stream (nats-server's JSSequenceNotFoundErrF, JSStreamMsgDeleteFailedF)."""
PUBLISH_SECONDS = 10
STARTING_SECONDS = 0.5
"""Between two questions of a service that starts, when the first was not answered."""
IN_FLIGHT = 256
"""Publications that wait for their acknowledgement at a time."""
HANDLERS = 8
"""Messages of one durable that a process handles at a time."""

Answer = TypeVar("Answer", bound=BaseModel)


class Bus:
    """A service's connection to NATS. Built once, in the composition root."""

    def __init__(self, service: str, url: str, credentials: Path, registry: CollectorRegistry, outcomes: Outcomes) -> None:
        self.service = service
        self.durables: list[tuple[str, str]] = []
        """(stream, durable) of every subscriber: readiness asks for each."""
        self.broker = NatsBroker(
            url,
            name=service,
            security=NatsCredentials(str(credentials)),
            inbox_prefix=f"_INBOX_{service}",
            ack_policy=AckPolicy.NACK_ON_ERROR,  # the default would terminate a message at one unhandled exception
            max_reconnect_attempts=-1,  # giving up leaves a pull loop that spins and consumes nothing
            closed_cb=self._closed,
            graceful_timeout=15,
            middlewares=(NatsPrometheusMiddleware(registry=registry, app_name=service), outcomes.middleware),
            logger=None,  # its lines quote exceptions; ours do not
            apply_types=False,  # a handler takes what its decoder made: to look for other arguments took a tenth of a message's time
        )
        self._stopping = False
        self._credentials = credentials
        self._forbidden: list[str] = []
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._published = Counter("iewo_published_total", "Messages that the broker has stored.", ["stream"], registry=registry)
        outcomes.bind(self)

    async def start(self) -> None:
        """Waits as long as it takes until broker and streams answer."""
        if forbidden := lacking(self.service, self._credentials):
            self._forbidden = ["permissions"]
            todo = "permissions lacking: run iewo provision, hand out the new nats.creds, restart"
            logger().error(todo, dependency="nats", count=len(forbidden), subject=forbidden[0])
        logger().info("connecting", dependency="nats")
        await self.broker.connect()
        await self._until_streams_answer()
        await self.broker.start()
        self._end_when_closed()

    def _end_when_closed(self) -> None:
        """A connection counts as closed some time before it is and `closed_cb` is called. A pull loop that is refused meanwhile asks again
        at once, for ever, and leaves no time to close it: so the first that is refused ends the process."""
        for subscriber in self.broker.subscribers:
            subscription: Any = getattr(subscriber, "subscription", None)
            if isinstance(subscription, JetStreamContext.PullSubscription):
                subscription.fetch = partial(self._fetched, subscription.fetch)  # type: ignore[method-assign]

    async def _fetched(self, fetch: Callable[..., Awaitable[list[Msg]]], *given: Any, **named: Any) -> list[Msg]:
        try:
            return await fetch(*given, **named)
        except nats.errors.ConnectionClosedError:
            await self._closed()
            raise

    async def _until_streams_answer(self) -> None:
        """A broker takes connections before it has read its streams, or is too busy to answer soon, and a subscriber that gets no answer
        when it begins ends the process."""
        while True:
            try:
                await self.missing()
                return
            except (TimeoutError, nats.errors.NoRespondersError, nats.js.errors.ServiceUnavailableError) as error:
                logger().warning("waiting for the streams", dependency="nats", exc_info=error)
                await asyncio.sleep(STARTING_SECONDS)

    async def stop(self) -> None:
        self._stopping = True
        try:
            await self.broker.stop()
        except (nats.errors.Error, ExceptionGroup) as error:  # the broker is away: nothing can be said to it any more
            logger().warning("left without the broker", dependency="nats", exc_info=error)

    async def _closed(self) -> None:
        if not self._stopping:
            logger().error("bus closed", dependency="nats")
            os._exit(1)  # a process without a bus must be started anew, not linger

    # publishing -----------------------------------------------------------------------------------------------------

    async def publish_all(self, messages: Sequence[Outgoing]) -> list[int]:
        """Publish and wait until the broker has stored every one: their places in their streams; WorldAway or StreamFull otherwise."""
        return await asyncio.gather(*(self.publish(message) for message in messages))

    async def publish(self, message: Outgoing, **headers: str) -> int:
        """The place of the message in its stream; that of the first one for a message which the broker has already."""
        async with self._gate:
            try:
                stored = await self._jetstream.publish(
                    message.subject,
                    message.body,
                    timeout=PUBLISH_SECONDS,
                    stream=message.stream,
                    headers={"Nats-Msg-Id": message.id, "content-type": "application/json", **headers},
                )
            except nats.js.errors.APIError as error:
                raise StreamFull(message.stream) from error
            except (nats.errors.Error, TimeoutError, OSError) as error:
                raise WorldAway("nats") from error
            self._published.labels(message.stream).inc()
            return int(stored.seq)

    async def erase(self, stream: str, place: int) -> None:
        """Take a message off its stream, overwritten where it lay; one that is gone is no error. WorldAway when the broker does not say."""
        try:
            await self._jetstream.delete_msg(stream, place)
        except nats.js.errors.APIError as error:
            if error.err_code not in GONE:
                raise Transient(stream) from error
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise WorldAway("nats") from error

    async def labels(self, stream: str, subject: str) -> dict[int, str]:
        """The ids of all messages that the stream holds under a subject, by place, without what stands in them. WorldAway when the broker
        does not say."""
        found: dict[int, str] = {}
        try:
            held = await self._jetstream.stream_info(stream, subjects_filter=subject)
            if not held.state.subjects:
                return found
            config = ConsumerConfig(ack_policy=Acknowledged.NONE, headers_only=True, mem_storage=True, inactive_threshold=ASK_SECONDS)
            read = await self._jetstream.subscribe(subject, stream=stream, config=config)
            left = True
            while left:
                message = await read.next_msg(timeout=ASK_SECONDS)
                found[message.metadata.sequence.stream] = (message.headers or {}).get("Nats-Msg-Id", "")
                left = message.metadata.num_pending > 0
            await read.unsubscribe()
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise WorldAway("nats") from error
        return found

    @property
    def _client(self) -> Any:
        """The client itself: what the framework's publishing and asking add is measured in tenths of a millisecond."""
        return self.broker.config.connection_state.connection

    @property
    def _jetstream(self) -> Any:
        return self.broker.config.connection_state.stream

    # queries --------------------------------------------------------------------------------------------------------

    async def ask(self, question: BaseModel, answer: type[Answer], of: str = "") -> Answer:
        """Ask another service (`of`: which, where several answer the same question); WorldAway when none answers in time, or none has for
        the whole time that the request may wait for it; Transient when it answers with its own trouble."""
        subject: str = question.SUBJECT.format(service=of)  # type: ignore[attr-defined]
        service = subject.split(".")[1]
        waiting = patience(ASK_SECONDS)
        if (left := waiting.left(service, time.monotonic())) <= 0:
            raise WorldAway(service)
        try:
            reply = await self._client.request(subject, question.model_dump_json().encode(), timeout=left)
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise WorldAway(service) from error
        waiting.answered(service, time.monotonic())
        if trouble := (reply.headers or {}).get("trouble"):
            raise {"away": WorldAway, "not known": NotKnownThere}.get(trouble, Transient)(service)
        try:
            return answer.model_validate_json(reply.data, extra="ignore")
        except ValidationError:
            raise Transient(f"{service} answered in another shape") from None

    def answers(self, question: type[BaseModel]) -> Callable[[Callable[[Any], Awaitable[BaseModel]]], Any]:
        """Answer a query, one replica of the service for each."""
        subject: str = question.SUBJECT.format(service=self.service)  # type: ignore[attr-defined]

        async def decode(message: StreamMessage[Msg]) -> BaseModel:
            return question.model_validate_json(message.body, extra="ignore")

        return self.broker.subscriber(
            subject,
            queue=self.service,
            decoder=decode,
            max_workers=HANDLERS,
            title=subject,
            description=question.__doc__,
        )

    # messages -------------------------------------------------------------------------------------------------------

    def handles(
        self, stream: str, durable: str, *models: type[Message], workers: int = HANDLERS
    ) -> Callable[[Callable[[Any], Awaitable[None]]], Any]:
        """Handle the messages of one durable pull consumer, which provisioning made. `models` are told apart by `type`."""
        known = {model.model_fields["type"].default: model for model in models}
        self.durables.append((stream, durable))

        async def decode(message: StreamMessage[Msg]) -> Message:  # one that is not a coroutine costs a thread for each message
            return _one_of(known, message.body)

        subject = models[0].SUBJECT.format(service="*")
        if len({model.SUBJECT for model in models}) > 1:
            subject = subject.rpartition(".")[0] + ".*"
        return self.broker.subscriber(
            subject,
            stream=JStream(stream, declare=False),
            durable=durable,
            pull_sub=PullSub(batch_size=workers, timeout=1),
            max_workers=workers,
            inbox_prefix=f"_INBOX_{self.service}.".encode(),
            decoder=decode,
            title=durable,
        )

    async def missing(self) -> list[str]:
        """Durables of this service that the broker does not know, which a running subscriber would not notice; and `permissions`, where its
        credentials are of another version."""
        context = self._jetstream
        absent = [*self._forbidden]
        for stream, durable in self.durables:
            try:
                await context.consumer_info(stream, durable, timeout=2)
            except nats.js.errors.NotFoundError:
                absent.append(durable)
        return absent

    async def unread(self, stream: str, durable: str) -> int:
        """Messages of a durable of this service that are not handled yet; WorldAway when the broker does not say."""
        try:
            info = await self._jetstream.consumer_info(stream, durable, timeout=2)
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise WorldAway("nats") from error
        return int(info.num_pending or 0) + int(info.num_ack_pending or 0)


class _Typed(BaseModel):
    type: str


def _one_of(known: dict[Any, type[Message]], body: bytes) -> Message:
    if len(known) == 1:
        return next(iter(known.values())).read(body)

    try:
        model = known[_Typed.model_validate_json(body, extra="ignore").type]
    except (ValidationError, KeyError):
        raise Unreadable("type") from None
    return model.read(body)
