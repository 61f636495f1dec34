"""A stream that is full keeps nothing from the others, however much waits for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from shared.errors import StreamFull
from shared.mongo import Document, close, connect
from shared.outboxes import Outgoing
from shared.store import Change, Documents
from shared.sweeping import AT_A_TIME, Sweeper
from tests.contract.test_documents import CAUSE
from tests.contract.test_unsent import NOW, PAGE, events
from tests.support.referrals_store import Clock
from tests.support.servers import empty_stack

KINDS = ("feed", "page", "purge")


class Broker:
    """As the bus: all at once, and what is refused raises, whatever of the rest is stored."""

    def __init__(self) -> None:
        self.full: set[str] = set()
        self.taken: list[str] = []

    async def publish_all(self, messages: Sequence[Outgoing]) -> Sequence[int]:
        return await asyncio.gather(*(self._publish(message) for message in messages))

    async def _publish(self, message: Outgoing) -> int:
        if message.stream in self.full:
            raise StreamFull(message.stream)
        self.taken.append(message.id)
        return len(self.taken)


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def documents(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> AsyncIterator[Documents]:
    async with empty_stack(tmp_path_factory.mktemp("stack")) as stack:
        client = connect(stack.mongo_url("attendance"))
        yield Documents(client, "attendance", broker, Clock())
        await close(client)


def feed(number: int) -> Change:
    ticket = Outgoing(f"ticket {number}", "FEEDS", "feeds.ticket", b"{}")
    document: Document = {"_id": f"feed:{number}", "kind": "feed", "school": "100001", "number": number, "digest": str(number)}
    return Change(document | {"state": "accepted", "version": 0, "cohort": "2033-08-31", "sealed": b"1"}, extra=[ticket])


async def test_what_waits_for_a_full_stream_stands_in_nobodys_way(documents: Documents, broker: Broker) -> None:
    broker.full = {"FEEDS"}
    for begin in range(0, AT_A_TIME + 20, 100):
        await asyncio.gather(*(documents.store(feed(begin + number), CAUSE) for number in range(100)))
    answer = Outgoing("answer", "EVENTS", "events.attendance.purge-answered", b"{}")
    await documents.store(Change({"_id": "purge:1:rest", "kind": "purge", "state": "answered", "version": 0}, extra=[answer]), CAUSE)
    await documents.store(Change(PAGE, extra=[Outgoing("concerns", "EVENTS", "events.attendance.test", b"{}")]), CAUSE)
    sweeper = Sweeper(documents)
    for _ in range(2):
        with pytest.raises(StreamFull, match="FEEDS"):
            await sweeper.sweep(KINDS, NOW)
    assert sorted(broker.taken) == ["answer", "concerns"], "once each"
    assert await events(documents) == []
    broker.full.clear()
    while await sweeper.sweep(KINDS, NOW):
        pass
    assert len(broker.taken) == len(set(broker.taken)) == 602


async def test_a_message_for_a_full_stream_waits_with_those_of_its_document(documents: Documents, broker: Broker) -> None:
    broker.full = {"PACKS"}
    both = [Outgoing("pack", "PACKS", "packs.991", b"{}"), Outgoing("sent", "EVENTS", "events.sharing.pack-sent", b"{}")]
    await documents.store(Change({"_id": "purge:1:rest", "kind": "purge", "state": "answered", "version": 0}, extra=both), CAUSE)
    sweeper = Sweeper(documents)
    with pytest.raises(StreamFull, match="PACKS"):
        await sweeper.sweep(KINDS, NOW)
    broker.full.clear()
    broker.taken.clear()
    assert await sweeper.sweep(KINDS, NOW) == 2
    assert sorted(broker.taken) == ["pack", "sent"]
