"""Leave of absence, `leave:<leave>.<child>`: the leave, school, child and whether it is requested in clear, all that was said sealed.

One document for each child of the family: each falls with its own child.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from services.referrals.domain.leave import Leave, State
from services.referrals.errors import StillChanging
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

STATES: Final[tuple[State, ...]] = ("recorded", "requested")


class Leaves:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("leave", Leave, documents, sealer)

    async def add(self, parts: Sequence[Leave], cause: Cause) -> None:
        """All children of the family together; Conflict when one is there already."""
        cohorts = await self._cohorts(one.child for one in parts)
        async with self._documents.transaction() as session:
            for one in parts:
                clear = {"leave": one.leave, "school": one.school, "children": [one.child], "state": one.state, "at": one.said.at}
                document = self._kind.new(f"{one.leave}.{one.child}", one, cohorts[one.child], **clear)
                await self._documents.write(Change(document), cause, session=session)

    async def of(self, leave: str) -> list[Leave]:
        """Its parts, by child; none where there is no such leave (any more)."""
        return sorted(await self._kind.find({"leave": leave}), key=lambda one: one.child)

    async def of_child(self, child: str, school: str) -> list[Leave]:
        """By day."""
        return sorted(await self._kind.find({"children": child, "school": school}), key=lambda one: one.first)

    async def over(self, school: str, parts: Collection[Leave]) -> list[Document]:
        """The documents, as they are stored, of every leave on record over a day of one of these of the same child: of these too."""
        found = await self._documents.find("leave", {"school": school, "children": {"$in": sorted({one.child for one in parts})}})
        return [document for document in found if any(map(self._kind.opened(document).is_over_days_of, parts))]

    async def of_school(self, school: str, states: Iterable[State] = STATES, without: Collection[str] = ()) -> list[Leave]:
        """Those that were recorded last come first. `without`: children of whom nothing is to be read."""
        query: dict[str, Any] = {"school": school, "state": {"$in": list(states)}}
        if without:
            query["children"] = {"$nin": sorted(without)}
        found = await self._documents.find("leave", query)
        return sorted(map(self._kind.opened, found), key=lambda one: (one.said.at, one.leave, one.child), reverse=True)

    async def change(self, leave: str, step: Callable[[Leave], Leave], cause: Cause) -> list[Leave]:
        """Its parts after a step, all or none; the step is done again on what another wrote meanwhile."""
        async for _ in tries():
            found = await self._documents.find("leave", {"leave": leave})
            before = {document["_id"]: self._kind.opened(document) for document in found}
            after = {id_: step(one) for id_, one in before.items()}
            cohorts = await self._cohorts(one.child for one in after.values())
            changes = [self._written(one, after[one["_id"]], cohorts) for one in found if after[one["_id"]] != before[one["_id"]]]
            try:
                async with self._documents.transaction() as session:
                    for change in changes:
                        await self._documents.write(change, cause, session=session)
                return sorted(after.values(), key=lambda one: one.child)
            except Conflict:
                continue
        raise StillChanging

    async def requested(self, parts: Iterable[Leave], cause: Cause) -> None:
        """A request stands against every parent whom these name. One that was corrected meanwhile is looked at again another time."""
        wanted = {f"leave:{one.leave}.{one.child}": one for one in parts}
        found = await self._documents.find("leave", {"_id": {"$in": sorted(wanted)}})
        still = [one for one in found if self._kind.opened(one) == wanted[one["_id"]]]
        changes = [
            Change({**self._kind.with_content(one, wanted[one["_id"]].model_copy(update={"state": "requested"})), "state": "requested"})
            for one in still
        ]
        await self._documents.write_all(changes, cause)

    def _written(self, document: Document, after: Leave, cohorts: dict[str, str]) -> Change:
        return Change({**self._kind.with_content(document, after, cohorts[after.child]), "state": after.state})

    async def _cohorts(self, children: Iterable[str]) -> dict[str, str]:
        today = self._settings.today()
        return await self._disposal.cohorts_for(list(children), academic_year.of(today), today)
