"""Which children have an open case, as `referrals` tells: one document per case, which knows how often it was opened and closed."""

from services.attendance.domain.agreement import missing
from services.attendance.domain.roll_book import person
from services.attendance.store.rolls import Rolls
from shared.academic_year import of
from shared.contracts.attendance import Asked
from shared.contracts.envelope import Cause
from shared.contracts.referrals import CaseClosed, CaseOpened
from shared.disposal import Disposal, StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries


class Cases:
    def __init__(self, documents: Documents, disposal: Disposal, rolls: Rolls, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._rolls = rolls
        self._settings = settings

    async def note(self, event: CaseOpened | CaseClosed) -> None:
        """Only a later word of the case is news, whatever the order of arrival."""
        cause, state = Cause.of(event), "closed" if isinstance(event, CaseClosed) else "open"
        async for _ in tries():
            found = await self._documents.get(f"case:{event.case}")
            if found and event.order <= found["order"]:
                return
            try:
                await self._documents.write(Change({**(found or await self._new(event)), "state": state, "order": event.order}), cause)
                return
            except Conflict:
                continue
        raise StillChanging("case")

    async def children(self, urn: str) -> frozenset[str]:
        """The school's children with an open case."""
        cases = await self._documents.find("case", {"school": urn, "state": "open"}, {"child": 1})
        return frozenset(case["child"] for case in cases)

    async def keys(self, urn: str) -> frozenset[str]:
        """The same, by every key that the school's rolls know them by."""
        children = await self.children(urn)
        return frozenset(await self._rolls.keys_of(urn, children)) if children else frozenset()

    async def asked(self, urn: str) -> list[Asked]:
        """Of whom the school is asked for more than who they are: those with an open case of whom no roll has told all."""
        children = await self.children(urn)
        entries = await self._rolls.entries(urn, children) if children else {}
        asked = []
        for child, entry in sorted(entries.items()):
            if fields := missing(entry):
                known = person(child, entry)
                asked.append(Asked(child=child, upn=known.upn, pupil_id=known.pupil_id, fields=tuple(fields)))
        return asked

    async def _new(self, event: CaseOpened | CaseClosed) -> Document:
        today = self._settings.today()
        cohort = (await self._disposal.cohorts_for([event.child], of(today), today))[event.child]
        of_child = {"school": event.school, "child": event.child, "children": [event.child], "cohort": cohort}
        return {"_id": f"case:{event.case}", "kind": "case", **of_child, "version": 0}
