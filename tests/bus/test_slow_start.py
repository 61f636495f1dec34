"""A service that starts while the broker is slow waits for it: a process that ended would be started again only to wait the same way."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from deploy.local.services import prepare_secrets
from deploy.local.stack import Stack
from shared.mongo import close
from shared.service import Parts
from tests.support.peers import Peer

LONGER = 6.0
"""Seconds: than a question to a stream waits for its answer."""


@pytest.fixture
async def sharing(servers: Stack) -> AsyncIterator[Parts]:
    prepare_secrets(servers.credentials)
    made = Peer(servers, "sharing", hold_seconds=1).parts
    yield made
    await made.bus.stop()
    await close(made.client)


@contextmanager
def held_up(servers: Stack) -> Iterator[None]:
    """The broker takes connections and answers nothing."""
    assert servers.nats.pid is not None
    os.kill(servers.nats.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(servers.nats.pid, signal.SIGCONT)


async def test_the_start_waits_until_the_streams_answer(servers: Stack, sharing: Parts) -> None:
    await sharing.bus.broker.connect()
    with held_up(servers):
        start = asyncio.create_task(sharing.bus.start())
        ended, _ = await asyncio.wait({start}, timeout=LONGER)
        assert not ended, start.exception()
    await asyncio.wait_for(start, 60)
    assert await sharing.bus.missing() == []
