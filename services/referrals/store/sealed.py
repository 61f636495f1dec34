"""Kinds of document of which all that was said stands in one sealed field, as JSON."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from services.referrals.errors import StillChanging
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import resealed
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.store import Change, Documents
from shared.tries import tries

Model = TypeVar("Model", bound=BaseModel)


class SealedKind(Generic[Model]):
    """Documents `<kind>:<id>`."""

    def __init__(self, kind: str, model: type[Model], documents: Documents, sealer: Sealer) -> None:
        self._kind = kind
        self._model = model
        self._documents = documents
        self._sealer = sealer

    async def get(self, id_: str) -> Model | None:
        found = await self.document(id_)
        return self.opened(found) if found else None

    async def document(self, id_: str) -> Document | None:
        return await self._documents.get(f"{self._kind}:{id_}")

    async def find(self, query: Mapping[str, Any]) -> list[Model]:
        return [self.opened(document) for document in await self._documents.find(self._kind, query)]

    def opened(self, document: Document) -> Model:
        plain = self._sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
        return self._model.model_validate_json(plain)

    def new(self, id_: str, content: Model, cohort: str, **clear: Any) -> Document:
        made = {"_id": f"{self._kind}:{id_}", "kind": self._kind, "version": 0, "cohort": cohort, **clear}
        return self.with_content(made, content, cohort)

    def with_content(self, document: Document, content: Model, cohort: str | None = None) -> Document:
        """The document with another content. A cohort is given where something new is said of the children: it is kept as long as that,
        and, should their dates come forward again, as long as this year's own."""
        under = max(document["cohort"], cohort or "")
        sealed = self._sealer.seal(under, document["_id"], "sealed", content.model_dump_json().encode())
        year = {"year": academic_year.of(self._documents.now().date())} if cohort and "children" in document else {}
        return {**document, **year, "cohort": under, "sealed": sealed}

    async def change(self, id_: str, step: Callable[[Model], Model], cause: Cause) -> Model | None:
        """Do a step, again on what another wrote meanwhile; None where there is no such document. The same content writes nothing."""
        async for _ in tries():
            document = await self.document(id_)
            if document is None:
                return None
            before = self.opened(document)
            after = step(before)
            if after == before:
                return after
            try:
                await self._documents.write(Change(self.with_content(document, after)), cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    async def keep_whole(self, document: Document, _: str, due: str, cause: Cause) -> None:
        """One of the children that it names stays longer, and so does the document."""
        await self._documents.write(Change(resealed(document, due, self._sealer)), cause)
