"""Tasks that run for as long as their process, told to end."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

HEARD: Final = 0.2
"""Seconds after which a task that has not ended is told again."""


async def ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until each has ended, whatever it ended with.

    Once is not enough before Python 3.12: `asyncio.wait_for` keeps a cancellation to itself when what it waits for is done already, and the
    database's client sends every command through one that is done at its first step. A chore that was told just then went on for ever, and
    the process with it, until it was killed.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=HEARD)
