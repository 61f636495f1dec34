"""Roll books: one document per school and academic year, of what concerns all of its rolls and no single child. Numbers and days alone."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from services.attendance.domain.register_page import feed_of
from services.attendance.domain.whole_rolls import Whole
from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.store import Change, Documents
from shared.tries import until_written


class Book(NamedTuple):
    """`withdrawn`: the writers whose rolls were taken back. `wholes`: the whole rolls of which every part has been entered."""

    withdrawn: frozenset[int]
    wholes: tuple[Whole, ...]


class Books:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def read(self, urn: str, year: int) -> Book:
        return _book(await self._document(urn, year))

    async def note_withdrawn(self, urn: str, year: int, writers: Collection[int], cause: Cause) -> Book:
        numbers = {str(feed_of(writer)) for writer in writers}

        def noted(document: Document) -> dict[str, Any]:
            whole = {number: told for number, told in document["whole"].items() if number not in numbers}
            return {"withdrawn": sorted({*document["withdrawn"], *writers}), "whole": whole}

        return await self._change(urn, year, noted, cause)

    async def note_whole(self, urn: str, year: int, whole: Whole, part: int, parts: int, cause: Cause) -> Book:
        """Note that one part, of so many, of a whole roll has been entered. One that was taken back stays so."""

        def noted(document: Document) -> dict[str, Any]:
            number = str(whole.number)
            if whole.number in map(feed_of, document["withdrawn"]):
                return {}
            done = {*document["whole"].get(number, {}).get("done", ()), part}
            told = {"day": whole.day.isoformat(), "parts": parts, "done": sorted(done)}
            return {"whole": document["whole"] | {number: told}}

        return await self._change(urn, year, noted, cause)

    async def _document(self, urn: str, year: int) -> Document:
        id_ = f"book:{urn}:{year}"
        new: Document = {"_id": id_, "kind": "book", "school": urn, "year": year, "withdrawn": [], "whole": {}, "version": 0}
        return new | (await self._documents.get(id_) or {})

    async def _change(self, urn: str, year: int, noted: Callable[[Document], dict[str, Any]], cause: Cause) -> Book:

        async def written() -> Book:
            document = await self._document(urn, year)
            told = noted(document)
            if all(document[name] == value for name, value in told.items()):
                return _book(document)
            return _book(await self._documents.write(Change({**document, **told}), cause))

        return await until_written("book", written)


def _book(document: Document) -> Book:
    told = document["whole"].items()
    wholes = (Whole(int(number), date.fromisoformat(one["day"])) for number, one in told if len(one["done"]) == one["parts"])
    return Book(frozenset(document["withdrawn"]), tuple(sorted(wholes)))
