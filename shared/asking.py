"""What the readers of a process ask together. A question costs driver and database more than what a few schools' documents add to its
answer, and files come in many at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from shared.errors import Transient
from shared.mongo import Document

AT_ONCE: Final = 16
"""Askers whose question is one at most: sixteen schools' pages of a year are some three megabytes."""

Ask = Callable[[Sequence[str]], Awaitable[list[Document]]]
"""The documents whose ids begin with one of these."""


_Asked = tuple[Sequence[str], asyncio.Future[list[Document]]]


class Asking:
    """Questions of one shape, many in one: while one waits for its answer, the next gather. So what anybody is told was read after it was
    asked for."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: list[_Asked] = []
        self._asked: list[_Asked] = []
        self._asking: asyncio.Task[None] | None = None

    async def beginning(self, prefixes: Sequence[str]) -> list[Document]:
        """By id, each asker's own; an error of the question is everybody's."""
        told: asyncio.Future[list[Document]] = asyncio.get_running_loop().create_future()
        self._waiting.append((prefixes, told))
        if self._asking is None:
            self._begin()
        return await told

    def _begin(self) -> None:
        self._asking = asyncio.create_task(self._ask_all())
        self._asking.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        """Where it was cancelled, begun or not, nobody is left waiting, and a later try asks anew."""
        self._asking = None
        if task.cancelled():
            left, self._waiting = [*self._asked, *self._waiting], []
            for _, told in left:
                if not told.done():
                    told.set_exception(Transient("the question was cut off"))
        elif self._waiting:  # since it had ended
            self._begin()

    async def _ask_all(self) -> None:
        while self._waiting:
            batch = self._asked = self._waiting[:AT_ONCE]
            self._waiting = self._waiting[AT_ONCE:]
            try:
                found = await self._ask([*dict.fromkeys(prefix for prefixes, _ in batch for prefix in prefixes)])
            except Exception as error:
                for _, told in batch:
                    if not told.done():  # who asked may have been cancelled meanwhile
                        told.set_exception(error)
            else:
                found.sort(key=lambda one: str(one["_id"]))
                for prefixes, told in batch:
                    if not told.done():
                        told.set_result([dict(one) for one in found if one["_id"].startswith(tuple(prefixes))])
