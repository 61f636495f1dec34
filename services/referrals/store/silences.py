"""Of which days a school's register was late, and whether it has come: `silence:<school>`, in clear."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from services.referrals.domain import silence
from services.referrals.errors import StillChanging
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

_ALL: Final = {"$gte": "silence:", "$lt": "silence;"}


class Silences:
    def __init__(self, documents: Documents, settings: Settings) -> None:
        self._documents = documents
        self._settings = settings

    async def note(self, school: str, day: date, *, silent: bool, cause: Cause) -> None:
        """What was told of one day of a school's register; told again it changes nothing."""
        id_ = f"silence:{school}"
        async for _ in tries():
            document = await self._documents.get(id_) or {"_id": id_, "kind": "silence", "school": school, "days": {}, "version": 0}
            days = silence.noted(document["days"], day, silent=silent)
            if days == document["days"]:
                return
            try:
                await self._documents.write(Change({**document, "days": days}), cause)
                return
            except Conflict:
                continue
        raise StillChanging

    async def late(self, schools: Iterable[str] | None) -> set[str]:
        """Those of the schools, or (None) of all, whose register is late."""
        ids = _ALL if schools is None else {"$in": sorted({f"silence:{school}" for school in schools})}
        found = await self._documents.find("silence", {"_id": ids})
        return {document["school"] for document in found if silence.is_late(document["days"], self._settings.today())}
