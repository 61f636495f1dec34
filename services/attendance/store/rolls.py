"""Rolls: one document per school, academic year and cohort, in sealed fields: the links from key to child, the enrolments that
begin or end within the year, and the people.

The link stands in the school's roll, which the intake opens once per feed; across schools and years it is found in the index of identities
(identities.py).

The sealed fields are JSON compressed by zlib.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from services.attendance.domain import confidential
from services.attendance.domain.child_key import scoped
from services.attendance.domain.enrolment import ALWAYS, Span
from services.attendance.domain.on_roll import OnRoll, on_roll
from services.attendance.domain.register_page import feed_of
from services.attendance.domain.roll_book import Entry, Links, fields_now, fields_of, is_merged, named_by, one_of, person
from services.attendance.domain.roll_changes import is_begun
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.same_child import Group, groups
from services.attendance.domain.whole_rolls import Whole
from services.attendance.store.books import Book, Books
from services.attendance.store.identities import Identities
from services.attendance.store.joins import JOINED, Joins
from services.attendance.store.roll_shelf import Roll, Shelf, enter, leave, spans_of
from services.attendance.store.roll_texts import RollTexts
from shared.contracts.attendance import Fingerprint, Person, RollPage, Withheld
from shared.contracts.envelope import Cause
from shared.disposal import TRIES, Disposal, StillChanging
from shared.errors import Conflict, Permanent
from shared.mongo import Document
from shared.recent import Recent
from shared.sealing import Sealer
from shared.store import Change, Documents

NOTHING: Mapping[str, str] = MappingProxyType({})


class RollTooOld(Permanent):
    """The roll is no longer among the last that can be taken back."""


ALL = {"_id": {"$gte": "roll:", "$lt": "roll;"}}
"""Every roll, by the index that every collection has."""
PAGE = 500
"""Children in one answer: it stays well under the largest message."""
_HEAD: Mapping[str, int] = MappingProxyType({"version": 1, "cohort": 1})
SCHOOLS = 64
"""Schools whose links are kept: a third of a megabyte each."""
LAST_READ_AGE = 600.0
LINKS_AGE = 5.0
"""Seconds for which links that were read are good: from a feed's coming in to its handling."""


@dataclass(frozen=True, slots=True)
class LastRead:
    """What a school's rolls said when they were last opened; good as long as their versions are the same."""

    versions: dict[str, int]
    of_years: dict[int, Links]
    on_roll: OnRoll


