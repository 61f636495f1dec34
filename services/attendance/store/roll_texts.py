"""What rolls say of some of their children, without opening the rolls anew each time: their texts are kept in memory for a while.

A roll is sealed as one, and to open one of a thousand children takes as long for one child as for all. What is asked of it comes child by
child: who opens a case, its family, its page.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.attendance.domain.enrolment import Span
from services.attendance.domain.roll_book import Entry
from services.attendance.store.roll_shelf import Shelf
from shared.errors import Disposed
from shared.mongo import Document
from shared.recent import Recent
from shared.sealing import Sealer
from shared.store import Documents

SECONDS: Final = 60.0
HELD: Final = 32
"""Rolls: half a megabyte each."""
_HEAD: Final = {"version": 1, "cohort": 1}
_DECODER: Final = json.JSONDecoder()

Told = tuple[dict[str, Entry], dict[str, Span]]
"""Entries and enrolments by child."""


@dataclass(frozen=True, slots=True)
class RollText:
    """The people of a roll as JSON, the children in the order of their ids, and who of them comes or goes within its year."""

    year: int
    people: str
    spans: Mapping[str, Span]

    def of(self, children: Iterable[str]) -> Told:
        entries = entries_in(self.people, children)
        return entries, {child: self.spans[child] for child in entries if child in self.spans}


def entries_in(people: str, children: Iterable[str]) -> dict[str, Entry]:
    """What a roll's text says of those of these children who are in it."""
    entries, at = dict[str, Entry](), 0
    for child in sorted(children):
        key = f'"{child}":'  # inside a text its quotes would be escaped
        if (found := people.find(key, at)) >= 0:
            entries[child], at = _DECODER.raw_decode(people, found + len(key))
    return entries


class RollTexts:
    """Built with the rolls. A text is good as long as its document's version is the one it was read from, and its key is there."""

    def __init__(self, documents: Documents, sealer: Sealer, shelf: Shelf) -> None:
        self._documents = documents
        self._sealer = sealer
        self._shelf = shelf
        self._kept: Recent[tuple[str, int], RollText] = Recent(SECONDS, HELD)

    async def of(self, urn: str, records: Collection[str], more: Mapping[str, Any]) -> list[Told]:
        """What the school's rolls say of these records, for each year, the earliest first. `more`: of which rolls alone."""
        scope = {"school": urn, "children": {"$in": sorted(records)}, **more}
        heads = [head for head in await self._documents.find("roll", scope, _HEAD) if not self._sealer.gone(head["cohort"])]
        texts = {head["_id"]: self._kept.get((head["_id"], head["version"])) for head in heads}
        missing = sorted(id_ for id_, text in texts.items() if text is None)
        read = await self._read(missing) if missing else {}
        of_years: dict[int, Told] = {}
        for text in filter(None, (texts | read).values()):
            entries, spans = of_years.setdefault(text.year, ({}, {}))
            told, within = text.of(records)
            entries |= told
            spans |= within
        return [of_years[year] for year in sorted(of_years)]

    async def of_school(self, urn: str) -> list[tuple[Document, str]]:
        """Every roll of a school and what it says of its people, the earliest year first. Nothing of it is kept."""
        found = []
        for document in await self._documents.beginning([f"roll:{urn}:"], {"sealed_links": 0, "sealed_spans": 0, "children": 0}):
            try:
                found.append((document, self._shelf.text(document, "sealed")))
            except Disposed:
                continue
        return sorted(found, key=lambda one: int(one[0]["year"]))

    def forget(self) -> None:
        """When anything is disposed of: nobody can ask for it any more, and it is not to stay in memory either. A replica that hears
        nothing of it lets go of the text with its age."""
        self._kept.clear()

    async def _read(self, ids: Collection[str]) -> dict[str, RollText]:
        found: dict[str, RollText] = {}
        for document in await self._documents.find("roll", {"_id": {"$in": ids}}, {"sealed_links": 0}):
            try:
                found[document["_id"]] = text = self._text(document)
            except Disposed:
                continue
            self._kept.keep((document["_id"], document["version"]), text)
        return found

    def _text(self, document: Document) -> RollText:
        return RollText(document["year"], self._shelf.text(document, "sealed"), self._shelf.spans(document))
