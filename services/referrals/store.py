"""The collection `referrals`: officers, concerns' orders, referrals, interventions. With joins.py the only file that knows MongoDB.

| kind | `_id` | in clear | sealed |
|---|---|---|---|
| silence | `silence:<school>` | the days of which the school's register was late, and whether it has come | nothing |
| officer | `officer:<id>` | name, e-mail, schools: an officer is staff, and no disposal date is theirs | nothing |
| concern | `concern:<school>:<child>:<year>` | the highest order seen of each rule | nothing |
| referral | `referral:<id>` | state, rules met with their orders, times of writing | figures, decisions, enforcement requests |
| intervention | `intervention:<id>` | case, when a next step is due | all that the officer wrote |
| join | see joins.py | | |
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.referrals.domain import silence
from services.referrals.domain.concerns import Heard, Seen, noted
from services.referrals.domain.intervention import Intervention
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

COHORT_KINDS = ("concern", "referral", "intervention", "join")
"""Kinds that are disposed of with the child's cohort."""
KINDS = ("officer", "silence", *COHORT_KINDS, "clock", "purge")

Step = Callable[[Referral], tuple[Referral, Sequence[Draft]]]
"""What is done to a referral, and the events which that causes. The same referral: nothing is written."""


class Officer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    email: str
    schools: tuple[str, ...]


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


class Store:
    """Built in the composition root."""

    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    # officers -------------------------------------------------------------------------------------------------------

    async def put_officer(self, officer: Officer, cause: Cause) -> Officer:
        for _ in range(TRIES):
            found = await self._documents.get(f"officer:{officer.id}")
            if found and _officer(found) == officer:
                return officer
            kept = found or {"_id": f"officer:{officer.id}", "kind": "officer", "version": 0}
            told = {"name": officer.name, "email": officer.email, "schools": list(officer.schools)}
            try:
                await self._documents.write(Change({**kept, **told}), cause)
                return officer
            except Conflict:
                continue
        raise StillChanging

    async def officers(self) -> list[Officer]:
        found = await self._documents.find("officer", {"_id": {"$gte": "officer:", "$lt": "officer;"}})
        return [_officer(document) for document in found]

    async def officer(self, id_: str) -> Officer | None:
        found = await self._documents.get(f"officer:{id_}")
        return _officer(found) if found else None

    # silent schools --------------------------------------------------------------------------------------------------

    async def note_silence(self, school: str, day: date, *, silent: bool, cause: Cause) -> None:
        """What was told of one day of a school's register; told again it changes nothing."""
        id_ = f"silence:{school}"
        for _ in range(TRIES):
            document = await self._documents.get(id_) or {"_id": id_, "kind": "silence", "school": school, "days": {}, "version": 0}
            days = silence.noted(document["days"], day, silent=silent)
            if days == document["days"]:
                return
            try:
                await self._documents.write(Change({**document, "days": days}), cause)
                return
            except Conflict:
                continue
        raise StillChanging

    async def late_registers(self, schools: Iterable[str]) -> set[str]:
        """Those of the schools whose register is late."""
        found = await self._documents.find("silence", {"_id": {"$in": sorted({f"silence:{school}" for school in schools})}})
        return {document["school"] for document in found if silence.is_late(document["days"], self.today())}

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

    async def referral(self, id_: str) -> Held | None:
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
            held = await self.referral(id_)
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
            "sealed": self._sealer.seal(cohort, id_, "sealed", referral.private.model_dump_json().encode()),
        }

    def _held(self, document: Document) -> Held:
        plain = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
        clear = {name: document.get(name) for name in Referral.model_fields if name not in ("id", "private")}
        private = Private.model_validate_json(plain)
        return Held(Referral(id=document["_id"].partition(":")[2], private=private, **clear), document)

    # interventions --------------------------------------------------------------------------------------------------

    async def add(self, intervention: Intervention, referral: Referral, drafts: Sequence[Draft], cause: Cause) -> None:
        """Conflict when one with this id is there."""
        id_ = f"intervention:{intervention.id}"
        year = academic_year.of(intervention.day)
        cohort = await self._cohort(referral.child, year)
        document = {
            "_id": id_,
            "kind": "intervention",
            "version": 0,
            "case": referral.id,
            "school": referral.school,
            "children": [referral.child],
            "year": year,
            "cohort": cohort,
            "recorded_at": intervention.recorded_at,
            "due": intervention.due.isoformat() if intervention.due else None,
            "sealed": self._sealer.seal(cohort, id_, "sealed", intervention.model_dump_json().encode()),
        }
        await self._documents.write(Change(document, drafts), cause)

    async def intervention(self, id_: str) -> Intervention | None:
        found = await self._documents.get(f"intervention:{id_}")
        return self._intervention(found) if found else None

    async def interventions(self, case: str) -> list[Intervention]:
        """Of a case, by day and then as they were recorded."""
        found = [self._intervention(document) for document in await self._documents.find("intervention", {"case": case})]
        return sorted(found, key=lambda one: (one.day, one.recorded_at))

    async def next_steps(self, cases: Sequence[str]) -> dict[str, list[str | None]]:
        """For each case its interventions' due days (ISO; None where no next step is due)."""
        found = await self._documents.find("intervention", {"case": {"$in": list(cases)}}, {"case": 1, "due": 1})
        steps: dict[str, list[str | None]] = {case: [] for case in cases}
        for document in found:
            steps[document["case"]].append(document["due"])
        return steps

    def _intervention(self, document: Document) -> Intervention:
        plain = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
        return Intervention.model_validate_json(plain)

    # ----------------------------------------------------------------------------------------------------------------

    async def _cohort(self, child: str, year: int) -> str:
        return (await self._disposal.cohorts_for([child], year, self._settings.today()))[child]

    def now(self) -> datetime:
        """In milliseconds, as MongoDB keeps it: an answer given again is then the same to the last digit."""
        now = self._settings.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def today(self) -> date:
        return self._settings.today()


def _officer(document: Document) -> Officer:
    return Officer(id=document["_id"].partition(":")[2], name=document["name"], email=document["email"], schools=tuple(document["schools"]))