class Rolls:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, identities: Identities, joins: Joins) -> None:
        self._documents = documents
        self._sealer = sealer
        self._shelf = Shelf(documents, sealer)
        self.texts = RollTexts(documents, sealer, self._shelf)
        self._disposal = disposal
        self._identities = identities
        self._joins = joins
        self._books = Books(documents)
        self._recent: Recent[tuple[str, int], Links] = Recent(LINKS_AGE, SCHOOLS)
        self._last_read: Recent[str, LastRead] = Recent(LAST_READ_AGE, SCHOOLS)

    # reading --------------------------------------------------------------------------------------------------------

    async def on_roll(self, urn: str, years: Sequence[int]) -> OnRoll:
        """Who the school's rolls of these years, the earliest first, named, and who of them comes or goes within a year."""
        heads = await self._documents.beginning((self.prefix(urn), self._joins.prefix(urn)), {**_HEAD, **JOINED})
        versions = {id_: version for id_, version in self.versions_in(heads).items() if int(id_.split(":")[2]) in years}
        last = self._last_read.get(urn)
        if last is None or last.versions != versions or list(last.of_years) != list(years):
            last = self._read_again(await self._open(urn, {"year": {"$in": list(years)}}, people=False), years)
            self._last_read.keep(urn, last)
        for year, links in last.of_years.items():
            self._recent.keep((urn, year), links)
        groups = self._joins.groups_in(heads)
        return last.on_roll.joined(groups) if groups else last.on_roll

    async def versions(self, urn: str) -> dict[str, int]:
        """The versions of the school's rolls that can be opened."""
        return self.versions_in(await self._documents.beginning([self.prefix(urn)], _HEAD))

    @staticmethod
    def prefix(urn: str) -> str:
        """With which the ids of the school's rolls begin."""
        return f"roll:{urn}:"

    def versions_in(self, heads: Iterable[Document]) -> dict[str, int]:
        """`versions`, from what was read of the rolls and whatever else."""
        rolls = (head for head in heads if head["_id"].startswith("roll:"))
        return {head["_id"]: head["version"] for head in rolls if not self._sealer.gone(head["cohort"])}

    async def births(self, urn: str) -> tuple[dict[str, int], dict[str, date]]:
        """The birth date of every child of whom a roll of the school tells one, the latest roll's; and the versions of the rolls."""
        rolls = sorted(await self._open(urn, {}), key=lambda roll: roll.document["year"])
        said = {child: fields_now(entry).get("born") for roll in rolls for child, entry in (roll.people or {}).items()}
        versions = {roll.document["_id"]: roll.document["version"] for roll in rolls}
        return versions, {child: date.fromisoformat(born) for child, born in said.items() if born}

    @staticmethod
    def _read_again(rolls: Iterable[Roll], years: Sequence[int]) -> LastRead:
        of_years: dict[int, Links] = {year: {} for year in years}
        spans: dict[int, dict[str, Span]] = {year: {} for year in years}
        versions: dict[str, int] = {}
        for roll in rolls:
            versions[roll.document["_id"]] = roll.document["version"]
            of_years[roll.document["year"]] |= roll.links
            spans[roll.document["year"]] |= roll.spans
        return LastRead(versions, of_years, on_roll(of_years, spans))

    async def enrolled(self, urn: str, year: int, day: date) -> dict[str, str]:
        """Key and child of those whom a roll of the year names and whose enrolment goes on after a day."""
        rolls, groups = await self._open(urn, {"year": year}, people=False), await self._joins.groups(urn)
        return {
            key: groups.get(child, (child,))[0]
            for roll in rolls
            for key, (child, named) in roll.links.items()
            if named and not ((last := roll.spans.get(child, ALWAYS).last) and last <= day)
        }

    async def elsewhere(self, urn: str, year: int, day: date, kin: Collection[str | None]) -> frozenset[str]:
        """The children whom the school's roll and another school's name on one day; `kin` are the same school under other URNs."""
        here = {child for roll in await self._open(urn, {"year": year}, people=False) for child in roll.named_on(day)}
        scope = {"children": {"$in": sorted(here)}, "year": year, "school": {"$nin": [one for one in kin if one]}}
        others = await self._shelf.open(scope, people=False) if here else ()
        return frozenset(here.intersection(child for roll in others for child in roll.named_on(day)))

    async def named_after(self, urn: str, year: int, number: int) -> frozenset[str]:
        """The children whom a roll of a later feed names."""
        rolls = await self._open(urn, {"year": year})
        return frozenset(child for roll in rolls for child, entry in (roll.people or {}).items() if feed_of(named_by(entry)) > number)

    async def people(self, urn: str, children: Iterable[str], year: int | None = None) -> dict[str, Person]:
        """Who these children are, by the latest roll that names them; of one year where it is given."""
        groups = await self._joins.groups(urn)
        wanted = {child: groups.get(child, (child,)) for child in children}
        of_years = await self.texts.of(urn, _records(wanted), {"year": year} if year else {})
        found: dict[str, Person] = {}
        for entries, spans in of_years:
            for child, records in wanted.items():
                entry, span = one_of(records, entries, spans)
                if entry and (named_by(entry) or child not in found):
                    found[child] = person(child, entry, span, groups.get(child, ()))
        return found

    async def stamps(self) -> dict[str, str]:
        """By school, what is another text whenever the rolls or joins that can be opened are others."""
        heads = await self._documents.find("roll", ALL, {"school": 1, "version": 1, "cohort": 1})
        of_joins = await self._joins.versions()
        said: dict[str, list[str]] = {head["school"]: [f"joins {of_joins.get(head['school'], 0)}"] for head in heads}
        for head in sorted(heads, key=lambda one: str(one["_id"])):
            if not self._sealer.gone(head["cohort"]):
                said[head["school"]].append(f"{head['_id']} {head['version']}")
        return {school: blake2b("\n".join(lines).encode(), digest_size=12).hexdigest() for school, lines in said.items()}

    async def page(self, urn: str, after: str) -> RollPage:
        """Who the school's rolls name, after a child; of a joined child the record that is kept."""
        heads = await self._documents.find("roll", {"school": urn}, {"children": 1, "cohort": 1})
        named = sorted({child for head in heads if not self._sealer.gone(head["cohort"]) for child in head["children"] if child > after})
        found = await self.people(urn, named[:PAGE])
        people = tuple(one for child, one in sorted(found.items()) if child in (one.records or (child,))[:1])
        return RollPage(people=people, last=named[PAGE - 1] if len(named) > PAGE else None)

    async def _of_years(self, urn: str, scope: Mapping[str, Any]) -> list[tuple[dict[str, Entry], dict[str, Span]]]:
        """The entries and enrolments of each year's rolls by child, the earliest year first."""
        of_years: dict[int, tuple[dict[str, Entry], dict[str, Span]]] = {}
        for roll in await self._open(urn, scope):
            entries, spans = of_years.setdefault(roll.document["year"], ({}, {}))
            entries |= roll.people or {}
            spans |= roll.spans
        return [of_years[year] for year in sorted(of_years)]

    async def entries(self, urn: str, children: Collection[str]) -> dict[str, Entry]:
        """What the school's latest roll that names each of these children has said."""
        groups = await self._joins.groups(urn)
        wanted = {child: groups.get(child, (child,)) for child in children}
        found: dict[str, Entry] = {}
        for entries, _ in await self.texts.of(urn, _records(wanted), {}):
            found |= {child: entry for child, records in wanted.items() if (entry := one_of(records, entries, {})[0])}
        return found

    async def keys_of(self, urn: str, children: Collection[str]) -> set[str]:
        """Every key of these children, those of the records with which they are joined included."""
        groups = await self._joins.groups(urn)
        records = {record for child in children for record in groups.get(child, (child,))}
        rolls = await self._open(urn, {"children": {"$in": sorted(records)}}, people=False)
        return {key for roll in rolls for key, (child, _) in roll.links.items() if child in records}

    async def names_of(self, urn: str, records: Collection[str]) -> dict[str, set[str]]:
        """The keys of each of these records, and of no other."""
        found: dict[str, set[str]] = {record: set() for record in records}
        for roll in await self._open(urn, {"children": {"$in": sorted(records)}}, people=False):
            for key, (child, _) in roll.links.items():
                if child in found:
                    found[child].add(key)
        return found

    async def withheld(self, urn: str, child: str) -> Withheld:
        """The addresses that must not be disclosed, by every roll of the school that names the child."""
        records = (await self._joins.groups(urn)).get(child, (child,))
        of_years = await self.texts.of(urn, records, {})
        entries = [entries[record] for entries, _ in of_years for record in reversed(records) if record in entries]
        if len(records) > 1:
            entries += [entry for entries, _ in of_years if (entry := one_of(records, entries, {})[0])]
        return confidential.withheld(child, entries)

    async def withheld_anywhere(self, urn: str, child: str) -> Withheld:
        """The same, by every roll of whichever school: what one calls confidential no pack of another tells."""
        records = (await self._joins.groups(urn)).get(child, (child,))
        scope = {"children": {"$in": sorted(records)}, "school": {"$ne": urn}}
        others = sorted({head["school"] for head in await self._documents.find("roll", scope, {"school": 1})})
        asked = [(urn, child), *((school, record) for school in others for record in records)]
        return confidential.together(child, [await self.withheld(school, record) for school, record in asked])

    async def hidden_homes(self, urn: str, child: str) -> dict[str, str]:
        """The confidential addresses of the child's parents, by place on the latest roll that names the child."""
        records = (await self._joins.groups(urn)).get(child, (child,))
        of_years = await self.texts.of(urn, records, {})
        return confidential.hidden_homes(child, [entry for entries, _ in of_years if (entry := one_of(records, entries, {})[0])])

    async def of_year(self, urn: str, year: int) -> list[Person]:
        """A joined child is one, under the record that is kept."""
        groups = await self._joins.groups(urn)
        found = []
        for entries, spans in await self._of_years(urn, {"year": year}):
            for records in dict.fromkeys(groups.get(child, (child,)) for child in entries):
                entry, span = one_of(records, entries, spans)
                if entry:
                    found.append(person(records[0], entry, span, groups.get(records[0], ())))
        return found

    async def fingerprints(self, urn: str, cohort: str) -> list[Fingerprint]:
        """Keyed hashes of the children of a cohort, by which a returning file is recognised after their disposal."""
        return [
            Fingerprint(child=child, year=roll.document["year"], fingerprint=self.fingerprint(urn, key))
            for roll in await self._open(urn, {"cohort": cohort}, people=False)
            for key, (child, _) in roll.links.items()
        ]

    def fingerprint(self, urn: str, key: str) -> str:
        return self._sealer.hash("ledger", scoped(urn, key))

    async def _open(self, urn: str, scope: Mapping[str, Any], *, people: bool = True) -> list[Roll]:
        return await self._shelf.open({"school": urn, **scope}, people=people)

    async def children(self, urn: str, year: int) -> dict[str, str]:
        """From UPN to child, as the school's rolls and marks of a year made it known."""
        return {upn: child for roll in await self._open(urn, {"year": year}, people=False) for upn, (child, _) in roll.links.items()}

    async def says(self, urn: str, year: int, rows: Iterable[RollRow]) -> bool:
        """Whether what is known of these children is what the rows say."""
        known = {
            key: (roll.people or {})[child] for roll in await self._open(urn, {"year": year}) for key, (child, _) in roll.links.items()
        }
        return all(row.keys[0] in known and fields_of(row).items() <= fields_now(known[row.keys[0]]).items() for row in rows)

    # writing --------------------------------------------------------------------------------------------------------

    async def resolve(
        self, urn: str, year: int, keys: Sequence[str], today: date, cause: Cause, beside: Mapping[str, str] = NOTHING, feed: int = 0
    ) -> dict[str, str]:
        """From key to child; a key that is new to the school is given its child's id, or a new one, and a place among the links.

        `beside`: pupil ids with the UPN that the file, of feed number `feed`, has beside them.
        """
        # a link once made stays the same, so one that was read when the feed came in is good; who is not in it is looked for
        recent = self._recent.get((urn, year)) or {}
        linked = recent.keys() >= {*keys, *beside}
        if linked and all(recent[pupil][0] == recent[upn][0] for pupil, upn in beside.items()):
            return {key: recent[key][0] for key in keys}
        for _ in range(TRIES):
            known, ids = await self._whose(urn, year, groups(keys, beside), feed, today, cause)
            new = {key: child for key, child in ids.items() if key not in known}
            try:
                if new:
                    await self._link(urn, year, new, {}, 0, today, cause)
                return known | ids
            except Conflict:
                continue
        raise StillChanging("roll")

    async def tell(self, urn: str, year: int, rows: Sequence[RollRow], writer: int, today: date, cause: Cause) -> set[str]:
        """Enter what a roll's file says of its children; who they are."""
        for _ in range(TRIES):
            known, found = await self._whose(urn, year, [row.group for row in rows], feed_of(writer), today, cause)
            ids = known | found
            links = {key: ids[key] for row in rows for key in row.keys}
            fields = {ids[row.keys[0]]: fields_of(row) for row in rows}
            try:
                book = await self._link(urn, year, links, fields, writer, today, cause)
            except Conflict:
                continue
            # who takes a roll back, or ends enrolments, notes that in the book first and looks at what is there afterwards
            if (now := await self._books.read(urn, year)) != book or writer in now.withdrawn:
                await self._settle(urn, year, feed_of(writer), now.withdrawn & {writer}, cause)
            return set(fields)
        raise StillChanging("roll")

    async def end_unnamed(self, urn: str, year: int, whole: Whole, parts: int, part: int, cause: Cause) -> None:
        """Note that a part of a whole roll is entered. With the last one, the enrolment of each child whom it does not name has ended."""
        book = await self._books.note_whole(urn, year, whole, part, parts, cause)
        if whole in book.wholes:
            await self._settle(urn, year, whole.number, (), cause)

    async def may_withdraw(self, urn: str, year: int, writers: Collection[int]) -> bool:
        """Whether these writers' rolls are still among those that can be taken back."""
        rolls = await self._open(urn, {"year": year})
        entries = [entry for roll in rolls for entry in (roll.people or {}).values()]
        return not any(is_merged(entry, writer) for entry in entries for writer in writers)

    async def withdraw(self, urn: str, year: int, writers: Collection[int], cause: Cause) -> None:
        """Take back what these writers' rolls said: what is known is as if they had never come, and stays so if one is delivered again.

        RollTooOld when another has been entered above too many. A child whom no other roll names is known by its keys alone, as from marks.
        """
        if not await self.may_withdraw(urn, year, writers):
            raise RollTooOld
        await self._books.note_withdrawn(urn, year, writers, cause)
        await self._settle(urn, year, feed_of(max(writers, default=0)), writers, cause)

    async def _settle(self, urn: str, year: int, feed: int, gone: Collection[int], cause: Cause) -> None:
        """Make every roll document of a year agree with the book, which a feed has changed, and with some writers' rolls taken back."""
        for _ in range(TRIES):
            try:
                for roll in await self._open(urn, {"year": year}):
                    book, before = await self._books.read(urn, year), roll.seen()
                    if leave(roll, gone) or spans_of(roll, book) != roll.spans:
                        await self._shelf.write(roll, book, before, feed, cause)
                return
            except Conflict:
                continue
        raise StillChanging("roll")

    async def _whose(
        self, urn: str, year: int, asked: Sequence[Group], feed: int, today: date, cause: Cause
    ) -> tuple[dict[str, str], dict[str, str]]:
        """From key to child: what the school's roll links, and what the index says of the groups that it does not link to one child."""
        rolls = await self._open(urn, {"year": year}, people=False)
        known = {key: child for roll in rolls for key, (child, _) in roll.links.items()}
        # two records of which a file says that they are one child's stay two: what they are together is a join
        unsettled = [
            group
            for group in await self._joins.apart(urn, asked)
            if None in (records := {known.get(key) for key in group}) or len(records) > 1
        ]
        joined = await self._joins.groups(urn) if any(len(group) > 1 for group in unsettled) else {}
        identified = await self._identities.identify(urn, unsettled, year, today, joined, cause)
        if identified.joins:
            await self._joins.join_by_file(urn, identified.joins, feed, today, cause)
        return known, identified.ids

    async def _link(
        self, urn: str, year: int, links: Mapping[str, str], fields: Mapping[str, Mapping[str, Any]], writer: int, today: date, cause: Cause
    ) -> Book:
        """Enter children in the roll documents of their cohorts, a document a write. Conflict: read again and enter again.

        Returns the book by which it was done.
        """
        cohorts = await self._disposal.cohorts_for(links.values(), year, today)
        by_cohort: dict[str, dict[str, str]] = {}
        rolls = {roll.document["cohort"]: roll for roll in await self._open(urn, {"year": year})}
        book = await self._books.read(urn, year)
        placed = {child: cohort for cohort, roll in rolls.items() for child in roll.document["children"]}
        for key, child in links.items():
            by_cohort.setdefault(placed.get(child, cohorts[child]), {})[key] = child
        feed = feed_of(writer)
        begun = is_begun((entry for roll in rolls.values() for entry in (roll.people or {}).values()), feed)
        for cohort, some in by_cohort.items():
            roll = rolls.get(cohort) or await self._shelf.at(urn, year, cohort)
            before = roll.seen()
            if enter(roll, some, fields, writer):
                await self._shelf.write(roll, book, before, feed, cause, begun=begun)
        return book

    # moving ---------------------------------------------------------------------------------------------------------

    async def move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        """Take a child out of its roll document and enter it in the one of the later cohort, in one transaction."""
        old = self._shelf.opened(document)
        assert old.people is not None
        entry = old.people.pop(child)
        links = {key: link for key, link in old.links.items() if link[0] == child}
        for key in links:
            del old.links[key]
        new = await self._shelf.at(document["school"], document["year"], due)
        assert new.people is not None
        new.people[child] = entry
        new.links |= links
        identities = [later for key in links if (later := await self._identities.later(document["school"], key, due))]
        book = await self._books.read(document["school"], document["year"])
        async with self._documents.transaction() as session:
            for identity in identities:
                await self._documents.write(Change(identity), cause, session=session)
            if old.people or document["outbox"]:
                await self._documents.write(Change(self._shelf.sealed(old, book, again=True)), cause, session=session)
            else:
                await self._documents.delete(old.document, session=session)
            await self._documents.write(Change(self._shelf.sealed(new, book)), cause, session=session)


def _records(wanted: Mapping[str, Iterable[str]]) -> set[str]:
    return {record for records in wanted.values() for record in records}
