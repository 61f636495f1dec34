"""Notices of change that an LA has not fetched, with each pack: what they say, sealed (`sealed_notices`); in clear to which key they are
closed (`notices_to`), and the place of the last one on the stream (`notice_place`)."""

from collections.abc import Callable, Sequence

from pydantic import TypeAdapter

from services.sharing.domain.change_told import ChangeTold
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.sealing import Sealer
from shared.store import Change, Documents

_OURS = frozenset({"sealed_notices", "notices_to", "notice_place", "noticed_at"})
_NOTICES: TypeAdapter[tuple[ChangeTold, ...]] = TypeAdapter(tuple[ChangeTold, ...])


class ChangesTold:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    def of(self, pack: Document) -> tuple[ChangeTold, ...]:
        """Those that the LA is not known to have."""
        if "sealed_notices" not in pack:
            return ()
        return _NOTICES.validate_json(self._sealer.open(pack["cohort"], pack["_id"], "sealed_notices", bytes(pack["sealed_notices"])))

    def sealed(self, pack: Document, notices: Sequence[ChangeTold]) -> Document:
        """The pack's document with these."""
        plain = _NOTICES.dump_json(tuple(notices))
        return {**pack, "sealed_notices": self._sealer.seal(pack["cohort"], pack["_id"], "sealed_notices", plain, again=True)}

    async def outstanding(self, authority: str) -> list[Document]:
        """Packs of which the LA has not fetched every notice."""
        return await self._documents.find("pack", {"authority": authority, "notices_to": {"$exists": True}})

    async def tell_again(self, pack: Document, tell: Callable[[Document], tuple[Document, list[Outgoing]]], cause: Cause) -> None:
        """Where somebody else was first, it is looked at again by and by."""
        document, parcels = tell(pack)
        try:
            await self._documents.write(Change(document, extra=parcels), cause)
        except Conflict:
            return

    async def fetched(self, pack: Document, cause: Cause) -> None:
        """The LA has them, or they have left the stream by their age: nothing is told again."""
        kept = {name: value for name, value in pack.items() if name not in _OURS}
        try:
            await self._documents.write(Change(kept), cause)
        except Conflict:
            return
