"""What sent packs rest on: with each pack, sealed in `sealed_rests`; in clear stands when it was looked at last (`looked_at`), as it does
with one that was checked and is not sent yet."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from services.sharing.domain.life import CHECKED, State
from services.sharing.domain.rests import Changed, Rests, What
from services.sharing.store.packs import act_by
from services.sharing.store.preparing import Held
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackOutdated
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.sealing import Sealer
from shared.store import Change, Documents
from shared.tries import tries

ACTED_ON: Final[tuple[State, ...]] = ("sent", "fetched", "expired", "received", "accepted", "notice issued", "unpaid", "in court")
"""In which the LA may still act on what the pack says."""
TAKEN_BACK: Final[tuple[State, ...]] = ("withdrawn", "superseded")
"""In which nothing rests on the pack any more. Any other end, a paid notice or a court's word, answers no change for us."""
LOOKED_AT: Final[tuple[State, ...]] = (*CHECKED, *ACTED_ON)
"""Of which somebody has to be told when something changes."""
AT_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""As the time of the last look: it is to be looked at now."""
AT_A_TIME: Final = 20


class Resting:
    def __init__(self, documents: Documents, sealer: Sealer) -> None:
        self._documents = documents
        self._sealer = sealer

    def begin(self, held: Held, prints: dict[What, str]) -> Held:
        """The pack that is about to be sent, with what it rests on; written when it is sent."""
        document = self._sealed(held.document, Rests(seen=prints)) | {"looked_at": self._documents.now()}
        return Held(held.pack, held.work, document)

    def of(self, pack: Document) -> Rests | None:
        """None for a pack that was not sent, and for one that was before this was kept."""
        if "sealed_rests" not in pack or "sent_at" not in pack:
            return None
        return Rests.model_validate_json(self._sealer.open(pack["cohort"], pack["_id"], "sealed_rests", bytes(pack["sealed_rests"])))

    def open(self, pack: Document) -> Changed:
        """What has changed and nobody has answered, of a pack that was not taken back, whatever the LA has said since."""
        rests = self.of(pack)
        return rests.changed if rests and pack["state"] not in TAKEN_BACK else Changed()

    async def due(self, pause: timedelta) -> list[str]:
        """Packs that nobody has looked at for so long."""
        before = self._documents.now() - pause
        found = await self._documents.find("pack", {"looked_at": {"$lt": before}}, {"_id": 1}, sort=[("looked_at", 1)], limit=AT_A_TIME)
        return [document["_id"].partition(":")[2] for document in found]

    async def look_now(self, *, school: str | None = None, child: str | None = None) -> None:
        """Something of a school, or of a child, has changed: its packs are to be looked at now."""
        about: Document = {"school": school} if school else {"children": child}
        packs = await self._documents.find("pack", about | {"state": {"$in": list(LOOKED_AT)}, "looked_at": {"$gt": AT_ONCE}}, {"_id": 1})
        for pack in packs:
            await self._change(pack["_id"], lambda document: Change({**document, "looked_at": AT_ONCE}))

    async def claim(self, pack: str, pause: timedelta, again: timedelta) -> datetime | None:
        """The time that is written where it is the caller's to look at it now, by which `looked` knows it. Until then it is due in `again`
        once more: a look that fails, or that a crash ends, is made up for. None for a pack that is not due, and for one on which no LA acts
        any more, or that is a draft: it is not looked at again."""
        document = await self._documents.get(f"pack:{pack}")
        now: datetime = self._documents.now()
        if document is None or document.get("looked_at", now) >= now - pause:
            return None
        at = now - pause + again
        claimed = at.replace(microsecond=at.microsecond // 1000 * 1000) if document["state"] in LOOKED_AT else None  # as it is read back
        kept = {name: value for name, value in document.items() if name != "looked_at"}
        try:
            await self._documents.write(Change(kept | ({"looked_at": claimed} if claimed else {})), Cause.beginning(pack))
        except Conflict:
            return None
        return claimed

    async def looked(self, pack: str, claimed: datetime) -> None:
        """Nothing is due before the pause is over, unless something was heard of it during the look."""

        def made(document: Document) -> Change | None:
            return Change({**document, "looked_at": self._documents.now()}) if document.get("looked_at") == claimed else None

        await self._change(f"pack:{pack}", made)

    async def change(
        self,
        pack: str,
        do: Callable[[Rests], Rests],
        tell: Callable[[Document, Rests], tuple[Document, list[Outgoing]]],
        cause: Cause,
        people: Sequence[str] = (),
    ) -> Rests | None:
        """What `do` makes of it, with what is told to the LA. None where there is nothing that the pack rests on. `people`: who is
        told of a change beside its officer."""

        def made(document: Document) -> Change | None:
            before = self.of(document)
            after = before and do(before)
            if before is None or after is None or after == before:
                return None
            drafts = [_outdated(document, after, people)] if after.edition > before.edition else []
            told, parcels = tell(document, after)
            return Change(self._sealed(told, after), drafts, parcels)

        document = await self._change(f"pack:{pack}", made, cause)
        return self.of(document) if document else None

    async def _change(self, id_: str, do: Callable[[Document], Change | None], cause: Cause | None = None) -> Document | None:
        async for _ in tries():
            document = await self._documents.get(id_)
            change = do(document) if document else None
            if change is None:
                return document
            try:
                return await self._documents.write(change, cause or Cause.beginning(id_))
            except Conflict:
                continue
        raise StillChanging(id_.partition(":")[2])

    def _sealed(self, document: Document, rests: Rests) -> Document:
        plain = rests.model_dump_json().encode()
        return {**document, "sealed_rests": self._sealer.seal(document["cohort"], document["_id"], "sealed_rests", plain, again=True)}


def _outdated(document: Document, after: Rests, people: Sequence[str]) -> Draft:
    return Draft(
        PackOutdated,
        pack=document["_id"].partition(":")[2],
        case=document["case"],
        school=document["school"],
        child=document["children"][0],
        authority=document["authority"],
        what=after.open,
        people=tuple(people),
        act_by=act_by(document),
        edition=after.edition,
    )
