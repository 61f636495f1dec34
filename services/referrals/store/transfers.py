"""Hand-overs of cases between schools, `transfer:<id>`: case, child, the two schools and the state in clear, all that was said sealed."""

from collections.abc import Callable, Collection
from typing import Any

from services.referrals.domain.transfer import Transfer
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal, StillChanging
from shared.errors import Conflict
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

_LISTED = 500


class Transfers:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("transfer", Transfer, documents, sealer)

    async def get(self, id_: str) -> Transfer | None:
        return await self._kind.get(id_)

    async def add(self, handover: Transfer, cause: Cause) -> Transfer:
        """The hand-over: asked for again it is the one that is there."""
        today = self._settings.today()
        cohort = (await self._disposal.cohorts_for([handover.child], academic_year.of(today), today))[handover.child]
        schools = [handover.from_school, handover.to_school]
        clear = {"case": handover.case, "children": [handover.child], "schools": schools, "state": handover.state}
        try:
            await self._documents.write(Change(self._kind.new(handover.id, handover, cohort, **clear)), cause)
        except Conflict:
            return await self.get(handover.id) or handover
        return handover

    async def change(self, id_: str, step: Callable[[Transfer], Transfer], cause: Cause) -> Transfer | None:
        """After a step; None where there is no such hand-over."""
        async for _ in tries():
            document = await self._kind.document(id_)
            if document is None:
                return None
            before = self._kind.opened(document)
            after = step(before)
            if after == before:
                return after
            try:
                await self._documents.write(Change({**self._kind.with_content(document, after), "state": after.state}), cause)
                return after
            except Conflict:
                continue
        raise StillChanging("transfer")

    async def of_schools(self, schools: Collection[str] | None) -> list[Transfer]:
        """To or from these schools (None: all), those that wait for a decision first."""
        query: dict[str, Any] = {} if schools is None else {"schools": {"$in": sorted(schools)}}
        states = {"state": {"$in": ["asked", "granted", "refused"]}}
        found = await self._documents.find("transfer", {**states, **query}, limit=_LISTED)
        return sorted(map(self._kind.opened, found), key=lambda one: (one.state != "asked", one.asked_at))
