"""The schools' side: pushes files over HTTP, several in flight, and says when all of them are stored and told of."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Protocol

import httpx

from bench.schools import School

IN_FLIGHT = 8
"""Files that are being pushed at a time, to the service and to the plain one alike."""
LOOK_EVERY = 0.03
DEADLINE = 120.0

File = tuple[School, bytes]


class BenchError(Exception):
    """What was to be measured did not happen."""


class Settled(Protocol):
    async def __call__(self) -> bool: ...


class Pusher:
    """One client of one service, with a token that covers every school."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=DEADLINE)

    async def open(self, schools: Sequence[School]) -> None:
        for school in schools:
            (await self._client.put(f"/v1/schools/{school.urn}", json=school.facts)).raise_for_status()

    async def push(self, files: Sequence[File]) -> int:
        """Push all; how many rows the receipts say were taken."""
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one(school: School, content: bytes) -> int:
            async with gate:
                answer = await self._client.post(f"/v1/schools/{school.urn}/feeds", content=content)
            receipt: dict[str, Any] = answer.raise_for_status().json()
            if receipt["accepted"] != receipt["rows"]:
                raise BenchError(f"of {receipt['rows']} rows {receipt['accepted']} were taken")
            return int(receipt["accepted"])

        return sum(await asyncio.gather(*(one(school, content) for school, content in files)))

    async def rate(self, files: Sequence[File], settled: Settled | None = None) -> float:
        """Rows a second, from the first byte sent until everything is settled; without `settled`, until the last answer."""
        begun = time.perf_counter()
        rows = await self.push(files)
        while settled is not None and not await settled():
            if time.perf_counter() - begun > DEADLINE:
                raise BenchError("the feeds were not stored in time")
            await asyncio.sleep(LOOK_EVERY)
        return rows / (time.perf_counter() - begun)

    async def close(self) -> None:
        await self._client.aclose()


def settled(collection: Any) -> Settled:
    """Whether every feed in the collection of `attendance` is stored and every outbox empty."""

    async def look() -> bool:
        waiting = {"kind": "feed", "state": "accepted"}
        unsent = {"kind": {"$in": ["feed", "page"]}, "outbox.0": {"$exists": True}}
        return not await collection.find_one(waiting, {"_id": 1}) and not await collection.find_one(unsent, {"_id": 1})

    return look
