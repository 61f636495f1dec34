"""Rolls as they are read: who is on them, what they say of each child, whom they link. See rolls.py for what they are."""

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
from services.attendance.domain.roll_book import Entry, Links, fields_now, fields_of, named_by, one_of, person
from services.attendance.domain.roll_row import RollRow
from services.attendance.store.books import Books
from services.attendance.store.identities import Identities
from services.attendance.store.joins import Joins
from services.attendance.store.joins_read import JOINED
from services.attendance.store.roll_shelf import Roll, Shelf
from services.attendance.store.roll_texts import RollTexts, entries_in
from shared.contracts.attendance import Fingerprint, Person, RollPage, Withheld
from shared.disposal import Disposal
from shared.mongo import Document
from shared.recent import Recent
from shared.sealing import Sealer
from shared.store import Documents

ALL = {"_id": {"$gte": "roll:", "$lt": "roll;"}}
"""Every roll, by the index that every collection has."""
PAGE = 500
"""Children in one answer: it stays well under the largest message."""
_HEAD: Mapping[str, int] = MappingProxyType({"version": 1, "cohort": 1})
_LINKS: Mapping[str, int] = MappingProxyType({**_HEAD, "year": 1, "sealed_links": 1, "sealed_spans": 1})
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


class RollsRead:
    """What the school's files say of its children, as it is read."""

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

    async def on_roll(self, urn: str, years: Sequence[int]) -> OnRoll:
        """Who the school's rolls of these years, the earliest first, named, and who of them comes or goes within a year."""
        # a school sends a file a day: mostly nothing is remembered of it, and to ask once more would cost more than what is read in vain
        found = await self._documents.beginning((self.prefix(urn), self._joins.prefix(urn)), {**_LINKS, **JOINED})
        rolls = [one for one in found if one["_id"].startswith("roll:") and one["year"] in years]
        last = self._last_read.get(urn)
        if last is None or last.versions != self.versions_in(rolls) or list(last.of_years) != list(years):
            last = self._read_again(self._shelf.readable(rolls, people=False), years)
            self._last_read.keep(urn, last)
        for year, links in last.of_years.items():
            self._recent.keep((urn, year), links)
        groups = self._joins.groups_in(found)
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

    async def births(self, urn: str, children: Collection[str]) -> tuple[dict[str, int], dict[str, date]]:
        """The birth date of each of these children of whom a roll of the school tells one, the latest roll's; and the versions of the
        school's rolls."""
        versions, said = dict[str, int](), dict[str, str | None]()
        for document, text in await self.texts.of_school(urn):
            versions[document["_id"]] = document["version"]
            said |= {child: fields_now(entry).get("born") for child, entry in entries_in(text, children).items()}
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


def _records(wanted: Mapping[str, Iterable[str]]) -> set[str]:
    return {record for records in wanted.values() for record in records}
