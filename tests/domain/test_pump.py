"""The pump publishes what its writers leave with it, and clears it, whatever goes wrong in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from shared.mongo import Document
from shared.together import Pump, Sent
from tests.support.school import until


class Store:
    """Fails over a document called `unforeseen`; `open` lets it clear."""

    def __init__(self) -> None:
        self.tried, self.open = asyncio.Event(), asyncio.Event()
        self.sent: list[str] = []
        self.cleared: list[list[str]] = []

    async def send(self, batch: Sequence[Document]) -> list[Sent]:
        self.tried.set()
        if batch[0]["_id"] == "unforeseen":
            raise KeyError
        self.sent.extend(document["_id"] for document in batch)
        return [(document, {}) for document in batch]

    async def clear(self, sent: Sequence[Sent]) -> None:
        await self.open.wait()
        self.cleared.append([document["_id"] for document, _ in sent])
        if sent[0][0]["_id"] == "unclear":
            raise KeyError


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def pump(store: Store) -> AsyncIterator[Pump]:
    pump = Pump(store.send, store.clear)
    running = asyncio.create_task(pump.run())
    yield pump
    running.cancel()


def of(name: str) -> list[Document]:
    return [{"_id": name, "outbox": [{}]}]


async def until_sent(store: Store, *names: str) -> None:
    async def sent() -> bool:
        return store.sent == list(names)

    await until(f"{names} are published", sent, 5)


async def test_a_failure_that_nobody_foresaw_does_not_stop_it(store: Store, pump: Pump) -> None:
    store.open.set()
    pump.add(of("unforeseen"))
    await store.tried.wait()
    for name in ("unclear", "last"):
        pump.add(of(name))
        await until_sent(store, *(["unclear"] if name == "unclear" else ["unclear", "last"]))
    await pump.drain()
    assert store.cleared == [["unclear"], ["last"]]


async def test_nothing_that_is_to_be_published_waits_until_something_else_is_cleared(store: Store, pump: Pump) -> None:
    names = ["a", "b", "c"]
    for place, name in enumerate(names, 1):
        pump.add(of(name))
        await until_sent(store, *names[:place])
    assert store.cleared == []
    store.open.set()
    await pump.drain()
    assert [name for batch in store.cleared for name in batch] == names, "each once"
