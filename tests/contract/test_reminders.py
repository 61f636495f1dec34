"""A feed that was accepted and is not stored is asked for again, and not so often that its failures would fill the dead letters."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.attendance.store.feed_parts import NewPart
from services.attendance.store.feeds import Feeds
from shared.academic_year import cohort
from shared.keys import KeyFolder, KeyMint
from shared.mongo import close, connect
from shared.sealing import CohortSealer
from shared.store import Documents
from tests.contract.test_register_store import Kept
from tests.support.school import holds
from tests.support.servers import empty_stack

COHORT = cohort(2026)
RETRY = 60.0


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path / "stack") as stack:
        yield stack


async def test_a_feed_that_stays_unstored_is_asked_for_at_twice_the_age_each_time_then_hourly(stack: Stack, tmp_path: Path) -> None:
    KeyMint(tmp_path / "keys", ("attendance",)).mint(COHORT)
    client = connect((stack.credentials / "mongo" / "attendance.url").read_text())
    clock, published = Clock(), Kept()
    sealer = CohortSealer(KeyFolder(tmp_path / "keys" / "attendance", 60))
    feeds = Feeds(Documents(client, "attendance", published, clock), sealer)

    async def number(_: str) -> int:
        return 1

    accepted = await feeds.accept("100001", number, "digest", {}, [NewPart("marks", 2026, COHORT, b"part")], COHORT, holds)
    assert accepted.waiting
    await feeds.ask(accepted.waiting)
    minutes = []
    for minute in range(1, 24 * 60):
        clock.time += timedelta(minutes=1)
        if await feeds.remind(RETRY):
            minutes.append(minute)
    await close(client)
    assert minutes[:5] == [2, 4, 8, 16, 32]
    assert {later - earlier for earlier, later in pairwise(minutes[6:])} == {60}
    tickets = [message for message in published.messages if message.subject == "feeds.ticket"]
    assert len(tickets) == len({message.id for message in tickets}) == 1 + len(minutes)
    assert all(accepted.state.feed.encode() in message.body for message in tickets)
