"""How much a request may bring as JSON, and how long it may take: such a body is read before it is known who sends it.

Parsed, JSON takes up to thirty times its size, and the process does nothing else meanwhile. Files come otherwise: whoever takes them reads
them as a stream, when the caller is known, with bounds of its own.
"""

import asyncio
from typing import Final

from fastapi import HTTPException
from starlette.types import Message, Receive, Scope

LARGEST: Final = 2_000_000
"""Bytes: several times what a school's whole register check says."""
SECONDS: Final = 30.0
"""From its first byte to its last."""
_TOO_LARGE: Final = f"the body: it is larger than {LARGEST // 1_000_000} MB"


def bounded(scope: Scope, receive: Receive) -> Receive:
    """`receive` of a request, which raises 422 as soon as its JSON is too large, by its announced length before it is read, or comes too
    slowly. The route, and so whether its body is one that is parsed, is known when the first piece is asked for."""
    taken, over = 0, False
    until: float | None = None

    async def piece() -> Message:
        nonlocal taken, over, until
        if over or getattr(scope.get("route"), "body_field", None) is None:
            return await receive()
        if until is None:
            until = asyncio.get_running_loop().time() + SECONDS
            _check(_announced(scope))
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(422, "the body: it came too slowly") from None
        taken += len(message.get("body", b""))
        _check(taken)
        over = not message.get("more_body", False)
        return message

    return piece


def _check(size: int) -> None:
    if size > LARGEST:
        raise HTTPException(422, _TOO_LARGE)


def _announced(scope: Scope) -> int:
    """0 where nothing, or no number, is announced."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said[:20]) if said.isdigit() else 0
