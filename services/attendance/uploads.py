"""Bodies of feeds on their way in: how large one may be, and how many bytes of them this process holds at a time.

A day's file goes straight through. Large ones share the room of one of the largest, first come first served, and are worked at one after
the other: what a process needs stays the same however many schools send a year's file on the same morning.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a feed: the marks of 2,000 children for a year. Twice as much made a process of 100 MB one of 300."""

SMALL: Final = 500_000
"""Bytes up to which a body does not wait for others: the marks of 900 children for a week."""

PATIENCE: Final = 60.0
"""Seconds that a body waits for room, and that its sender may be silent."""

FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (
                "text/csv",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/json",
                "application/xml",
            )
        },
    }
}
"""How a feed's body is described. What a file is stands in the file itself: the type that is sent is not asked."""

_TOO_LARGE: Final = f"a feed is {LARGEST // 1024 // 1024} MB at most: push it in parts"


class Room:
    """So many bytes, given out in the order in which they were asked for."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int, seconds: float) -> None:
        """Wait for so many bytes, at most the whole room. TimeoutError when there is none within so many seconds."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        self._serve()
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # served in the moment in which the wait ended
                self.give_back(size)
            turn.cancel()
            raise

    def give_back(self, size: int) -> None:
        self._free += size
        self._serve()

    def _serve(self) -> None:
        while self._waiting and (self._waiting[0][1].cancelled() or self._waiting[0][0] <= self._free):
            size, turn = self._waiting.popleft()
            if not turn.cancelled():
                self._free -= size
                turn.set_result(None)


class Uploads:
    def __init__(self) -> None:
        self._room = Room(LARGEST)
        self._gate = asyncio.Lock()

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytearray]:
        """The whole body, which is no longer there afterwards.

        413: refused by its announced length before it is read, by its real length as soon as it grows too large. The connection stays
        open: closing it under a sender would take the answer from him. 503: large, and others have not made room in time. 400 and 408: it
        broke off or stood still.
        """
        announced = request.headers.get("content-length", "")
        size = int(announced) if announced.isdecimal() and len(announced) < 20 else LARGEST
        if size > LARGEST:
            raise HTTPException(413, _TOO_LARGE)
        data = bytearray()
        try:
            if size <= SMALL:
                await _read(request, data)
                yield data
            else:
                async with self._turn(size):
                    await _read(request, data)
                    async with self._gate:
                        yield data
        finally:
            with suppress(BufferError):  # something looks into it still, and lets go with the request
                data.clear()

    @asynccontextmanager
    async def _turn(self, size: int) -> AsyncIterator[None]:
        try:
            await self._room.take(size, PATIENCE)
        except TimeoutError:
            raise HTTPException(503, "other large files are being taken: send it again in a minute", {"Retry-After": "60"}) from None
        try:
            yield
        finally:
            self._room.give_back(size)


async def _read(request: Request, data: bytearray) -> None:
    chunks = request.stream()
    try:
        while True:
            async with asyncio.timeout(PATIENCE):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            data += chunk
            if len(data) > LARGEST:
                raise HTTPException(413, _TOO_LARGE)
    except ClientDisconnect:
        raise HTTPException(400, "the upload broke off; nothing of it is stored") from None
    except TimeoutError:
        raise HTTPException(408, "the upload stood still; nothing of it is stored") from None
