"""What is known of notices about a child beside its packs, `history:<child>`: school and child in clear, all else sealed."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.sharing.domain.history import History
from shared.academic_year import of
from shared.contracts.envelope import Cause
from shared.disposal import Disposal, StillChanging
from shared.errors import Conflict
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
        async for _ in tries():
            found = await self._documents.get(f"history:{child}")
            before = self._opened(found) if found else History()
            after = do(before)
            if after == before:
                return Changed(before, before)
            try:
                await self._documents.write(Change(self._sealed(found or await self._new(school, child), after)), cause)
            except Conflict:
                continue
            await self._disposal.follow(child, cause)
            return Changed(before, after)
        raise StillChanging(child)

    async def _new(self, school: str, child: str) -> Document:
        today = self._settings.today()
        cohort = (await self._disposal.cohorts_for([child], of(today), today))[child]
        return {"_id": f"history:{child}", "kind": "history", "school": school, "children": [child], "cohort": cohort, "version": 0}

    def _sealed(self, document: Document, history: History) -> Document:
        plain = history.model_dump_json().encode()
        again = document["version"] > 0
        return {**document, "sealed": self._sealer.seal(document["cohort"], document["_id"], "sealed", plain, again=again)}

    def _opened(self, document: Document) -> History:
        return History.model_validate_json(self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"])))
