"""What is told to a Local Authority (LA) of a pack after it was sent: signed, closed to the key that the LA has, and kept with the pack
until the LA has fetched it, so that it is told again when the key becomes another one, or told at last when there was none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.sharing.domain.change_told import ChangeTold
from services.sharing.store.authorities import Authority
from services.sharing.store.changes_told import ChangesTold
from shared import consignment
from shared.consignment import Consignment
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.pack.change import NoticeOfChange, public_of, sign

NO_KEY = ""
"""To which notices are closed that wait for the LA to have a key."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Built in the composition root. `key` signs what is told."""

    key: Ed25519PrivateKey
    kept: ChangesTold

    def told(self, document: Document, notice: ChangeTold, authority: Authority, now: datetime) -> tuple[Document, list[Outgoing]]:
        """The pack's document with one notice more, and what goes to the bus: with it those before that are closed to another key."""
        before = self.kept.of(document)
        same = document.get("notices_to") == (authority.public_key or NO_KEY)
        told = self.kept.sealed(document, (*before, notice))
        return self._closed(told, [notice] if same else [*before, notice], authority, now)

    def again(self, document: Document, authority: Authority, now: datetime) -> tuple[Document, list[Outgoing]]:
        """All that the LA has not fetched, closed to the key that it has now."""
        return self._closed(document, self.kept.of(document), authority, now)

    def _closed(
        self, document: Document, notices: Iterable[ChangeTold], authority: Authority, now: datetime
    ) -> tuple[Document, list[Outgoing]]:
        kept = {name: value for name, value in document.items() if name != "notice_place"}
        if authority.public_key is None:
            return {**kept, "notices_to": NO_KEY}, []
        parcels = [self._parcel(document, notice, authority.code, authority.public_key) for notice in notices]
        return {**kept, "notices_to": authority.public_key, "noticed_at": now}, parcels

    def _parcel(self, document: Document, notice: ChangeTold, code: str, key: str) -> Outgoing:
        """Of one notice the same bytes, whenever they are closed: who has it already sees that it is the same."""
        pack = document["_id"].partition(":")[2]
        told = NoticeOfChange(
            pack=pack,
            notice=f"{pack}-{notice.name}",
            authority=code,
            told_on=notice.told_on,
            version=3 if notice.by else 2,  # one that was closed before there were answers with words is the same when it is closed again
            says=notice.says,
            what=notice.changed.what,
            sessions=notice.changed.sessions,
            relied_on=notice.relied_on,
            why=notice.why,
            by=notice.by,
            public_key=public_of(self.key),
        )
        message = consignment.close(Consignment(told.notice, code, sign(told, self.key)), key)
        return Outgoing(f"pack/{pack}/{notice.name}/{document['version']}", "PACKS", f"packs.{code}", message, note="notice_place")
