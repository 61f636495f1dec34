"""How much a request may bring as JSON, how long it may take, and how many bytes of such bodies a process holds at a time.

Parsed, JSON takes up to thirty times its size, and the process does nothing else meanwhile. So it is known who calls before a byte is read,
wherever the route asks for a caller; and what is not small shares a room, counted as it comes and not as it is announced. Files come
otherwise: whoever takes them reads them as a stream, when the caller is known, with bounds of its own.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from fastapi import HTTPException, Request
from starlette.types import Message, Receive, Scope, Send

from shared.answers import AWAY_FOR, AWAY_SAID, SERVED_BY_OTHERS
from shared.auth import BEARER, caller
from shared.room import Hold, Room

LARGEST: Final = 2_000_000
"""Bytes: several times what a school's whole register check says."""
UNKNOWN: Final = 8_000
"""Bytes where the route asks for no caller: several times what such a route's fields may hold."""
SMALL: Final = 32_000
"""Bytes up to which a body does not wait for others."""
ROOM: Final = 2 * LARGEST
"""Bytes of all bodies beyond their small beginnings, but for one, which may be as large as a body can be."""
STEP: Final = 128_000
"""Bytes of the room that a body is given at a time."""
SECONDS: Final = 30.0
"""From its first byte to its last; what it waits for others is not its sender's."""
PATIENCE: Final = 10.0
"""Seconds that a body waits for room, all in all."""
LINGER: Final = 2.0
"""Seconds for which the rest of a refused body is read and dropped: a connection closed under a sender would take the answer from him."""


class Bodies:
    """Those of one process."""

    def __init__(self) -> None:
        self._room = Room(ROOM)

    def of(self, scope: Scope, receive: Receive, send: Send) -> "Body":
        return Body(scope, receive, send, self._room)


class Body:
    """A request's. The route, and so whether its body is one that is parsed, is known when the first piece is asked for.

    HTTPException out of `receive`: 401 as `shared.auth.caller` says, 422 too large (by its announced length before it is read) or too
    slow, 503 no room in time, or whoever knows the caller is away. After one of these the connection is closed.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, room: Room) -> None:
        self._scope, self._receive, self._send, self._room = scope, receive, send, room
        self._hold = Hold()
        self._until: float | None = None
        self._patience = PATIENCE
        self._taken, self._largest = 0, 0
        self._over = self._refused = self._kept = False

    async def receive(self) -> Message:
        if self._over or getattr(self._scope.get("route"), "body_field", None) is None:
            return await self._receive()
        try:
            return await self._piece()
        except HTTPException:
            self._refused = True
            raise

    async def send(self, message: Message) -> None:
        """The last of an answer to a refused body is kept back until `end`: with it the connection is closed."""
        if self._refused and message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
        elif self._refused:
            self._kept = not message.get("more_body", False)
            message = {**message, "more_body": True}
        await self._send(message)

    async def end(self) -> None:
        """The request is answered, and nothing of its body is there any more."""
        self._room.leave(self._hold)
        if self._kept:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER):
                    while not self._over:
                        self._seen(await self._receive())
            await self._send({"type": "http.response.body", "body": b""})

    async def _piece(self) -> Message:
        clock = asyncio.get_running_loop().time
        if self._until is None:
            self._largest = await _allowed(self._scope)
            self._check(_announced(self._scope))
            self._until = clock() + SECONDS
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(422, "the body: it came too slowly") from None
        self._seen(message)
        self._taken += len(message.get("body", b""))
        self._check(self._taken)
        began = clock()
        await self._find_room()
        waited = clock() - began
        self._until += waited
        self._patience -= waited
        return message

    async def _find_room(self) -> None:
        while self._taken > SMALL + self._hold.taken and not self._hold.alone:
            try:
                await self._room.grow(self._hold, STEP, max(self._patience, 0.0))
            except TimeoutError:
                said = "other large requests are being worked at: send it again in a moment"
                raise HTTPException(503, said, {"Retry-After": "10"}) from None

    def _seen(self, message: Message) -> None:
        self._over = not message.get("more_body", False)

    def _check(self, size: int) -> None:
        if size > self._largest:
            bound = f"{LARGEST // 1_000_000} MB" if self._largest == LARGEST else f"{self._largest // 1000} kB"
            raise HTTPException(422, f"the body: it is larger than {bound}")


async def _allowed(scope: Scope) -> int:
    """Bytes: what the route takes of this caller, who is looked at by the same dependency with which the route asks for him."""
    if not asks_for_caller(scope["route"].dependant):
        return UNKNOWN
    request = Request(scope)
    try:
        await caller(request, await BEARER(request))
    except (*SERVED_BY_OTHERS, OSError):  # the last: the keys of tokens cannot be read
        raise HTTPException(503, AWAY_SAID, AWAY_FOR) from None
    return LARGEST


def asks_for_caller(dependant: Any) -> bool:
    """Whether a route (its tree of dependencies) is for those alone who are known."""
    return dependant.call is caller or any(asks_for_caller(one) for one in dependant.dependencies)


def _announced(scope: Scope) -> int:
    """0 where nothing, or no number, is announced."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said[:20]) if said.isdigit() else 0
