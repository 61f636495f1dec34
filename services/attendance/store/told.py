"""What schools were told of their files before: one document per school, academic year and kind of file, which falls with the year.

It is written behind the receipt, and a write that fails costs no more than that the next receipt says the same thing as new.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.attendance.domain.receipts import Remark
from services.attendance.domain.told import Told
from shared.academic_year import of
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.errors import Disposed, Transient, WorldAway
from shared.logging import logger
from shared.mongo import Document
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import until_written


@dataclass(frozen=True, slots=True)
class TellingStore:
    documents: Documents
    sealer: Sealer
    disposal: Disposal
    settings: Settings

    async def told(self, urn: str, kind: str) -> Told:
        return self._opened(await self._find(urn, kind), urn, kind)

    async def note(self, urn: str, kind: str, remarks: Sequence[Remark], cause: Cause) -> None:
        """The school has been told these."""
        try:
            await until_written("told", lambda: self._note(urn, kind, remarks, cause))
        except (Transient, WorldAway) as error:  # the receipt is given already
            logger().warning("not noted as told", school=urn, exc_info=error)

    async def _note(self, urn: str, kind: str, remarks: Sequence[Remark], cause: Cause) -> None:
        document = await self._find(urn, kind)
        told = self._opened(document, urn, kind)
        if told.note(remarks):
            sealed = self.sealer.seal(document["cohort"], document["_id"], "sealed", told.packed())
            await self.documents.write(Change({**document, "sealed": sealed}), cause)

    async def _find(self, urn: str, kind: str) -> Document:
        """The document as it stands, or a new one."""
        year = of(self.settings.today())
        cohort = self.disposal.cohort(year, self.settings.today())
        id_ = f"told:{urn}:{kind}:{cohort}"
        return await self.documents.get(id_) or {"_id": id_, "kind": "told", "school": urn, "year": year, "cohort": cohort, "version": 0}

    def _opened(self, document: Document, urn: str, kind: str) -> Told:
        secret = bytes.fromhex(self.sealer.hash("index", f"told\0{urn}\0{kind}"))
        if not document["version"]:
            return Told(secret, self.settings.today())
        try:
            packed = self.sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
        except Disposed:
            return Told(secret, self.settings.today())
        return Told(secret, self.settings.today(), packed)
