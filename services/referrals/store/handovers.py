"""A hand-over: staff, cases and next steps that become other people's, in one transaction.

Whose a next step or a task is stands in clear alone (`officer`), so that it passes on without being opened.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.store import Change, Documents

_STILL_TO_DO: Final[Mapping[str, Mapping[str, Any]]] = {
    "intervention": {"due": {"$gt": ""}, "struck": False},
    "task": {"done": False},
}


class Handovers:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

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

    async def write(self, documents: Sequence[Document], cause: Cause) -> None:
        """All or nothing; Conflict when one of them was written meanwhile."""
        async with self._documents.transaction() as session:
            for document in documents:
                await self._documents.write(Change(document), cause, session=session)
