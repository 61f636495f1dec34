"""Referrals.

| `_id` | in clear | sealed |
|---|---|---|
| `referral:<id>` | state, rules met with their orders, times of writing | figures, decisions, enforcement requests |
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from services.referrals.domain.lifecycle import State
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchReferral, StillChanging
from services.referrals.store.held import Held, document_of, opened
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

    async def _document(self, referral: Referral, held: Held | None, year: int) -> Document:
        cohorts = await self._disposal.cohorts_for(referral.records, year, self._settings.today())
        return document_of(referral, held, cohorts, self._sealer)

    def _held(self, document: Document) -> Held:
        return opened(document, self._sealer)
