"""The pump publishes what its writers leave with it, whatever goes wrong in between."""

import asyncio
from collections.abc import Sequence

from shared.mongo import Document
from shared.together import Pump
from tests.support.school import until


async def test_a_failure_that_nobody_foresaw_does_not_stop_it() -> None:
    published: list[str] = []
    tried = asyncio.Event()

    async def publish(batch: Sequence[Document]) -> int:
        tried.set()
        if batch[0]["_id"] == "first":
            raise KeyError
        published.extend(document["_id"] for document in batch)
        return len(batch)

    pump = Pump(publish)
    running = asyncio.create_task(pump.run())
    pump.add([{"_id": "first", "outbox": [{}]}])
    await tried.wait()
    pump.add([{"_id": "second", "outbox": [{}]}])

    async def done() -> bool:
        return published == ["second"]

    await until("the second is published", done, 5)
    running.cancel()
