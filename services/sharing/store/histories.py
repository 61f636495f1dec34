"""What is known of notices about a child beside its packs, `history:<child>`: school and child in clear, all else sealed."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from services.sharing.domain.history import History
from shared.academic_year import of
from shared.contracts.envelope import Cause
from shared.disposal import Disposal, StillChanging
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries


class Changed(NamedTuple):
    before: History
    after: History


class Histories:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._disposal = disposal
        self._settings = settings

    async def of(self, child: str) -> History:
        """An empty one where nothing was said."""
        found = await self._documents.get(f"history:{child}")
        return self._opened(found) if found else History()

    async def of_each(self, children: Sequence[str]) -> History:
        """Of a child whose records were joined: what was said of either."""
        if len(children) == 1:
            return await self.of(children[0])
        each = [await self.of(child) for child in children]
        return History(
            told=tuple(one for history in each for one in history.told),
            questions=tuple(one for history in each for one in history.questions),
            before=next((history.before for history in each if history.before), None),
            answers=tuple(one for history in each for one in history.answers),
        )

    async def change(self, school: str, child: str, do: Callable[[History], History], cause: Cause) -> Changed:
        """What it was when `do` changed it, and what it is: of several who say the same at once one has changed it. What `do` raises, and
        StillChanging."""
        return (await self.change_each({child: school}, lambda _, history: do(history), cause))[child]

    async def change_each(self, schools: Mapping[str, str], do: Callable[[str, History], History], cause: Cause) -> dict[str, Changed]:
        """`change` of many children, each with its school, in one question and one command. What another wrote meanwhile is read again, and
        `do` done again."""
        changed: dict[str, Changed] = {}
        async for _ in tries():
            held = await self._held({child: school for child, school in schools.items() if child not in changed})
            now: dict[str, Changed] = {}
            for child, document in held.items():
                before = self._opened(document) if document["version"] else History()
                now[child] = Changed(before, do(child, before))
            changes = [Change(self._sealed(held[child], one.after)) for child, one in now.items() if one.after != one.before]
            lost = {id_.partition(":")[2] for id_ in await self._documents.write_all(changes, cause)}
            changed |= {child: one for child, one in now.items() if child not in lost}
            if not lost:
                await self._disposal.follow_all([child for child, one in changed.items() if one.after != one.before], cause)
                return changed
        raise StillChanging(min(schools))

    async def _held(self, schools: Mapping[str, str]) -> dict[str, Document]:
        """By child; those that are not there yet as they will be."""
        found = await self._documents.find("history", {"_id": {"$in": [f"history:{child}" for child in schools]}})
        held = {one["children"][0]: one for one in found}
        new, today = [child for child in schools if child not in held], self._settings.today()
        cohorts = await self._disposal.cohorts_for(new, of(today), today) if new else {}
        return held | {
            child: {
                "_id": f"history:{child}",
                "kind": "history",
                "school": schools[child],
                "children": [child],
                "cohort": cohorts[child],
                "version": 0,
            }
            for child in new
        }

    def _sealed(self, document: Document, history: History) -> Document:
        plain = history.model_dump_json().encode()
        again = document["version"] > 0
        return {**document, "sealed": self._sealer.seal(document["cohort"], document["_id"], "sealed", plain, again=again)}

    def _opened(self, document: Document) -> History:
        return History.model_validate_json(self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
