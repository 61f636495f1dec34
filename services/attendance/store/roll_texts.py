"""What rolls say of some of their children, without opening the rolls anew each time: their texts are kept in memory for a while.

A roll is sealed as one, and to open one of a thousand children takes as long for one child as for all. What is asked of it comes child by
child: who opens a case, its family, its page.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
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
        entries = dict(self._entries(sorted(children)))
        return entries, {child: self.spans[child] for child in entries if child in self.spans}

    def _entries(self, children: Iterable[str]) -> Iterator[tuple[str, Entry]]:
        """`children` in the order in which they stand there."""
        at = 0
        for child in children:
            key = f'"{child}":'  # inside a text its quotes would be escaped
            if (found := self.people.find(key, at)) >= 0:
                entry, at = _DECODER.raw_decode(self.people, found + len(key))
                yield child, entry


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
