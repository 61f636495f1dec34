"""Referrals.

| `_id` | in clear | sealed |
|---|---|---|
| `referral:<id>` | state, officer, rules met with their orders, times of writing | figures, decisions, enforcement requests; its history |
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, get_args

from services.referrals.domain import lifecycle
from services.referrals.domain.lifecycle import State
from services.referrals.domain.referral import OF_LEAVE, Referral
from services.referrals.errors import NoSuchReferral, StillChanging
from services.referrals.store.held import WITHOUT_HISTORY, Held, document_of, opened
from shared import academic_year
from shared.contracts.envelope import Cause, Draft
from shared.disposal import Disposal, resealed
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

NOTHING: Final[Mapping[str, Sequence[Draft]]] = MappingProxyType({})
Step = Callable[[Referral], tuple[Referral, Sequence[Draft]]]
"""What is done to a referral, and the events which that causes. The same referral: nothing is written."""
Guard = Callable[[], Awaitable[Iterable[Document]]]
"""Looks whether a step may be done now, and raises where it may not. What it went by is written with the referral, and so has to stand."""
Same = Callable[[Referral], Referral]
"""What a case's own record keeps of something that was done in it."""


def same(referral: Referral) -> Referral:
    return referral


def worked(referral: Referral) -> Referral:
    """NotPossible in a case that is not open as it is written: whoever read it may have read it before it was closed."""
    lifecycle.work(referral.state)
    return referral


