"""Referrals, and the orders of the concerns behind them, which change in one transaction.

| `_id` | in clear | sealed |
|---|---|---|
| `concern:<school>:<child>:<year>` | the highest order seen of each rule | nothing |
| `referral:<id>` | state, rules met with their orders, times of writing | figures, decisions, enforcement requests |
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.referrals.domain.concerns import Heard, Seen, noted
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

Step = Callable[[Referral], tuple[Referral, Sequence[Draft]]]
"""What is done to a referral, and the events which that causes. The same referral: nothing is written."""
Same = Callable[[Referral], Referral]
"""What a case's own record keeps of something that was done in it."""
_ACTS: Final = {"entries": 1, "acted_at": 1, "next_due": 1}


@dataclass(frozen=True, slots=True)
class Held:
    """A referral with the document it was read from, whose version and outbox its writer carries over."""

    referral: Referral
    document: Document


@dataclass(frozen=True, slots=True)
class Acts:
    """What a case shows of its entries and tasks."""

    entries: int
    acted_at: datetime | None
    """When the latest entry was written."""
    next_due: date | None
    """The earliest day on which something is due that is not done."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """The orders seen for a child, school and year, with their document."""

    seen: Seen
    document: Document


def same(referral: Referral) -> Referral:
    return referral


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

    async def settle(self, changed: Sequence[Referral], found: Sequence[Held], cause: Cause) -> None:
        """All or nothing; Conflict when one of them was written meanwhile."""
        held = {one.referral.id: one for one in found}
        # who ends goes first: a record has one live referral at a time
        in_order = sorted(changed, key=lambda one: one.live)
        documents = [await self._document(one, held.get(one.id), one.year) for one in in_order]
        async with self._documents.transaction() as session:
            for document in documents:
                await self._documents.write(Change(document), cause, session=session)

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
        return [self._held(document).referral for document in await self._documents.find("referral", query)]

    async def of_children(self, school: str, children: Iterable[str], states: Iterable[State]) -> list[Referral]:
        found = await self._documents.find("referral", {"children": {"$in": sorted(children)}, "school": school})
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

    async def acts(self, ids: Sequence[str]) -> dict[str, Acts]:
        found = await self._documents.find("referral", {"_id": {"$in": [f"referral:{one}" for one in ids]}}, _ACTS)
        return {document["_id"].partition(":")[2]: _acts(document) for document in found}

    async def acted(self, id_: str, note: Same, cause: Cause, session: Any) -> None:
        """Bring what the case shows of its entries and tasks up to date, in the transaction that has changed them."""
        found = await self._documents.find("referral", {"_id": f"referral:{id_}"}, session=session)
        if not found:
            raise NoSuchReferral
        held = self._held(found[0])
        after = note(held.referral)
        document = held.document
        if after != held.referral:
            document = await self._document(after, held, academic_year.of(self._settings.today()))
        acts = await self._acts(id_, session)
        await self._documents.write(Change({**document, **acts}), cause, session=session)

    async def _acts(self, id_: str, session: Any) -> Document:
        entries = await self._documents.find(
            "intervention", {"case": id_, "struck": False}, {"_id": 0, "recorded_at": 1, "due": 1}, session=session
        )
        tasks = await self._documents.find("task", {"case": id_, "done": False}, {"_id": 0, "due": 1}, session=session)
        return {
            "entries": len(entries),
            "acted_at": max((entry["recorded_at"] for entry in entries), default=None),
            "next_due": min((one["due"] for one in (*entries, *tasks) if one["due"]), default=None),
        }

    async def _document(self, referral: Referral, held: Held | None, year: int) -> Document:
        """The referral as it is stored. It is kept as long as the latest year in which something was said of it asks for."""
        before: Document = held.document if held else {"version": 0}
        children = sorted(referral.records)
        cohorts = await self._disposal.cohorts_for(children, year, self._settings.today())
        cohort = max(*cohorts.values(), before.get("cohort", ""))
        # when it would be due if the child's date had never moved: what was done in a later year than its concerns' counts too
        own = max(self._disposal.cohort(year, self._settings.today()), before.get("own", ""))
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
            "own": own,
            "sealed": self._sealer.seal(cohort, id_, "sealed", referral.private.model_dump_json().encode()),
        }

    def _held(self, document: Document) -> Held:
        plain = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
        clear = {name: document.get(name) for name in Referral.model_fields if name not in ("id", "private")}
        private = Private.model_validate_json(plain)
        return Held(Referral(id=document["_id"].partition(":")[2], private=private, **clear), document)

    # ----------------------------------------------------------------------------------------------------------------

    async def _cohort(self, child: str, year: int) -> str:
        return (await self._disposal.cohorts_for([child], year, self._settings.today()))[child]


def _acts(document: Document) -> Acts:
    due = document.get("next_due")
    return Acts(document.get("entries", 0), document.get("acted_at"), date.fromisoformat(due) if due else None)
