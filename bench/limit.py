"""The limit: the same pages read, opened, sealed and replaced in bulk, with majority and journal, and nothing else.

No service that keeps registers in sealed pages on this MongoDB can be faster than this.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from pymongo import ReplaceOne

from bench.schools import School
from services.attendance.feeds.desk import TICKETS
from shared.sealing import CohortSealer

Document = dict[str, Any]


class Limit:
    """`collection` is that of `attendance`, with its own write concern; nobody else may write it meanwhile."""

    def __init__(self, collection: Any, sealer: CohortSealer) -> None:
        self._collection = collection
        self._sealer = sealer

    async def rate(self, schools: Sequence[School], year: int, marks: int) -> float:
        """Marks a second, if `marks` of them are what one replacement of all these schools' pages brings."""
        gate = asyncio.Semaphore(TICKETS)

        async def one(school: School) -> None:
            async with gate:
                scope = {"kind": "page", "school": school.urn, "year": year}
                pages: list[Document] = await self._collection.find(scope).to_list(None)
                await self._collection.bulk_write(await asyncio.to_thread(self._replacements, pages), ordered=False)

        begun = time.perf_counter()
        await asyncio.gather(*(one(school) for school in schools))
        return marks / (time.perf_counter() - begun)

    def _replacements(self, pages: Sequence[Document]) -> list[ReplaceOne[Document]]:
        return [ReplaceOne({"_id": page["_id"], "kind": "page", "version": page["version"]}, self._sealed_again(page)) for page in pages]

    def _sealed_again(self, page: Document) -> Document:
        plain = self._sealer.open(page["cohort"], page["_id"], "sealed", bytes(page["sealed"]))
        sealed = self._sealer.seal(page["cohort"], page["_id"], "sealed", plain)
        return {**page, "version": page["version"] + 1, "sealed": sealed}
