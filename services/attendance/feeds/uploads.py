"""Bodies of feeds on their way in: how large one may be, and how many bytes of them this process holds at a time.

A day's file goes straight through. Large ones share a room, are counted as they come and not as they are announced, and are worked at
one after the other: what a process needs stays the same however many schools send a year's file on the same morning. A sender has one
large file on its way, and one that sends too slowly is cut off: nobody holds up the others.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Any, Final
from weakref import WeakValueDictionary

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from shared.room import Hold, Room

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a feed: the marks of 2,000 children for a year. Twice as much made a process of 100 MB one of 300."""

SMALL: Final = 500_000
"""Bytes up to which a body does not wait for others: the marks of 900 children for a week."""

ROOM: Final = 16 * 1024 * 1024
"""Bytes of all large bodies that are on their way or wait, but for one, which may be as large as a body can be."""

STEP: Final = 1024 * 1024
"""Bytes of the room that a body is given at a time."""

PATIENCE: Final = 60.0
"""Seconds that a body waits for room, or for its turn."""

GRACE: Final = 30.0
SLOWEST: Final = 50_000
"""A sender may be silent for so many seconds, and earns one back by so many bytes: half a megabit a second, less than any school's line."""

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


class Uploads:
    def __init__(self) -> None:
        self._room = Room(ROOM)
        self._gate = asyncio.Lock()
        self._senders = WeakValueDictionary[str, asyncio.Lock]()

    @asynccontextmanager
    async def body(self, request: Request, sender: str) -> AsyncIterator[bytearray]:
        """The whole body, which is no longer there afterwards. `sender`: of whom one large body is taken at a time.

        413: refused by its announced length before it is read, by its real length as soon as it grows too large. The connection stays
        open: closing it under a sender would take the answer from him. 503: large, and others have not made room in time. 400 and 408: it
        broke off or came too slowly.
        """
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and (len(announced) > 20 or int(announced) > LARGEST):
            raise HTTPException(413, _TOO_LARGE)
        data = bytearray()
        try:
            async with AsyncExitStack() as held:
                await self._read(request, data, sender, held)
                if len(data) > SMALL:
                    await held.enter_async_context(_in_turn(self._gate))
                yield data
        finally:
            with suppress(BufferError):  # something looks into it still, and lets go with the request
                data.clear()

    async def _read(self, request: Request, data: bytearray, sender: str, held: AsyncExitStack) -> None:
        hold = Hold()
        async for chunk in _in_time(request):
            size = len(data) + len(chunk)
            if size > LARGEST:
                raise HTTPException(413, _TOO_LARGE)
            if size > SMALL >= len(data):
                await held.enter_async_context(_in_turn(self._senders.setdefault(sender, asyncio.Lock())))
                held.callback(self._room.leave, hold)
            while size > SMALL + hold.taken and not hold.alone:
                with _in_a_minute():
                    await self._room.grow(hold, STEP, PATIENCE)
            data += chunk


@contextmanager
def _in_a_minute() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise HTTPException(503, "other large files are being taken: send it again in a minute", {"Retry-After": "60"}) from None


@asynccontextmanager
async def _in_turn(lock: asyncio.Lock) -> AsyncIterator[None]:
    with _in_a_minute():
        async with asyncio.timeout(PATIENCE):
            await lock.acquire()
    try:
        yield
    finally:
        lock.release()


async def _in_time(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. The time that it has to wait for others is not its sender's."""
    chunks, clock = request.stream(), asyncio.get_running_loop().time
    left = GRACE
    try:
        while True:
            began = clock()
            async with asyncio.timeout(left):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            left = min(left - (clock() - began) + len(chunk) / SLOWEST, GRACE)
            yield chunk
    except ClientDisconnect:
        raise HTTPException(400, "the upload broke off; nothing of it is stored") from None
    except TimeoutError:
        raise HTTPException(408, "the upload stood still, or came too slowly; nothing of it is stored") from None
