"""Until when an open change of a sent pack is to be answered (`answer_by`), in clear with the pack while nobody has answered it, and how
often it was told that this day is over (`reminded`)."""

from datetime import date
from typing import Final

from services.sharing.domain.life import TAKEN_BACK
from services.sharing.store.packs import act_by, answer_by
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackChangeUnanswered
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents

AGAIN: Final = 7
"""Calendar days after which it is told once more. Our own."""
_OURS: Final = frozenset({"answer_by", "reminded"})


def to_answer(document: Document, *, is_open: bool, by: date | None) -> Document:
    """The pack's document with the day: that of the change that was found first, and none once everything is answered."""
    if not is_open:
        return {name: value for name, value in document.items() if name not in _OURS}
    return {"answer_by": by.isoformat(), **document} if by else document


class Unanswered:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def overdue(self, today: date) -> list[str]:
        """Packs with a change that was to be answered before today, in whatever state the LA has put them."""
        scope = {"answer_by": {"$lt": today.isoformat()}, "state": {"$nin": list(TAKEN_BACK)}}
        return [one["_id"].partition(":")[2] for one in await self._documents.find("pack", scope, {"_id": 1})]

    async def alarm(self, pack: str, today: date, cause: Cause) -> int:
        """How often it is told by now, this time among it; 0 where it was told before, or by another replica, or is answered by now."""
        document = await self._documents.get(f"pack:{pack}")
        by = answer_by(document) if document else None
        if document is None or by is None or by >= today:
            return 0
        times = 1 + ((today - by).days - 1) // AGAIN
        if times <= document.get("reminded", 0):
            return 0
        about = {name: document[name] for name in ("case", "school", "authority")}
        told = Draft(PackChangeUnanswered, pack=pack, answer_by=by, times=times, act_by=act_by(document), **about)
        try:
            await self._documents.write(Change({**document, "reminded": times}, [told]), cause)
        except Conflict:
            return 0
        return times
