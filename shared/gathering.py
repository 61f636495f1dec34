"""What the handlers of a process take in together: every message keeps its own outcome, and one pass does the work of many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from shared.errors import Disposed, Permanent
from shared.outcomes import WORLD_AWAY

Item = TypeVar("Item")


class Gathering(Generic[Item]):
    """One pass at a time takes in all that waits, `at_most` at once; while it is at work the next gathers. `pause`: seconds that a pass
    waits when none was at work before, so that what is told by several messages at once is not taken in by two.

    A pass that fails is halved until what fails stands alone, so that a bad item is the trouble of its own message only. That the world
    is away is everybody's trouble at once: every other pass would wait for it again.
    """

    def __init__(self, take: Callable[[Sequence[Item]], Awaitable[None]], at_most: int, pause: float = 0.0) -> None:
        self._take = take
        self._at_most = at_most
        self._pause = pause
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def take(self, items: Iterable[Item]) -> None:
        """Returns when all of a message's items are taken in; else those that could be are, and the gravest error of the others is raised:
        one that a later try may mend before one that none can, since trying again does what is done no harm."""
        loop = asyncio.get_running_loop()
        waiting = [(item, loop.create_future()) for item in items]
        self._waiting += waiting
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        errors = [error for error in await asyncio.gather(*(done for _, done in waiting), return_exceptions=True) if error]
        if errors:
            raise min(errors, key=_gravity)

    async def _work(self) -> None:
        try:
            await asyncio.sleep(self._pause)
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


def _gravity(error: BaseException) -> int:
    return 2 if isinstance(error, Disposed) else 1 if isinstance(error, Permanent) else 0
