"""The orders of the concerns heard, and what they did to referrals, which change in one transaction.

| `_id` | in clear | sealed |
|---|---|---|
| `concern:<school>:<child>:<year>` | the highest order seen of each rule | nothing |
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from services.referrals.domain.hearing import Hearing, Key
from services.referrals.domain.one_child import Groups, joined_by
from services.referrals.domain.referral import Referral
from services.referrals.store.held import Held, document_of, opened
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents

_KNOWN = ("concern", "join", "referral", "clock")
_OF_USE = {"$or": [{"kind": {"$in": ["concern", "clock"]}}, {"kind": "join", "state": "joined"}, {"kind": "referral", "open": True}]}
_ENDED = {"kind": "referral", "open": False, "leave": None}
_OF_SEVERAL = {"$or": [{"kind": "join", "state": "joined"}, {"kind": "referral", "children.1": {"$exists": True}}]}
_BY_CHILD = "by_child"
"""One look at an index gives all that is held of some children, of whatever kind."""


@dataclass(slots=True)
class Known:
    """What is held of some children when concerns about them are heard, of their joined records too."""

    orders: dict[Key, Document] = field(default_factory=dict)
    referrals: dict[str, Held] = field(default_factory=dict)
    """By id: the live ones, and what has ended where that was asked for."""
    pairs: dict[str, list[frozenset[str]]] = field(default_factory=lambda: defaultdict(list))
    """By school, the records that were joined."""
    moved: dict[str, str] = field(default_factory=dict)
    """By child, the date to which its records were moved."""

    @property
    def groups(self) -> dict[str, Groups]:
        return {school: joined_by(pairs) for school, pairs in self.pairs.items()}

    def hearing(self) -> Hearing:
        seen = {key: document["orders"] for key, document in self.orders.items()}
        return Hearing(seen, (one.referral for one in self.referrals.values()), self.groups)


class Concerns:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    async def known(self, children: Iterable[str], stood: Collection[str] = ()) -> Known:
        """In one look, and in one more for each step from record to record of joined children. `stood`: the children whose ended referrals
        matter too."""
        known, edge, looked = Known(), set(children), set[str]()
        if stood:
            for document in await self._documents.find_all({"children": {"$in": sorted(set(stood))}, **_ENDED}, _KNOWN, hint=_BY_CHILD):
                self._note(known, document)
        while edge:
            looked |= edge
            query = {"children": {"$in": sorted(edge)}, **_OF_USE}
            found = await self._documents.find_all(query, _KNOWN, hint=_BY_CHILD)
            for document in found:
                self._note(known, document)
            edge = {record for document in found if document["kind"] in ("join", "referral") for record in document["children"]} - looked
        return known

    def _note(self, known: Known, document: Document) -> None:
        match document["kind"]:
            case "concern":
                known.orders[document["school"], document["children"][0], document["year"]] = document
            case "join":
                known.pairs[document["school"]].append(frozenset(document["children"]))
            case "clock":
                known.moved[document["_id"].removeprefix("clock:")] = document["due"]
            case _:
                held = opened(document, self._sealer)
                known.referrals[held.referral.id] = held

    async def take_in(self, hearing: Hearing, known: Known, cause: Cause) -> None:
        """The orders and what they do to referrals, all or nothing, so that an event counts once. Conflict: read again.

        What was eased away goes before, by itself: a write that takes a document out of indexes costs MongoDB ten times as much in a
        transaction, and whoever ends in between hears the easing again, which then only has its order noted. It waits for no journal: the
        transaction does, behind it. Whoever reads again before that is in the journal sees it as it was, and meets one more conflict.
        """
        orders = [self._order(key, hearing, known) for key in hearing.noted]
        # a record has one live referral at a time: one that ends was there before one that begins, and is written before it
        referrals = {id_: self._referral(hearing.referrals[id_], year, known) for id_, year in hearing.changed.items()}
        gone = hearing.eased_away
        if not await self._documents.write_ahead([Change(referrals[id_], read=known.referrals[id_].document) for id_ in gone], cause):
            raise Conflict("referral")
        rest = [document for id_, document in referrals.items() if id_ not in gone]
        await self._documents.write_as_one([Change(document) for document in (*orders, *rest)], cause)

    def _order(self, key: Key, hearing: Hearing, known: Known) -> Document:
        school, child, year = key
        id_ = f"concern:{school}:{child}:{year}"
        empty: Document = {"_id": id_, "kind": "concern", "school": school, "children": [child], "year": year, "version": 0}
        before = known.orders.get(key, empty)
        cohort = max(self._cohorts([child], year, known)[child], before.get("cohort", ""))
        return {**before, "orders": dict(hearing.seen[key]), "cohort": cohort}

    def _referral(self, referral: Referral, year: int, known: Known) -> Document:
        own, cohorts = self._disposal.cohort(year, self._settings.today()), self._cohorts(referral.records, year, known)
        return document_of(referral, known.referrals.get(referral.id), cohorts, own, self._sealer)

    def _cohorts(self, children: Iterable[str], year: int, known: Known) -> Mapping[str, str]:
        own = self._disposal.cohort(year, self._settings.today())
        return {child: max(own, known.moved.get(child, own)) for child in children}

    async def of_several(self, children: Iterable[str]) -> dict[str, set[str]]:
        """Records, by school, that are joined with one of these children by now, or are named by one referral with it."""
        query = {"children": {"$in": sorted(set(children))}, **_OF_SEVERAL}
        found = await self._documents.find_all(query, ("join", "referral"), {"school": 1, "children": 1}, hint=_BY_CHILD)
        records: defaultdict[str, set[str]] = defaultdict(set)
        for document in found:
            records[document["school"]].update(document["children"])
        return records
