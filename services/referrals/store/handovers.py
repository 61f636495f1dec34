"""A hand-over: staff, cases, next steps and tasks that become other people's, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.referrals.store.tasks import Tasks
from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.store import Change, Documents

_STILL_TO_DO: Final[Mapping[str, Mapping[str, Any]]] = {
    "intervention": {"due": {"$gt": ""}, "struck": False},
    "task": {"done": False},
}


class Handovers:
    def __init__(self, documents: Documents, tasks: Tasks) -> None:
        self._documents = documents
        self._tasks = tasks

    async def steps_of(self, officer: str) -> list[Document]:
        """Next steps and tasks that an officer has still to do."""
        found = []
        for kind, open_ in _STILL_TO_DO.items():
            found += await self._documents.find(kind, {"officer": officer, **open_})
        return found

    async def steps_in(self, cases: Iterable[str]) -> list[Document]:
        """Those of some cases, whoever has to do them."""
        found = []
        for kind, open_ in _STILL_TO_DO.items():
            found += await self._documents.find(kind, {"case": {"$in": sorted(cases)}, **open_})
        return found

    async def still_to_do(self, case: str) -> int:
        """How many there are of a case."""
        return len(await self.steps_in([case]))

    def handed(self, step: Document, to: str) -> Document:
        """Another's. Whose a next step is stands in clear alone; a task says it in its sealed part too."""
        return self._tasks.handed(step, to) if step["kind"] == "task" else {**step, "officer": to}

    async def write(self, documents: Sequence[Document], cause: Cause) -> None:
        """All or nothing; Conflict when one of them was written meanwhile."""
        async with self._documents.transaction() as session:
            for document in documents:
                await self._documents.write(Change(document), cause, session=session)
