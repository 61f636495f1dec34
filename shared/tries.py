"""Doing again what another's write came between."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar

from shared.disposal import StillChanging
from shared.errors import Conflict

TRIES: Final = 10
PAUSE: Final = 0.02
"""Seconds; a transaction in hand refuses another at once, and takes some hundredths until it is journaled."""
LONGEST: Final = 1.28
"""Seconds between two tries at most: all of them take six and a half, less than a message may."""

Made = TypeVar("Made")


async def tries() -> AsyncIterator[int]:
    """Each try, from 0, with a pause before all but the first: longer each time, and of nobody else's length, so that many who write one
    case at once come one after the other."""
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(min(PAUSE * 2**attempt, LONGEST) * random.uniform(0.5, 1))
        yield attempt


async def until_written(what: str, step: Callable[[], Awaitable[Made]]) -> Made:
    """Read and write, from the beginning whenever a Conflict says that another's write came between. StillChanging, of `what`, when one
    always does."""
    async for _ in tries():
        try:
            return await step()
        except Conflict:
            continue
    raise StillChanging(what)
