"""Doing again what another's write came between."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Final

from shared.disposal import TRIES

PAUSE: Final = 0.02
"""Seconds; a transaction in hand refuses another at once, and takes some hundredths until it is journaled."""


async def tries() -> AsyncIterator[int]:
    """Each try, from 0, with a pause before all but the first: longer each time, and of nobody else's length, so that many who write one
    case at once come one after the other."""
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(PAUSE * 2**attempt * random.uniform(0.5, 1))
        yield attempt
