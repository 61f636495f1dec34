"""Roll documents: opened, and written with what that changes. See rolls.py for what they are."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import msgspec

from services.attendance.domain.child_key import is_upn
from services.attendance.domain.enrolment import ALWAYS, Span, is_on
from services.attendance.domain.roll_book import Entry, Links, named_by, new_entry, tell, withdraw
from services.attendance.domain.roll_changes import Seen, changes, seen
from services.attendance.domain.whole_rolls import span_now
from services.attendance.store.books import Book
from shared.contracts.attendance_events import RollChanged
from shared.contracts.envelope import Cause, Draft
from shared.errors import Disposed
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents

_JSON: Final = msgspec.json.Encoder(order="sorted")


@dataclass
class Roll:
    """A roll document, opened. `people` is None where only the links were read."""

    document: Document
    links: Links
    people: dict[str, Entry] | None
    spans: dict[str, Span] = field(default_factory=dict)
    """By child, as they were when the document was read."""

    def named_on(self, day: date) -> set[str]:
        """The children whom a roll names as on roll on a day."""
        return {child for child, named in self.links.values() if named and is_on(day, self.spans.get(child, ALWAYS))}

    def seen(self) -> dict[str, Seen]:
        """What is known of each child as the document was read."""
        return seen(self.people or {}, self.spans)


class Shelf:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    async def open(self, scope: Mapping[str, Any], *, people: bool = True) -> list[Roll]:
        """Those that have not been disposed of."""
        return self.readable(await self._documents.find("roll", scope, None if people else {"sealed": 0}), people=people)

    def readable(self, documents: Iterable[Document], *, people: bool = True) -> list[Roll]:
        """Those of these that have not been disposed of, opened."""
        rolls = []
        for document in documents:
            try:
                rolls.append(self.opened(document, people=people))
            except Disposed:
                continue
        return rolls

    def opened(self, document: Document, *, people: bool = True) -> Roll:
        links = self._read(document, "sealed_links")
        return Roll(document, links, self._read(document, "sealed") if people else None, self.spans(document))

    def spans(self, document: Document) -> dict[str, Span]:
        """Of the children whose enrolment begins or ends within the year."""
        return {child: Span(*map(_day, days)) for child, days in self._read(document, "sealed_spans").items()}

    def text(self, document: Document, field: str) -> str:
        """A sealed field as it was before it was packed; the names in it are in order."""
        packed = self._sealer.open(document["cohort"], document["_id"], field, bytes(document[field]))
        return zlib.decompress(packed).decode()

    async def at(self, urn: str, year: int, cohort: str) -> Roll:
        """The one of a cohort; a new one where there is none."""
        id_ = f"roll:{urn}:{year}:{cohort}"
        if found := await self._documents.get(id_):
            return self.opened(found)
        return Roll({"_id": id_, "kind": "roll", "school": urn, "year": year, "cohort": cohort, "version": 0}, {}, {})

    async def write(self, roll: Roll, book: Book, before: Mapping[str, Seen], feed: int, cause: Cause, *, begun: bool = True) -> None:
        """Write a roll with what a feed has changed since `before`. Conflict when somebody else wrote it in between."""
        document = roll.document
        changed = changes(before, seen(roll.people or {}, spans_of(roll, book)), begun=begun)
        told = [
            Draft(RollChanged, school=document["school"], year=document["year"], child=child, feed=feed, changes=kinds)
            for child, kinds in changed
        ]
        await self._documents.write(Change(self.sealed(roll, book), told), cause)

    def sealed(self, roll: Roll, book: Book, *, again: bool = False) -> Document:
        people = roll.people or {}
        contents = {"sealed_links": roll.links, "sealed_spans": spans_of(roll, book), "sealed": people}
        cohort, id_ = roll.document["cohort"], roll.document["_id"]
        sealed = {name: self._sealer.seal(cohort, id_, name, _packed(content), again=again) for name, content in contents.items()}
        return {**roll.document, "children": sorted(people), **sealed}

    def _read(self, document: Document, field: str) -> Any:
        return msgspec.json.decode(self.text(document, field))


def enter(roll: Roll, links: Mapping[str, str], fields: Mapping[str, Mapping[str, Any]], writer: int) -> bool:
    """Enter children in an opened roll; whether anything was new."""
    assert roll.people is not None
    new = False
    for key, child in links.items():
        entry = roll.people.setdefault(child, new_entry(key))
        if is_upn(key) and not is_upn(entry["upn"]):
            entry["upn"] = key
        if child in fields:
            new |= tell(entry, writer, fields[child])
        link = (child, int(named_by(entry) > 0))
        new |= tuple(roll.links.get(key, ())) != link
        roll.links[key] = link
    return new


def leave(roll: Roll, writers: Iterable[int]) -> bool:
    """Take what some writers said out of an opened roll; whether anything was there."""
    assert roll.people is not None
    there = [withdraw(entry, writer) for entry in roll.people.values() for writer in writers]
    if any(there):
        roll.links = {key: (child, int(named_by(roll.people[child]) > 0)) for key, (child, _) in roll.links.items()}
    return any(there)


def spans_of(roll: Roll, book: Book) -> dict[str, Span]:
    """The children whose enrolment begins or ends within the year."""
    year = roll.document["year"]
    return {child: cut for child, entry in (roll.people or {}).items() if (cut := span_now(entry, book.wholes, year))}


def _packed(value: Any) -> bytes:
    """JSON with the names in order, compressed: MongoDB takes 16 MB a document, and what is sealed cannot be compressed afterwards."""
    return zlib.compress(_JSON.encode(value), 1)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
