"""The schools' side: pushes files over HTTP, several in flight, and says when all of them are stored and told of."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, Protocol

import httpx

from bench.lines import Lines
from bench.schools import School

IN_FLIGHT = 8
"""Files that are being pushed at a time, to the service and to the plain one alike."""
LOOK_EVERY = 0.01
DEADLINE = 300.0
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

File = tuple[School, bytes]


class BenchError(Exception):
    """What was to be measured did not happen."""


class Settled(Protocol):
    async def __call__(self) -> bool: ...


class Pusher:
    """One client of one service, of all its replicas by turns, with a token that covers every school."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._clients = [httpx.AsyncClient(base_url=url, headers=headers, timeout=DEADLINE) for url in urls]
        self._lines = [Lines(url, token) for url in urls]
        self._turns = cycle(self._lines)

    async def open(self, schools: Sequence[School]) -> None:
        for school in schools:
            (await self._clients[0].put(f"/v1/schools/{school.urn}", json=school.facts)).raise_for_status()

    async def push(self, files: Sequence[File]) -> int:
        """Push all; how many rows the receipts say were taken."""
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one(school: School, content: bytes) -> int:
            async with gate:
                return await self.push_one(school, content)

        return sum(await asyncio.gather(*(one(school, content) for school, content in files)))

    async def push_one(self, school: School, content: bytes) -> int:
        """Push a file; how many rows were taken: all, or there is nothing to measure."""
        status, body = await next(self._turns).post(f"/v1/schools/{school.urn}/feeds", content)
        if status >= 300:
            raise BenchError(f"a file was answered with {status}")
        receipt: dict[str, Any] = json.loads(body)
        if receipt["accepted"] != receipt["rows"]:
            raise BenchError(f"of {receipt['rows']} rows {receipt['accepted']} were taken")
        return int(receipt["accepted"])

    async def get(self, path: str, **query: str) -> Any:
        return (await self._clients[0].get(path, params=query or None)).raise_for_status().json()

    async def post(self, path: str, body: Any) -> Any:
        return (await self._clients[0].post(path, json=body)).raise_for_status().json()

    async def post_for_bytes(self, path: str, body: Any) -> bytes:
        return (await self._clients[0].post(path, json=body)).raise_for_status().content

    async def put(self, path: str, body: Any) -> Any:
        return (await self._clients[0].put(path, json=body)).raise_for_status().json()

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
        for client in self._clients:
            await client.aclose()
        for lines in self._lines:
            await lines.close()


def settled(collection: Any) -> Settled:
    """Whether every feed in the collection of `attendance` is stored and every outbox empty; asked by indexes alone, or the question would
    read the whole register and be most of what is measured beside a large one."""

    async def look() -> bool:
        waiting = {"kind": "feed", "state": "accepted"}
        unsent = {"kind": {"$in": ["feed", "page"]}, "outbox.0": {"$exists": True}, "outbox.at": {"$gt": LONG_AGO}}
        for left in (waiting, unsent, {"kind": "unsent", "at": {"$gt": LONG_AGO}}):
            if await collection.find_one(left, {"_id": 1}):
                return False
        return True

    return look
