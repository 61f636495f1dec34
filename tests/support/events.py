"""What is on the bus and in the outboxes, read by a user of the tests that may read everything."""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig
from pymongo import AsyncMongoClient

from deploy.local.running import Running
from deploy.local.stack import Stack
from tests.bus.connections import unrestricted
from tests.support.quiet import until_quiet

CONCERNS = "events.attendance.concerns-changed"
ECHO = "test-echo"


@dataclass(frozen=True)
class Kept:
    """A message of a stream."""

    sequence: int
    subject: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The body; nothing for what is no message of ours."""
        try:
            told: dict[str, Any] = json.loads(self.body)
        except ValueError:
            return {}
        return told


async def kept(stack: Stack, stream: str) -> list[Kept]:
    """Every message that a stream holds, in its order. Not for the work queue, which has one reader."""
    found: list[Kept] = []
    async with unrestricted(stack) as connection:
        context = connection.client.jetstream()
        count = (await context.stream_info(stream)).state.messages
        config = ConsumerConfig(ack_policy=AckPolicy.NONE)
        reader = await context.pull_subscribe(f"{stream.lower()}.>", stream=stream, config=config)
        while len(found) < count:
            messages = await reader.fetch(min(500, count - len(found)), timeout=10)
            found += [Kept(one.metadata.sequence.stream, one.subject, dict(one.headers or {}), one.data) for one in messages]
        await context.delete_consumer(stream, (await reader.consumer_info()).name)
    return found


async def events(stack: Stack, *subjects: str) -> list[dict[str, Any]]:
    """What the events with these subjects tell, in their order; without what a test put there that is no event."""
    return [event.told for event in await kept(stack, "EVENTS") if event.subject in subjects and "id" in event.told]


@dataclass(frozen=True)
class Turned:
    """A concern raised or eased, as an event tells it."""

    event: str
    school: str
    profile: str | None
    child: str
    rule: str
    order: int
    raised: bool
    proposes: bool


async def turns(stack: Stack) -> list[Turned]:
    """Every concern that was raised or eased, in the order of the events."""
    return [turn for event in await events(stack, CONCERNS) for turn in turned(event)]


def turned(event: dict[str, Any]) -> Iterator[Turned]:
    of_page = (event["id"], event["school"], event["profile"])
    for one in event["raised"]:
        yield Turned(*of_page, one["child"], one["rule"], one["order"], True, one["proposes"])
    for one in event["eased"]:
        yield Turned(*of_page, one["child"], one["rule"], one["order"], False, True)


async def publish_again(client: Client, subject: str, body: bytes) -> None:
    """The same body with an id that the broker has not seen, so that it is stored and delivered once more."""
    headers = {"Nats-Msg-Id": secrets.token_hex(8), "content-type": "application/json", ECHO: "1"}
    await client.jetstream().publish(subject, body, headers=headers, timeout=10)


@asynccontextmanager
async def everything_twice(stack: Stack) -> AsyncIterator[list[str]]:
    """While inside, every ticket, event and command is published once more the moment it comes. Gives the subjects echoed so far."""
    echoed: list[str] = []
    async with unrestricted(stack) as connection:

        async def echo(message: Msg) -> None:
            if ECHO not in (message.headers or {}):
                await publish_again(connection.client, message.subject, message.data)
                echoed.append(message.subject)

        for subject in ("feeds.>", "events.>", "commands.>"):
            await connection.client.subscribe(subject, cb=echo)
        await connection.client.flush()
        yield echoed


async def quiet(running: Running, seconds: float = 60) -> None:
    """Until no service of the stack has anything left to do."""
    async with unrestricted(running.stack) as connection, mongo(running) as database:
        await until_quiet(connection.client, database, running.services, seconds)


@asynccontextmanager
async def mongo(running: Running) -> AsyncIterator[Any]:
    """The database, as its administrator."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(running.stack.mongo_url("admin"), serverSelectionTimeoutMS=3000)
    try:
        yield client["iewo"]
    finally:
        await client.close()
