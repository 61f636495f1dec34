"""Notices of change that an LA has not fetched, with each pack: what they say (`notices`, kinds alone), to which key they are closed
(`notices_to`), and the place of the last one on the stream (`notice_place`)."""

from collections.abc import Callable

from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.store import Change, Documents

_OURS = frozenset({"notices", "notices_to", "notice_place", "noticed_at"})


class ChangesTold:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

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
