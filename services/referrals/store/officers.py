"""Staff, `officer:<id>`: name, e-mail, role and schools in clear, since they are staff, and no disposal date is theirs."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.referrals.domain.notice import Way
from services.referrals.errors import OfficerNotAdded, StillChanging
from shared.contracts.envelope import Cause
from shared.disposal import TRIES
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents

StaffRole = Literal["officer", "head of service", "business support"]


class Officer(BaseModel):
    """One of the staff: an officer, the head of service or business support."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    email: str
    schools: tuple[str, ...]
    role: StaffRole = "officer"
    mail: Way = Field("at once", description="How notices are e-mailed.")


Step = Callable[[Officer], Officer]
"""What is done to an officer's record. The same record: nothing is written."""


class Officers:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def put(self, told: Officer, step: Step, cause: Cause) -> Officer:
        """Add `told`, or do a step to the one that is there."""
        return await self._written(told.id, lambda found: step(found) if found else told, cause)

    async def change(self, id_: str, step: Step, cause: Cause) -> Officer:
        """OfficerNotAdded for an id that nobody has."""

        def on_known(found: Officer | None) -> Officer:
            if found is None:
                raise OfficerNotAdded(f"iewo officer add {id_} --name NAME --email ADDRESS --school URN")
            return step(found)

        return await self._written(id_, on_known, cause)

    async def _written(self, id_: str, step: Callable[[Officer | None], Officer], cause: Cause) -> Officer:
        for _ in range(TRIES):
            found = await self._documents.get(f"officer:{id_}")
            before = _officer(found) if found else None
            after = step(before)
            if after == before:
                return after
            kept = found or {"_id": f"officer:{id_}", "kind": "officer", "version": 0}
            try:
                await self._documents.write(Change({**kept, **after.model_dump(mode="json", exclude={"id"})}), cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def all(self) -> list[Officer]:
        found = await self._documents.find("officer", {"_id": {"$gte": "officer:", "$lt": "officer;"}})
        return [_officer(document) for document in found]

    async def get(self, id_: str) -> Officer | None:
        found = await self._documents.get(f"officer:{id_}")
        return _officer(found) if found else None


def _officer(document: Document) -> Officer:
    return Officer(id=document["_id"].partition(":")[2], **{name: document[name] for name in Officer.model_fields if name in document})