class Referrals:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    # joined records ------------------------------------------------------------------------------------------------

    async def touched(self, school: str, records: Iterable[str]) -> list[Held]:
        """What of the school's referrals a join or a parting of these records may change: the live ones, and what names two records."""
        found = await self._documents.find("referral", {"children": {"$in": sorted(records)}, "school": school})
        return [self._held(one) for one in found if one["open"] or len(one["children"]) > 1]

    async def live(self, school: str, records: Iterable[str]) -> list[Held]:
        """Proposals and open cases at the school that say something of these records. Each record has one of its own at most."""
        found = await self._documents.find("referral", {"children": {"$in": sorted(records)}, "school": school, "open": True})
        return [self._held(document) for document in found]

    async def settle(
        self,
        changed: Sequence[Referral],
        found: Sequence[Held],
        cause: Cause,
        drafts: Mapping[str, Sequence[Draft]] = NOTHING,
        beside: Iterable[Document] = (),
    ) -> None:
        """All or nothing; Conflict when one of them was written meanwhile. `drafts`: the events that each causes, by its id; `beside`: what
        was gone by, and has to stand."""
        held = {one.referral.id: one for one in found}
        # who ends goes first: a record has one live referral at a time
        in_order = sorted(changed, key=lambda one: one.live)
        documents = [await self._document(one, held.get(one.id), one.year) for one in in_order]
        async with self._documents.transaction() as session:
            written = [
                await self._documents.write(Change(document, drafts.get(one.id, ())), cause, session=session)
                for one, document in zip(in_order, documents, strict=True)
            ]
            for one in beside:
                await self._documents.write(Change(one), cause, session=session)
        await self._documents.publish_or_leave(written)

    async def keep_whole(self, document: Document, _: str, due: str, cause: Cause) -> None:
        """One of the records that it names stays longer, and so does the referral."""
        await self._documents.write(Change(resealed(document, due, self._sealer)), cause)

    # referrals ------------------------------------------------------------------------------------------------------

    async def get(self, id_: str) -> Held | None:
        found = await self._documents.get(f"referral:{id_}")
        return self._held(found) if found else None

    async def of_officer(self, officer: str) -> list[Held]:
        """Open cases that are an officer's."""
        return [self._held(one) for one in await self._documents.find("referral", {"officer": officer, "open": True})]

    async def covered_for(self, officer: str) -> list[Held]:
        """Open cases of an officer which somebody else has until that one is back."""
        return [self._held(one) for one in await self._documents.find("referral", {"covers": officer, "open": True})]

    async def is_going(self, case: Referral) -> bool:
        """Whether the disposal of the case, or of something in it, has begun."""
        of_case = [{"_id": f"referral:{case.id}"}, {"case": case.id}]
        return await self._disposal.begun({"children": case.child, "$or": of_case})

    async def document(self, after: Referral, held: Held) -> Document:
        """As it is stored by somebody who writes it together with other documents."""
        return await self._document(after, held, academic_year.of(self._settings.today()))

    async def in_states(self, states: Iterable[State], schools: Collection[str] | None) -> list[Referral]:
        """Referrals in some states, of some schools or (None) of all."""
        query: dict[str, Any] = {"state": {"$in": list(states)}}
        if schools is not None:
            query["school"] = {"$in": sorted(schools)}
        return [self._held(document).referral for document in await self._documents.find("referral", query, WITHOUT_HISTORY)]

    async def of_school(self, school: str) -> list[Referral]:
        """All of a school, whatever became of them, with their histories."""
        found = await self._documents.find("referral", {"state": {"$in": list(get_args(State))}, "school": school})
        return [self._held(document).referral for document in found]

    async def of_children(self, school: str, children: Iterable[str], states: Iterable[State]) -> list[Referral]:
        query = {"children": {"$in": sorted(children)}, "school": school, "state": {"$in": list(states)}}
        return [self._held(document).referral for document in await self._documents.find("referral", query, WITHOUT_HISTORY)]

    async def everywhere(self, records: Iterable[str]) -> list[Referral]:
        """Of a child's records at whichever school: for who then says what of it may be told."""
        found = await self._documents.find("referral", {"children": {"$in": sorted(records)}}, WITHOUT_HISTORY)
        return [self._held(document).referral for document in found]

    async def lapsed_since(self, school: str, at: datetime) -> list[Referral]:
        """Proposals of the school whose concerns have all eased since."""
        query = {"state": "lapsed", "school": school, "closed_at": {"$gt": at}}
        return [self._held(document).referral for document in await self._documents.find("referral", query, WITHOUT_HISTORY)]

    async def change_all(self, ids: Collection[str], step: Same, cause: Cause) -> None:
        """The same step for many, which causes no event, in one round trip; done again on those that another wrote meanwhile."""
        pending = {f"referral:{one}" for one in ids}
        async for _ in tries():
            found = [self._held(one) for one in await self._documents.find("referral", {"_id": {"$in": sorted(pending)}})]
            changed = [(held, after) for held in found if (after := step(held.referral)) != held.referral]
            cohorts, own = await self._cohorts(record for _, after in changed for record in after.records), self._own()
            changes = [Change(document_of(after, held, cohorts, own, self._sealer)) for held, after in changed]
            pending = await self._documents.write_all(changes, cause)
            if not pending:
                return
        raise StillChanging

    async def some(self, ids: Collection[str]) -> dict[str, Held]:
        """By id; what is not there is not among them."""
        held = [
            self._held(one) for one in await self._documents.find("referral", {"_id": {"$in": sorted(f"referral:{one}" for one in ids)}})
        ]
        return {one.referral.id: one for one in held}

    async def put_all(
        self,
        after: Collection[Referral],
        found: Mapping[str, Held],
        drafts: Mapping[str, Sequence[Draft]],
        beside: Collection[Document],
        cause: Cause,
    ) -> None:
        """Write many, new ones too, and publish what each causes: all, or none and Conflict. `beside`: what nobody is to have written since
        it was read; it is written as it was."""
        cohorts, own = await self._cohorts(record for one in after for record in one.records), self._own()
        changes = [Change(document_of(one, found.get(one.id), cohorts, own, self._sealer), drafts.get(one.id, ())) for one in after]
        written = await self._documents.write_as_one([*changes, *map(Change, beside)], cause)
        await self._documents.publish_or_leave(written)

    async def count(self, school: str, states: Iterable[State]) -> int:
        """Of casework alone: what a school buys."""
        return await self._documents.count("referral", {"school": school, "state": {"$in": list(states)}, "path": {"$ne": OF_LEAVE}})

    async def change(self, id_: str, step: Step, cause: Cause, guard: Guard | None = None) -> Referral:
        """Do a step and publish what it causes, in one write. The step is done again on what another wrote meanwhile, and so is the
        guard, which is asked where the step changes something."""
        async for _ in tries():
            held = await self.get(id_)
            if held is None:
                raise NoSuchReferral
            after, drafts = step(held.referral)
            if after == held.referral:
                return after
            gone_by = await guard() if guard else ()
            document = await self._document(after, held, academic_year.of(self._settings.today()))
            try:
                await self._write(Change(document, drafts), gone_by, cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def _write(self, change: Change, beside: Iterable[Document], cause: Cause) -> None:
        others = [Change(one) for one in beside]
        if not others:
            await self._documents.write(change, cause)
            return
        async with self._documents.transaction() as session:
            written = [await self._documents.write(one, cause, session=session) for one in (change, *others)]
        await self._documents.publish_or_leave(written)

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
        acts = await self._acts(after, session)
        await self._documents.write(Change({**document, **acts}), cause, session=session)

    async def _acts(self, case: Referral, session: Any) -> Document:
        id_ = case.id
        entries = await self._documents.find(
            "intervention", {"case": id_, "struck": False}, {"_id": 0, "recorded_at": 1, "due": 1}, session=session
        )
        tasks = await self._documents.find("task", {"case": id_, "done": False}, {"_id": 0, "due": 1}, session=session)
        return {
            "entries": len(entries),
            "acted_at": max((at for at in (*(entry["recorded_at"] for entry in entries), case.begun_at) if at), default=None),
            "next_due": min((one["due"] for one in (*entries, *tasks) if one["due"]), default=None),
        }

    async def _cohorts(self, records: Iterable[str]) -> dict[str, str]:
        today = self._settings.today()
        return await self._disposal.cohorts_for(records, academic_year.of(today), today)

    def _own(self) -> str:
        """The date of what is said this year."""
        today = self._settings.today()
        return self._disposal.cohort(academic_year.of(today), today)

    async def _document(self, referral: Referral, held: Held | None, year: int) -> Document:
        """The referral as it is stored. It is kept as long as the latest year in which something was said of it asks for."""
        today = self._settings.today()
        cohorts = await self._disposal.cohorts_for(referral.records, year, today)
        return document_of(referral, held, cohorts, self._disposal.cohort(year, today), self._sealer)

    def _held(self, document: Document) -> Held:
        return opened(document, self._sealer)
