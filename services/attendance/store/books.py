"""Roll books: one document per school and academic year, of what concerns all of its rolls and no single child. Numbers and days alone."""

from collections.abc import Callable, Iterable
from typing import Any

from shared.contracts.envelope import Cause
from shared.disposal import TRIES, StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents


class Books:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def withdrawn(self, urn: str, year: int) -> frozenset[int]:
        """The writers whose rolls were taken back."""
        return frozenset((await self._read(urn, year))["withdrawn"])

    async def note_withdrawn(self, urn: str, year: int, writers: Iterable[int], cause: Cause) -> None:
        await self._change(urn, year, lambda book: {"withdrawn": sorted({*book["withdrawn"], *writers})}, cause)

    async def _read(self, urn: str, year: int) -> Document:
        id_ = f"book:{urn}:{year}"
        new: Document = {"_id": id_, "kind": "book", "school": urn, "year": year, "withdrawn": [], "version": 0}
        return new | (await self._documents.get(id_) or {})

    async def _change(self, urn: str, year: int, noted: Callable[[Document], dict[str, Any]], cause: Cause) -> Document:
        for _ in range(TRIES):
            book = await self._read(urn, year)
            told = noted(book)
            if all(book[name] == value for name, value in told.items()):
                return book
            try:
                return await self._documents.write(Change({**book, **told}), cause)
            except Conflict:
                continue
        raise StillChanging("book")
