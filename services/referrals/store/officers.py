"""Officers, `officer:<id>`: name, e-mail and schools in clear, since an officer is staff, and no disposal date is theirs."""

from pydantic import BaseModel, ConfigDict

from services.referrals.errors import StillChanging
from shared.contracts.envelope import Cause
from shared.disposal import TRIES
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents


class Officer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    email: str
    schools: tuple[str, ...]


class Officers:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def put(self, officer: Officer, cause: Cause) -> Officer:
        for _ in range(TRIES):
            found = await self._documents.get(f"officer:{officer.id}")
            if found and _officer(found) == officer:
                return officer
            kept = found or {"_id": f"officer:{officer.id}", "kind": "officer", "version": 0}
            told = {"name": officer.name, "email": officer.email, "schools": list(officer.schools)}
            try:
                await self._documents.write(Change({**kept, **told}), cause)
                return officer
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
    return Officer(id=document["_id"].partition(":")[2], name=document["name"], email=document["email"], schools=tuple(document["schools"]))
