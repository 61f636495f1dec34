"""Visit warnings, `warning:<id>`: state, owner and review date in clear, address, reason and words sealed.

A warning is of an address and of no child, so no child's date moves it: it is disposed of at the end of the academic year that follows
that of its review date, and each review keeps it longer.
"""

from collections.abc import Callable
from datetime import date

from services.referrals.domain.visit_warning import VisitWarning
from services.referrals.errors import StillChanging
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries


class VisitWarnings:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("warning", VisitWarning, documents, sealer)

    async def add(self, warning: VisitWarning, cause: Cause) -> VisitWarning:
        """The warning, or the one that is there under its id."""
        document = self._kind.new(warning.id, warning, self._cohort(warning.review))
        try:
            await self._documents.write(Change(_in_clear(document, warning)), cause)
        except Conflict:
            return await self.get(warning.id) or warning
        return warning

    async def get(self, id_: str) -> VisitWarning | None:
        return await self._kind.get(id_)

    async def standing(self) -> list[VisitWarning]:
        """All that nobody has ended: there are few, and which address is meant is known by opening them alone."""
        return await self._kind.find({"state": "standing"})

    async def to_review(self, before: date) -> list[VisitWarning]:
        """Those whose review date lies before a day."""
        return await self._kind.find({"state": "standing", "review": {"$lt": before.isoformat()}})

    async def change(self, id_: str, step: Callable[[VisitWarning], VisitWarning], cause: Cause) -> VisitWarning | None:
        async for _ in tries():
            document = await self._kind.document(id_)
            if document is None:
                return None
            after = step(self._kind.opened(document))
            written = _in_clear(self._kind.with_content(document, after, self._cohort(after.review)), after)
            try:
                await self._documents.write(Change(written), cause)
                return after
            except Conflict:
                continue
        raise StillChanging

    def _cohort(self, review: date) -> str:
        return self._disposal.cohort(academic_year.of(review), self._settings.today())


def _in_clear(document: Document, warning: VisitWarning) -> Document:
    state = "ended" if warning.ended else "standing"
    return {**document, "state": state, "owner": warning.owner, "review": warning.review.isoformat()}
