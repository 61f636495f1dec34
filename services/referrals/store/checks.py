"""Register checks that were held, `check:<id>`: school, when, by whom and counts in clear; who attended and what was noted sealed.

A check names no child: what stood of each is kept with its referral. It falls with the academic year in which it was held.
"""

from services.referrals.domain.register_check import Check
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents


class Checks:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._settings = settings
        self._kind = SealedKind("check", Check, documents, sealer)

    async def get(self, id_: str) -> Check | None:
        return await self._kind.get(id_)

    async def add(self, check: Check, cause: Cause) -> Check:
        """The check, or the one that was noted under its id before."""
        today = self._settings.today()
        cohort = self._disposal.cohort(academic_year.of(check.day), today)
        document = self._kind.new(check.id, check, cohort, school=check.school, at=check.at)
        try:
            await self._documents.write(Change(document), cause)
        except Conflict:
            return await self.get(check.id) or check
        return check

    async def of_school(self, school: str, most: int) -> list[Check]:
        """The latest first."""
        found = await self._documents.find("check", {"school": school}, sort=[("at", -1)], limit=most)
        return [self._kind.opened(document) for document in found]
