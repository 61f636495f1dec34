"""When there is nothing left to do: the one way in which a test waits for what it has caused."""

from collections.abc import Collection
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.topology import DURABLES, STREAMS, Durable, service_of
from tests.support.school import until


async def until_quiet(client: Client, database: Any, services: Collection[str], seconds: float = 60) -> None:
    """Until these services have nothing to do: every message handled, nothing in an outbox, and so while nothing more was published."""
    context = client.jetstream()
    before: list[int] | None = None
    busy = ""

    async def probe() -> bool:
        nonlocal before, busy
        places = [(await context.stream_info(stream.name)).state.last_seq for stream in STREAMS]
        busy = await _unhandled(context, services) or await _unpublished(database, services)
        calm, before = not busy and places == before, None if busy else places
        return calm

    try:
        await until("quiet", probe, seconds)
    except AssertionError:
        raise AssertionError(f"after {seconds} s still busy: {busy or 'more is published'}") from None


async def _unhandled(context: JetStreamContext, services: Collection[str]) -> str:
    """The first durable of these services that is behind; empty for none."""
    for durable in DURABLES:
        if service_of(durable) in services:
            last = await _last(context, durable)
            info = await context.consumer_info(durable.stream, durable.name)
            delivered = info.delivered.stream_seq if info.delivered else 0
            if delivered < last or info.num_pending or info.num_ack_pending:
                return f"{durable.name}: {info.num_pending} to deliver, {info.num_ack_pending} not acknowledged"
    return ""


async def _last(context: JetStreamContext, durable: Durable) -> int:
    """The place of the last message that its stream holds for a durable.

    The broker acknowledges a publication before its consumers have been told of it, so one that says of itself that nothing is pending may
    not know yet (2 to 5 of 100 times when asked at once).
    """
    last = 0
    for subject in durable.subjects:
        try:
            last = max(last, (await context.get_last_msg(durable.stream, subject)).seq or 0)
        except NotFoundError:
            continue
    return last


async def _unpublished(database: Any, services: Collection[str]) -> str:
    """The first document that is found with an outbox; empty for none."""
    for service in services:
        # by the index that every collection has: a scan is refused
        waiting = (
            database[service].find({"_id": {"$gte": ""}, "$or": [{"outbox.0": {"$exists": True}}, {"kind": "unsent"}]}, {"_id": 1}).limit(1)
        )
        if found := await waiting.to_list(1):
            return f"{service}: outbox of a {found[0]['_id'].partition(':')[0]}"
    return ""
