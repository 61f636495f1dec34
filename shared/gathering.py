"""What the handlers of a process take in together: every message keeps its own outcome, and one pass does the work of many."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from shared.outcomes import WORLD_AWAY

Item = TypeVar("Item")


class Gathering(Generic[Item]):
    """One pass at a time takes in all that waits, `at_most` at once; while it is at work the next gathers.

    A pass that fails is halved until what fails stands alone, so a bad item is the trouble of its own message and nothing around it is
    lost. That the world is away is everybody's trouble at once: every other pass would wait for it again.
    """

    def __init__(self, take: Callable[[Sequence[Item]], Awaitable[None]], at_most: int) -> None:
        self._take = take
        self._at_most = at_most
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def take(self, item: Item) -> None:
        """Returns when the item is taken in; raises what kept it from being so."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[: self._at_most], self._waiting[self._at_most :]
                await self._pass(some)
        finally:
            self._working = None

    async def _pass(self, some: Sequence[tuple[Item, asyncio.Future[None]]]) -> None:
        try:
            await self._take([item for item, _ in some])
        except Exception as error:
            if len(some) > 1 and not isinstance(error, WORLD_AWAY):
                half = len(some) // 2
                await self._pass(some[:half])
                await self._pass(some[half:])
                return
            for _, done in some:
                if not done.done():  # its handler may have been cancelled meanwhile
                    done.set_exception(error)
        else:
            for _, done in some:
                if not done.done():
                    done.set_result(None)
