"""What a pack rests on that was sent, or checked, looked at again: at once when a feed or a roll says that something of it may be
another, else by and by.

A change of a sent pack is told to its officer and to its Local Authority (LA) the same day, once, and shown until somebody answers: by
the working day that the LA's profile says (overdue.py tells of what is not).
One that was checked is a draft again, which is told to its officer and to who had checked and approved it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from services.sharing.domain.change_told import ChangeTold
from services.sharing.domain.heard import Said, Word
from services.sharing.domain.life import AT_HOME, TAKEN_BACK, TO_TAKE_BACK, State
from services.sharing.domain.offered import NOTHING_TO_TAKE_BACK, TO_UNDO, Offered, offered
from services.sharing.domain.pack_notice import still_stands
from services.sharing.domain.paper.counted import differences
from services.sharing.domain.rests import Answer, Rests, fingerprints
from services.sharing.domain.still_borne import Borne, still_borne
from services.sharing.domain.words import on
from services.sharing.domain.work import By
from services.sharing.errors import LookAgain, NoSuchPack, NotOnRoll, NotPossibleNow
from services.sharing.gathering import Gathered
from services.sharing.preparing import Preparation, said
from services.sharing.store import Store
from services.sharing.store.authorities import Authority
from services.sharing.store.preparing import Held
from services.sharing.store.resting import ACTED_ON, ANSWERED
from services.sharing.telling import Telling
from shared.contracts.envelope import Cause
from shared.court_days import working_days_later
from shared.errors import Conflict, NotKnownThere, Transient, WorldAway
from shared.identity import new_id
from shared.logging import logger
from shared.mongo import AWAY, Document
from shared.outboxes import Outgoing
from shared.pack.register import ReliedOn

NOT_OURS: Final = "The penalty notice of {} stands until the authority withdraws it, and the authority is asked to say what becomes of it."
"""Told to the LA with our reason. Source: SI 2007/1867 reg. 8: the authority withdraws a notice."""
Told = tuple[Document, list[Outgoing]]
"""The pack's document, and what goes to the bus with it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Built in the composition root."""

    preparation: Preparation
    store: Store
    telling: Telling
    seconds: float
    """After which a look that did not come to its end is made up for."""

    async def look(self) -> None:
        """A chore: each pack by one replica, and none keeps the others back. Where a service does not answer it is looked at again soon."""
        for pack in await self.store.resting.due():
            claimed = await self.store.resting.claim(pack, timedelta(seconds=self.seconds))
            if claimed and await self._looked_at(pack):
                await self.store.resting.looked(pack, claimed)

    async def look_now(self, held: Held) -> None:
        """Somebody asks what has changed: of flags and parents nothing was heard, and nobody is told that nothing has."""
        if held.work.state in (*ACTED_ON, *ANSWERED):
            await self._looked_at(held.pack.pack)

    async def _looked_at(self, pack: str) -> bool:
        """Whether looking again before the pause is over, or something is heard, would tell nothing else."""
        try:
            await self.look_at(pack)
        except (NotOnRoll, NotKnownThere, NoSuchPack):  # disposed of, or the roll is between two of its files
            logger().info("pack not looked at", id=pack)
        except (Transient, WorldAway, Conflict, *AWAY) as error:
            logger().warning("pack not looked at: it is again soon", id=pack, exc_info=error)
            return False
        except Exception as error:
            logger().warning("pack not looked at", id=pack, exc_info=error)
        return True

    async def look_at(self, pack: str) -> Rests | None:
        """None for a pack that was not sent: whoever looks at one that was checked makes it a draft where something has changed."""
        held = await self.preparation.held(pack)
        if held.work.state in AT_HOME:
            look = await self.preparation.look(pack, Cause.beginning(new_id()))
            if look.held.work.state != held.work.state:
                logger().info("pack is a draft again", id=pack, authority=held.pack.authority, school=held.pack.school)
            return None
        gathered = await self._now(held)
        now, at, cause = fingerprints(gathered.material), self.store.preparing.now(), Cause.beginning(new_id())
        authority, signed, marks = await self._on_the_stream(held), held.work.certificate, gathered.material.marks
        # the marks that were sent are those that were certified: others make a signed pack a draft again
        differing = differences(signed.marks, marks, signed.first, signed.last) if signed else ()

        def tell(document: Document, rests: Rests) -> Told:
            notice = ChangeTold(name=f"change-{rests.edition}", says="changed since sent", changed=rests.changed, told_on=self._today())
            return self._told(document, notice, authority)

        before = self.store.resting.of(held.document)
        after = await self.store.resting.change(
            pack, lambda rests: rests.looked(now, at, differing), tell, cause, people=held.work.answered_for_by, by=self._answer_by(held)
        )
        if before and after and after.edition > before.edition:
            logger().info("pack changed since it was sent", id=pack, authority=held.pack.authority, school=held.pack.school)
        return after

    async def answer(self, pack: str, answer: Answer, why: str, by: By, cause: Cause, edition: int | None = None) -> None:
        """NotPossibleNow where nothing is open, or what is answered cannot be done; LookAgain where another change was found since
        `edition` was looked at. Superseding begins the next edition; withdrawing takes the pack back, one of a paid notice too: the LA
        withdraws a notice that ought not to have been issued, and repays it (SI 2007/1867 reg. 8).

        Of several answers at once one is noted, and only that one is acted on; the same again makes up for a crash between the two."""
        held = await self.preparation.held(pack)
        rests = self.store.resting.of(held.document)
        if rests is None or not (rests.open or _said_before(rests, answer, why)):
            raise NotPossibleNow("nothing of this pack has changed since it was sent, or it was answered")
        if rests.open:
            # whatever it was that changed last: the pack rests on its sessions as long as it stands
            offer = offered(held.work.state, await self._still_borne(held) if answer == "stands" else None)
            if why_not := offer.refused.get(answer):
                raise NotPossibleNow(why_not)
            await self._note(held, answer, why, by, cause, edition, offer.relied_on)
        if answer == "supersede":
            await self.preparation.supersede(pack, by, why, cause)
        if answer == "withdraw":
            await self.withdraw(pack, why, by, cause, TO_UNDO)

    async def offered(self, held: Held) -> Offered:
        """The answers that will be taken now, and why not the others: as long as nothing else changes."""
        try:
            return offered(held.work.state, await self._still_borne(held))
        except (NotKnownThere, NoSuchPack, Transient, WorldAway):
            return offered(held.work.state, None)

    async def _still_borne(self, held: Held) -> Borne | None:
        """None for a pack on which nobody acts any more: it stands whatever the register says."""
        if held.work.state not in TO_UNDO:
            return None
        gathered = await self._now(held)
        return still_borne(gathered.material, gathered.profile)

    async def _now(self, held: Held) -> Gathered:
        """The statement is as it was signed: its exhibits are not read again."""
        return await self.preparation.gathering.gather(held.work.wanted, replace(said(held), statement=None))

    async def _note(
        self, held: Held, answer: Answer, why: str, by: By, cause: Cause, edition: int | None, relied_on: ReliedOn | None
    ) -> None:
        authority = await self._on_the_stream(held)

        def tell(document: Document, after: Rests) -> Told:
            if answer != "stands" or document["state"] in TAKEN_BACK:  # taken back meanwhile
                return document, []
            name, changed = f"stands-{after.edition}", after.answered[-1].changed
            notice = ChangeTold(name=name, says="stands", changed=changed, told_on=self._today(), relied_on=relied_on, why=why, by=by.name)
            return self._told(document, notice, authority)

        def do(found: Rests) -> Rests:
            if edition is not None and found.open and found.edition != edition:
                raise LookAgain(f"something else has changed since: what is open is change {found.edition}")
            return found.answering(answer, why, by, relied_on)

        await self.store.resting.change(held.pack.pack, do, tell, cause)

    async def withdraw(self, pack: str, why: str, by: By, cause: Cause, states: Collection[State] = TO_TAKE_BACK) -> None:
        """Take a pack back: the LA is told by its own way. NotPossibleNow for one on which no LA acts any more."""
        held = await self.preparation.held(pack)
        words = self.store.words.of(held.document)
        if any(one.source == "ourselves" for one in words):
            return
        if issued := still_stands(words):
            why = f"{why.rstrip('. ')}. {NOT_OURS.format(on(issued))}"
        word = Word(said=Said(says="withdrawn", on=self._today(), why=why), by=by, source="ourselves", heard="our own act")
        if held.work.state not in states:
            raise NotPossibleNow(NOTHING_TO_TAKE_BACK.format(held.work.state))
        authority = await self._on_the_stream(held)
        notice = ChangeTold(name="withdrawn", says="withdrawn", told_on=self._today(), why=why, by=by.name)
        await self.store.words.say(pack, word, cause, lambda document: self._told(document, notice, authority))
        logger().info("pack withdrawn", id=pack, authority=held.pack.authority, school=held.pack.school)

    async def _on_the_stream(self, held: Held) -> Authority | None:
        """The pack's LA, if that is how it is told; another LA sees it where it downloads, or is told by the officer."""
        method = self.preparation.gathering.profiles.of(held.pack.authority, self._today()).delivery.method
        return await self.store.authorities.get(held.pack.authority) if method == "stream" else None

    def _answer_by(self, held: Held) -> date:
        """Of a change that is found today."""
        today = self._today()
        profile = self.preparation.gathering.profiles.of(held.pack.authority, today)
        return working_days_later(today, profile.delivery.changes_answered_days)

    def _told(self, document: Document, notice: ChangeTold, authority: Authority | None) -> Told:
        return (document, []) if authority is None else self.telling.told(document, notice, authority, self.store.preparing.now())

    def _today(self) -> date:
        return self.preparation.settings.today()


def _said_before(rests: Rests, answer: Answer, why: str) -> bool:
    """Whether it is the last answer once more, of which something is to be done."""
    last = rests.answered[-1] if rests.answered else None
    return answer != "stands" and last is not None and (last.answer, last.why) == (answer, why)
