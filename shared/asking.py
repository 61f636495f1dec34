"""What the readers of a process ask together. A question costs driver and database more than what a few schools' documents add to its
answer, and files come in many at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from shared.mongo import Document

AT_ONCE: Final = 16
"""Askers whose question is one at most: sixteen schools' pages of a year are some three megabytes."""

Ask = Callable[[Sequence[str]], Awaitable[list[Document]]]
"""The documents whose ids begin with one of these."""


class Asking:
    """Questions of one shape, many in one: while one waits for its answer, the next gather. So what anybody is told was read after it was
    asked for."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: list[tuple[Sequence[str], asyncio.Future[list[Document]]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def beginning(self, prefixes: Sequence[str]) -> list[Document]:
        """By id, each asker's own; an error of the question is everybody's."""
        told: asyncio.Future[list[Document]] = asyncio.get_running_loop().create_future()
        self._waiting.append((prefixes, told))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all())
        return await told

    async def _ask_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
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
        self._asking = None
