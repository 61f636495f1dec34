"""Which records are one child, as `attendance` tells: `join:<school>:<child>:<child>`, the children in the order of their ids.

In clear: the children, whether they are joined, and the order of what was said last; nothing is sealed, since nothing else is known. It
falls with the later of two joined records. Of two that were parted it is only remembered for as long as an older word of them may come.
"""

from collections.abc import Iterable
from typing import Any

from services.referrals.domain.one_child import Groups, joined_by
from services.referrals.errors import StillChanging
from shared.academic_year import of
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries


class Joins:
    def __init__(self, documents: Documents, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings

    async def note(self, event: ChildrenJoined | ChildrenParted) -> None:
        """What was said last of two records counts, whatever the order of arrival."""
        first, second = sorted((event.kept, event.joined))
        id_ = f"join:{event.school}:{first}:{second}"
        state = "joined" if isinstance(event, ChildrenJoined) else "parted"
        async for _ in tries():
            found: Document = await self._documents.get(id_) or {"_id": id_, "kind": "join", "school": event.school, "version": 0}
            if event.order <= found.get("order", 0):
                return
            told = {"children": [first, second], "state": state, "order": event.order, **await self._dates([first, second], state)}
            try:
                await self._documents.write(Change({**found, **told}), Cause.of(event))
                return
            except Conflict:
                continue
        raise StillChanging

    async def groups(self, school: str | None, children: Iterable[str]) -> Groups:
        """Of those of the children that are joined, and of whom they are joined with, all records of each. None: by the word of any
        school."""
        known: list[frozenset[str]] = []
        edge = set(children)
        seen: set[str] = set()
        while edge:
            query: dict[str, Any] = {"children": {"$in": sorted(edge)}, "state": "joined", **({"school": school} if school else {})}
            seen |= edge
            pairs = [frozenset(found["children"]) for found in await self._documents.find("join", query, {"children": 1})]
            known += pairs
            edge = {record for pair in pairs for record in pair} - seen
        return joined_by(known)

    async def move(self, document: Document, child: str, due: str, cause: Cause) -> None:
        """What is said of joined records stays as long as one of them; of parted ones it goes when it would, naming the one that goes."""
        stays: Document = {"cohort": due}
        goes: Document = {"children": [one for one in document["children"] if one != child]}
        await self._documents.write(Change({**document, **(stays if document["state"] == "joined" else goes)}), cause)

    async def _dates(self, children: list[str], state: str) -> Document:
        today = self._settings.today()
        if state == "joined":
            cohorts = await self._disposal.cohorts_for(children, of(today), today)
            return {"cohort": max(cohorts.values()), "own": self._disposal.cohort(of(today), today)}
        # the next date on which anything falls: a month away at least, and so long no event is delivered again
        soon = self._disposal.cohort(of(today) - 1, today)
        return {"cohort": soon, "own": soon}
