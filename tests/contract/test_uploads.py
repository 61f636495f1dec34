"""Bodies on their way in: whoever is slow, large or many keeps nobody else waiting."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import HTTPException, Request

from services.attendance.feeds import uploads
from services.attendance.feeds.uploads import LARGEST, ROOM, SMALL, Uploads

PIECE = 1 << 16


class Body:
    """A request whose body comes when the test says so."""

    def __init__(self, length: int | None = None) -> None:
        self._messages = asyncio.Queue[dict[str, Any]]()
        headers = [] if length is None else [(b"content-length", str(length).encode())]
        self.request = Request({"type": "http", "method": "POST", "headers": headers}, self._messages.get)

    def send(self, size: int, *, more: bool = False) -> "Body":
        for start in range(0, size, PIECE):
            self._messages.put_nowait({"type": "http.request", "body": bytes(min(PIECE, size - start)), "more_body": True})
        if not more:
            self._messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        return self


async def taken(to: Uploads, body: Body, sender: str = "900001") -> int:
    async with to.body(body.request, sender) as data:
        return len(data)


async def refused(waiting: Awaitable[int]) -> tuple[int, str | None]:
    with pytest.raises(HTTPException) as caught:
        await waiting
    return caught.value.status_code, (caught.value.headers or {}).get("Retry-After")


@asynccontextmanager
async def beside(made: Callable[[], Awaitable[int]]) -> AsyncIterator[asyncio.Task[int]]:
    task = asyncio.ensure_future(made())
    try:
        for _ in range(3000):  # as far as it comes
            await asyncio.sleep(0)
        assert not task.done()
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_announced_and_does_not_come_takes_no_room() -> None:
    to = Uploads()
    async with beside(lambda: taken(to, Body(LARGEST).send(4, more=True))), asyncio.timeout(5):
        assert await taken(to, Body(LARGEST).send(LARGEST), "900002") == LARGEST


async def test_a_large_body_that_stops_keeps_no_other_school_waiting() -> None:
    to = Uploads()
    async with beside(lambda: taken(to, Body().send(LARGEST - 1, more=True))), asyncio.timeout(5):
        assert await taken(to, Body().send(ROOM // 2), "900002") == ROOM // 2


async def test_bodies_that_each_hold_some_of_the_room_all_come_in() -> None:
    to, bodies = Uploads(), [Body() for _ in range(4)]
    waiting = [asyncio.create_task(taken(to, body, str(number))) for number, body in enumerate(bodies)]
    for _ in range(LARGEST // PIECE // 8):
        for body in bodies:
            body.send(8 * PIECE, more=True)
        await asyncio.sleep(0)
    for body in bodies:
        body.send(0)
    async with asyncio.timeout(20):
        assert await asyncio.gather(*waiting) == [LARGEST] * 4
    async with asyncio.timeout(5):  # and all of the room is there again
        assert await taken(to, Body().send(ROOM)) == ROOM


async def test_a_trickle_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "GRACE", 0.2)
    body = Body()
    task = asyncio.create_task(taken(Uploads(), body))
    async with asyncio.timeout(10):
        while not task.done():
            body.send(1, more=True)
            await asyncio.sleep(0.02)
    assert await refused(task) == (408, None)


async def test_a_school_has_one_large_body_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.2)
    to = Uploads()
    async with beside(lambda: taken(to, Body().send(2 * SMALL, more=True))):
        assert await refused(taken(to, Body().send(2 * SMALL))) == (503, "60")
        assert await taken(to, Body().send(SMALL)) == SMALL
        assert await taken(to, Body().send(2 * SMALL), "900002") == 2 * SMALL


async def test_who_waits_too_long_for_his_turn_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.2)
    to = Uploads()
    async with to.body(Body().send(2 * SMALL).request, "900001"):
        assert await refused(taken(to, Body().send(2 * SMALL), "900002")) == (503, "60")
    assert await taken(to, Body().send(2 * SMALL), "900002") == 2 * SMALL


async def test_too_large_is_refused_as_announced_and_as_it_comes() -> None:
    assert (await refused(taken(Uploads(), Body(LARGEST + 1))))[0] == 413
    assert (await refused(taken(Uploads(), Body(10**30))))[0] == 413
    assert (await refused(taken(Uploads(), Body().send(LARGEST + 1))))[0] == 413
