"""What sent packs rest on: with each pack, sealed in `sealed_rests`; in clear stands when it was looked at last (`looked_at`), as it does
with one that was checked and is not sent yet."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from services.sharing.domain.life import CHECKED, TAKEN_BACK, State
from services.sharing.domain.rests import PAUSE, Changed, Rests, What, pause
from services.sharing.store.packs import act_by, answer_by
from services.sharing.store.preparing import Held
from services.sharing.store.unanswered import to_answer
from shared.academic_year import first_day
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
ANSWERED: Final[tuple[State, ...]] = ("returned", "declined", "paid", "outcome")
"""In which it has acted: a notice that was paid on a mark which is corrected afterwards is to be undone."""
LOOKED_AT: Final[tuple[State, ...]] = (*CHECKED, *ACTED_ON, *ANSWERED)
"""Of which somebody has to be told when something changes: as long as the pack is kept."""
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

    async def due(self) -> list[str]:
        """Packs that nobody has looked at for a pause."""
        before = self._documents.now() - PAUSE
        found = await self._documents.find("pack", {"looked_at": {"$lt": before}}, {"_id": 1}, sort=[("looked_at", 1)], limit=AT_A_TIME)
        return [document["_id"].partition(":")[2] for document in found]

    async def marks_came(self, school: str, years: Iterable[int]) -> None:
        """Of these academic years: a pack that was sent before the first of them began rests on no session of them."""
        begins = first_day(min(years))
        since = datetime(begins.year, begins.month, begins.day, tzinfo=UTC)
        await self._look_now({"school": school, "sent_at": {"$not": {"$lt": since}}})

    async def look_now(self, child: str) -> None:
        """Something of a child has changed: its packs are to be looked at now."""
        await self._look_now({"children": child})

    async def _look_now(self, about: Document) -> None:
        # one without `looked_at` had ended when those that have ended were not looked at
        scope = about | {"state": {"$in": list(LOOKED_AT)}, "looked_at": {"$ne": AT_ONCE}}
        for pack in await self._documents.find("pack", scope, {"_id": 1}):
            await self._change(pack["_id"], lambda document: Change({**document, "looked_at": AT_ONCE}))

    async def claim(self, pack: str, again: timedelta) -> datetime | None:
        """The time that is written where it is the caller's to look at it now, by which `looked` knows it. Until then it is due in `again`
        once more: a look that fails, or that a crash ends, is made up for. None for a pack that is not due, and for one that was taken
        back, or is a draft: it is not looked at again."""
        document = await self._documents.get(f"pack:{pack}")
        now: datetime = self._documents.now()
        if document is None or document.get("looked_at", now) >= now - PAUSE:
            return None
        at = now - PAUSE + again
        claimed = at.replace(microsecond=at.microsecond // 1000 * 1000) if document["state"] in LOOKED_AT else None  # as it is read back
        kept = {name: value for name, value in document.items() if name != "looked_at"}
        try:
            await self._documents.write(Change(kept | ({"looked_at": claimed} if claimed else {})), Cause.beginning(pack))
        except Conflict:
            return None
        return claimed

    async def looked(self, pack: str, claimed: datetime) -> None:
        """Nothing is due before the pause is over, unless something was heard of it during the look. By what its pause is longer than the
        shortest the time that is written lies ahead."""

        def made(document: Document) -> Change | None:
            if document.get("looked_at") != claimed:
                return None
            now: datetime = self._documents.now()
            longer = pause(document["state"] not in ANSWERED, now - document.get("sent_at", now)) - PAUSE
            return Change({**document, "looked_at": now + longer})

        await self._change(f"pack:{pack}", made)

    async def change(
        self,
        pack: str,
        do: Callable[[Rests], Rests],
        tell: Callable[[Document, Rests], tuple[Document, list[Outgoing]]],
        cause: Cause,
        people: Sequence[str] = (),
        by: date | None = None,
    ) -> Rests | None:
        """What `do` makes of it, with what is told to the LA. None where there is nothing that the pack rests on. `people`: who is
        told of a change beside its officer; `by`: until when one that is found now is to be answered."""

        def made(document: Document) -> Change | None:
            before = self.of(document)
            after = before and do(before)
            if before is None or after is None:
                return None
            dated = to_answer(document, is_open=bool(after.open), by=by)
            if after == before:  # a change that was found before there were days to answer by has one from this look on
                return Change(dated) if dated != document else None
            drafts = [_outdated(dated, after, people)] if after.edition > before.edition else []
            told, parcels = tell(dated, after)
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
        answer_by=answer_by(document),
        act_by=act_by(document),
        edition=after.edition,
    )
