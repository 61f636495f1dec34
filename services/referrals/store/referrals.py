"""Referrals, and the orders of the concerns behind them, which change in one transaction.

| `_id` | in clear | sealed |
|---|---|---|
| `concern:<school>:<child>:<year>` | the highest order seen of each rule | nothing |
| `referral:<id>` | state, officer, rules met with their orders, times of writing | figures, decisions, enforcement requests; its history |

The history is sealed apart (`sealed_history`), so that a list of referrals does not read it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter

from services.referrals.domain.concerns import Heard, Seen, noted
from services.referrals.domain.history import Entry
from services.referrals.domain.lifecycle import LIVE, State
from services.referrals.domain.referral import Private, Referral
from services.referrals.errors import NoSuchReferral, StillChanging
from shared import academic_year
from shared.contracts.envelope import Cause, Draft
from shared.disposal import TRIES, Disposal, resealed
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents

_CLEAR: Final = Referral.model_fields.keys() - {"id", "private"}
_HISTORY: Final = TypeAdapter(tuple[Entry, ...])
_WITHOUT_HISTORY: Final = {"sealed_history": 0}
NOTHING: Final[Mapping[str, Sequence[Draft]]] = MappingProxyType({})
Step = Callable[[Referral], tuple[Referral, Sequence[Draft]]]
"""What is done to a referral, and the events which that causes. The same referral: nothing is written."""


@dataclass(frozen=True, slots=True)
class Held:
    """A referral with the document it was read from, whose version and outbox its writer carries over."""

    referral: Referral
    document: Document


@dataclass(frozen=True, slots=True)
class Ordered:
    """The orders seen for a child, school and year, with their document."""

    seen: Seen
    document: Document


class Referrals:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    # concerns -------------------------------------------------------------------------------------------------------

    async def orders(self, school: str, child: str, year: int) -> Ordered:
        id_ = f"concern:{school}:{child}:{year}"
        found = await self._documents.get(id_)
        empty: Document = {"_id": id_, "kind": "concern", "school": school, "children": [child], "year": year, "version": 0}
        return Ordered(found["orders"] if found else {}, found or empty)

    async def live(self, school: str, records: Iterable[str]) -> list[Held]:
        """Proposals and open cases at the school that say something of these records. Each record has one of its own at most."""
        found = await self._documents.find("referral", {"children": {"$in": sorted(records)}, "school": school, "open": True})
        return [self._held(document) for document in found]

    async def take_in(
        self, heard: Heard, orders: Ordered, held: Held | None, settled: Referral | None, cause: Cause, *, moving: bool
    ) -> None:
        """The order and what it does to the referral, in one transaction, so that an event counts once. Conflict: read again.

        `moving`: what is said of the child may be in another referral by now, so this one is to be as it was read.
        """
        cohort = await self._cohort(heard.child, heard.year)
        concern = {
            **orders.document,
            "orders": noted(orders.seen, heard),
            "cohort": max(cohort, orders.document.get("cohort", cohort)),
        }
        changed = settled if settled and (held is None or moving or settled != held.referral) else None
        referral = await self._document(changed, held, heard.year) if changed else None
        async with self._documents.transaction() as session:
            await self._documents.write(Change(concern), cause, session=session)
            if referral:
                await self._documents.write(Change(referral), cause, session=session)

    # joined records ------------------------------------------------------------------------------------------------

    async def touched(self, school: str, records: Iterable[str]) -> list[Held]:
        """What of the school's referrals a join or a parting of these records may change: the live ones, and what names two records."""
        found = await self._documents.find("referral", {"children": {"$in": sorted(records)}, "school": school})
        return [self._held(one) for one in found if one["open"] or len(one["children"]) > 1]

    async def settle(
        self, changed: Sequence[Referral], found: Sequence[Held], cause: Cause, drafts: Mapping[str, Sequence[Draft]] = NOTHING
    ) -> None:
        """All or nothing; Conflict when one of them was written meanwhile. `drafts`: the events that each causes, by its id."""
        held = {one.referral.id: one for one in found}
        # who ends goes first: a record has one live referral at a time
        in_order = sorted(changed, key=lambda one: one.live)
        documents = [await self._document(one, held.get(one.id), one.year) for one in in_order]
        async with self._documents.transaction() as session:
            written = [
                await self._documents.write(Change(document, drafts.get(one.id, ())), cause, session=session)
                for one, document in zip(in_order, documents, strict=True)
            ]
        await self._documents.publish_or_leave(written)

    async def keep_whole(self, document: Document, _: str, due: str, cause: Cause) -> None:
        """One of the records that it names stays longer, and so does the referral."""
        await self._documents.write(Change(resealed(document, due, self._sealer)), cause)

    # referrals ------------------------------------------------------------------------------------------------------

    async def get(self, id_: str) -> Held | None:
        found = await self._documents.get(f"referral:{id_}")
        return self._held(found) if found else None

    async def in_states(self, states: Iterable[State], schools: Collection[str] | None) -> list[Referral]:
        """Referrals in some states, of some schools or (None) of all."""
        query: dict[str, Any] = {"state": {"$in": list(states)}}
        if schools is not None:
            query["school"] = {"$in": sorted(schools)}
        return [self._held(document).referral for document in await self._documents.find("referral", query, _WITHOUT_HISTORY)]

    async def of_children(self, school: str, children: Iterable[str], states: Iterable[State]) -> list[Referral]:
        query = {"children": {"$in": sorted(children)}, "school": school}
        found = await self._documents.find("referral", query, _WITHOUT_HISTORY)
        kept = set(states)
        return [held.referral for held in map(self._held, found) if held.referral.state in kept]

    async def change(self, id_: str, step: Step, cause: Cause) -> Referral:
        """Do a step and publish what it causes, in one write. The step is done again on what another wrote meanwhile."""
        for _ in range(TRIES):
            held = await self.get(id_)
            if held is None:
                raise NoSuchReferral
            after, drafts = step(held.referral)
            if after == held.referral:
                return after
            document = await self._document(after, held, academic_year.of(self._settings.today()))
            try:
                await self._documents.write(Change(document, drafts), cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def _document(self, referral: Referral, held: Held | None, year: int) -> Document:
        """The referral as it is stored. It is kept as long as the latest year in which something was said of it asks for."""
        before: Document = held.document if held else {"version": 0}
        children = sorted(referral.records)
        cohorts = await self._disposal.cohorts_for(children, year, self._settings.today())
        cohort = max(*cohorts.values(), before.get("cohort", ""))
        id_ = f"referral:{referral.id}"
        clear = referral.model_dump(exclude={"id", "private"})
        return {
            **before,
            **clear,
            "_id": id_,
            "kind": "referral",
            "children": children,
            "concerns": list(clear["concerns"]),
            "open": referral.state in LIVE,
            "cohort": cohort,
            "sealed": self._sealer.seal(cohort, id_, "sealed", referral.private.model_dump_json(exclude={"history"}).encode()),
            **self._sealed_history(referral, cohort, id_),
        }

    def _sealed_history(self, referral: Referral, cohort: str, id_: str) -> Document:
        if not referral.private.history:
            return {}
        return {"sealed_history": self._sealer.seal(cohort, id_, "sealed_history", _HISTORY.dump_json(referral.private.history))}

    def _held(self, document: Document) -> Held:
        cohort, id_ = document["cohort"], document["_id"]
        private = Private.model_validate_json(self._sealer.open(cohort, id_, "sealed", bytes(document["sealed"])))
        if written := document.get("sealed_history"):
            history = _HISTORY.validate_json(self._sealer.open(cohort, id_, "sealed_history", bytes(written)))
            private = private.model_copy(update={"history": history})
        clear = {name: document[name] for name in _CLEAR & document.keys()}
        return Held(Referral(id=id_.partition(":")[2], private=private, **clear), document)

    # ----------------------------------------------------------------------------------------------------------------

    async def _cohort(self, child: str, year: int) -> str:
        return (await self._disposal.cohorts_for([child], year, self._settings.today()))[child]
