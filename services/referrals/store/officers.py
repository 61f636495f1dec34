"""Staff, `officer:<id>`, in clear, since they are staff, and no disposal date is theirs."""

from collections.abc import Callable
from typing import Any, Final

from services.referrals.domain.officer import Officer
from services.referrals.errors import OfficerNotAdded, StillChanging
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.mongo import Document
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

EVERYBODY: Final = {"_id": {"$gte": "officer:", "$lt": "officer;"}}
Step = Callable[[Officer], Officer]
"""What is done to an officer's record. The same record: nothing is written."""


class Officers:
    def __init__(self, documents: Documents, settings: Settings) -> None:
        self._documents = documents
        self._settings = settings

    async def put(self, told: Officer, step: Step, cause: Cause) -> Officer:
        """Add `told`, or do a step to the one that is there."""
        return await self._written(told.id, lambda found: step(found) if found else told, cause)

    async def change(self, id_: str, step: Step, cause: Cause) -> Officer:
        """OfficerNotAdded for an id that nobody has. The step is done again on what another wrote meanwhile."""

        def on_known(found: Officer | None) -> Officer:
            if found is None:
                raise OfficerNotAdded(f"iewo officer add {id_} --name NAME --email ADDRESS --school URN")
            return step(found)

        return await self._written(id_, on_known, cause)

    async def _written(self, id_: str, step: Callable[[Officer | None], Officer], cause: Cause) -> Officer:
        async for _ in tries():
            found = await self._documents.get(f"officer:{id_}")
            before = self._officer(found) if found else None
            after = step(before).on(self._settings.today())
            if after == before:
                return after
            try:
                await self._documents.write(Change(_document(after, found)), cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def held(self) -> dict[str, tuple[Officer, Document]]:
        """All of them with the documents that they were read from, by id."""
        found = await self._documents.find("officer", EVERYBODY)
        return {one.id: (one, document) for document in found for one in [self._officer(document)]}

    def document(self, officer: Officer, found: Document) -> Document:
        """As it is stored by somebody who writes it together with other documents."""
        return _document(officer, found)

    async def all(self) -> list[Officer]:
        found = await self._documents.find("officer", EVERYBODY)
        return [self._officer(document) for document in found]

    async def get(self, id_: str) -> Officer | None:
        found = await self._documents.get(f"officer:{id_}")
        return self._officer(found) if found else None

    async def kept(self, id_: str) -> tuple[Officer, Document] | None:
        """With the document that it was read from."""
        found = await self._documents.get(f"officer:{id_}")
        return (self._officer(found), found) if found else None

    def _officer(self, document: Document) -> Officer:
        said = {name: document[name] for name in Officer.model_fields if name in document}
        return Officer(id=document["_id"].partition(":")[2], **said).on(self._settings.today())


def _document(officer: Officer, found: Document | None) -> Document:
    kept: dict[str, Any] = found or {"_id": f"officer:{officer.id}", "kind": "officer", "version": 0}
    return {**kept, **officer.model_dump(mode="json", exclude={"id", "schools"})}
