"""What `sharing` tells of a case's packs: where it stands with the Local Authority, what came back, and the days that end what can be done.

No word of a pack comes here: who may read what the LA asked finds it with the pack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, TypedDict, Unpack, get_args

from services.referrals.cases.whose import responsible, whose, with_others, without
from services.referrals.domain import pack_heard
from services.referrals.domain.notice import What
from services.referrals.domain.referral import OF_LEAVE, PackDays, Referral
from services.referrals.domain.task import Task
from services.referrals.errors import NoSuchReferral, NotPossible
from services.referrals.proposals.reopening import reopen
from services.referrals.store import Store
from services.referrals.store.referrals import Step
from shared.bus import Bus
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import CaseClosed
from shared.contracts.sharing import (
    LegalClockMoved,
    PackAnswered,
    PackChangeUnanswered,
    PackDraftAgain,
    PackKind,
    PackNotFetched,
    PackOutdated,
    PackSent,
)
from shared.seen_by import OF_A_CHANGE

OWN_REGISTER: Final = frozenset({"sessions", "certificate"})
"""What a school is told to have changed: flags, parents and addresses may be what officers know."""
Heard = PackSent | PackAnswered | PackOutdated | PackChangeUnanswered | PackDraftAgain | PackNotFetched | LegalClockMoved


class Told(TypedDict, total=False):
    about: Sequence[PackKind]
    act_by: date | None
    answer_by: date | None
    """Of a change: until when it is to be answered. It is said when it is over, too."""
    but: str | None
    """Who did it."""


@dataclass(frozen=True, slots=True)
class PacksHeard:
    bus: Bus
    store: Store

    async def sent(self, event: PackSent) -> None:
        def step(case: Referral) -> tuple[Referral, Sequence[Draft]]:
            return pack_heard.sent(case, event.pack, event.edition, event.at, event.supersedes), ()

        await self._change(event.case, step, Cause.of(event))

    async def answered(self, event: PackAnswered) -> None:
        """Told to whose case it is; one with questions is a task, and opens a case that was closed, before it is written that it was
        heard: heard again, it opens nothing. A late word is told, and asks nothing."""
        cause = Cause.of(event)
        if event.struck:
            await self._struck(event, event.struck, cause)
            return
        word = event.says or event.state
        comes_back = word == event.state == "returned"
        if comes_back:
            await self._reopen(event, cause, "the LA has questions")

        def step(case: Referral) -> tuple[Referral, Sequence[Draft]]:
            after = pack_heard.answered(case, event.pack, word, event.state, event.on, event.edition, event.at)
            return after, _ended(case, after)

        case = await self._change(event.case, step, cause)
        if case is None:
            return
        key = f"pack {event.pack} {word} {event.edition}"
        if not (comes_back and pack_heard.is_last(case, event.pack, event.edition)):
            await self._tell(case, "word from the authority on a pack", event.pack, key, but=event.by)
            return
        due = pack_heard.to_answer_by(self.store.today(), event.act_by)
        await self._ask(case, event, key, due, cause)
        await self._tell(case, "pack came back with questions", event.pack, key, act_by=due, but=event.by)

    async def _struck(self, event: PackAnswered, word: str, cause: Cause) -> None:
        """A case of leave that the word closed goes on: nobody works it, so nobody else would open it."""
        held = await self.store.referrals.get(event.case)
        if held and held.referral.path == OF_LEAVE and event.state not in pack_heard.ENDS:
            await self._reopen(event, cause, f"the LA's word was struck: {word}")

        def step(case: Referral) -> tuple[Referral, Sequence[Draft]]:
            after = pack_heard.struck(case, event.pack, word, event.state, event.edition, event.at)
            return after, _ended(case, after)

        case = await self._change(event.case, step, cause)
        if case is not None:
            key = f"pack {event.pack} struck {event.edition}"
            await self._tell(case, "word from the authority on a pack", event.pack, key, but=event.by)

    async def outdated(self, event: PackOutdated) -> None:
        """Told to whose case it is, and to who had checked and approved what was sent."""
        key = f"outdated {event.pack} {event.edition}"
        more: Told = {"about": event.what, "act_by": event.act_by, "answer_by": event.answer_by}
        await self._tell_of(event.case, "pack changed since it was sent", event.pack, key, event.people, **more)
        await self._tell_school(event, "pack changed since it was sent", key)

    async def unanswered(self, event: PackChangeUnanswered) -> None:
        key = f"unanswered {event.pack} {event.answer_by} {event.times}"
        more: Told = {"act_by": event.act_by, "answer_by": event.answer_by}
        await self._tell_of(event.case, "change of a pack not answered", event.pack, key, **more)

    async def draft_again(self, event: PackDraftAgain) -> None:
        """Told to whose case it is, and to who had checked and approved the pack: what they did is of something else."""
        key = f"draft again {event.pack} {event.edition}"
        more: Told = {"about": event.what, "act_by": event.act_by}
        await self._tell_of(event.case, "pack is a draft again", event.pack, key, event.people, **more)
        if event.signed:
            await self._tell_school(event, "pack is a draft again", key)

    async def not_fetched(self, event: PackNotFetched) -> None:
        key = f"not fetched {event.pack} {event.days}"
        await self._tell_of(event.case, "pack not fetched", event.pack, key, act_by=event.act_by)

    async def clock_moved(self, event: LegalClockMoved) -> None:
        days = PackDays(
            pack=event.pack,
            edition=event.edition,
            request_by=event.request_by and event.request_by.isoformat(),
            earliest_by=event.earliest_by and event.earliest_by.isoformat(),
        )
        await self._change(event.case, lambda case: (pack_heard.clock_moved(case, days), ()), Cause.of(event))

    async def _change(self, case: str, step: Step, cause: Cause) -> Referral | None:
        """None for a case that is disposed of."""
        try:
            return await self.store.referrals.change(case, step, cause)
        except NoSuchReferral:
            return None

    async def _reopen(self, event: PackAnswered, cause: Cause, why: str) -> None:
        """A closed case, unless the child has another one by now: then its officer is told of the pack, and goes on there."""
        held = await self.store.referrals.get(event.case)
        if held is None or held.referral.state != "closed" or not pack_heard.is_new(held.referral, event.pack, event.edition):
            return
        try:
            await reopen(self.bus, self.store, event.case, pack_heard.BY, why, cause, over_bought=True)
        except (NotPossible, NoSuchReferral):
            return

    async def _ask(self, case: Referral, event: PackAnswered, key: str, due: date, cause: Cause) -> None:
        officers = await responsible(self.store, case)
        if not officers:
            return
        questions = "1 question" if event.questions == 1 else f"{event.questions} questions"
        what = f"The LA returned the pack with {questions}: iewo packs words {event.pack}"
        id_ = sha256(key.encode()).hexdigest()[:24]
        task = Task(id=id_, case=case.id, officer=officers[0], what=what, due=due, by=pack_heard.BY, at=self.store.now())
        try:
            await self.store.tasks.add(task, case, cause)
        except NotPossible:  # closed, with another open case of the child: the notice tells it
            return

    async def _tell_school(self, event: PackOutdated | PackDraftAgain, what: What, key: str) -> None:
        """Whose head teacher signed: of its own register alone."""
        about = [kind for kind in event.what if kind in OWN_REGISTER]
        if about:
            await self.store.notices.tell_school(event.school, what, f"/v1/packs/{event.pack}", once=key, about=about)

    async def _tell_of(self, case: str, what: What, pack: str, key: str, besides: Sequence[str] = (), **more: Unpack[Told]) -> None:
        held = await self.store.referrals.get(case)
        if held is not None:
            await self._tell(held.referral, what, pack, key, besides, **more)

    async def _tell(self, case: Referral, what: What, pack: str, key: str, besides: Sequence[str] = (), **more: Unpack[Told]) -> None:
        """Not to who did it (`but`). A day that is over is none to act by."""
        people = await with_others(await whose(self.store, case), besides, case, self.store)
        people = await without(people, more.get("but"), case, self.store)
        act_by = more.get("act_by")
        act_by = act_by if act_by and act_by >= self.store.today() else None
        answer, court = (more.get("answer_by"), act_by) if what in OF_A_CHANGE else (act_by, None)
        link, about = f"/v1/packs/{pack}", more.get("about", ())
        await self.store.notices.tell(people, what, case.school, link, once=key, about=about, act_by=answer, last_in_court=court)


def _ended(before: Referral, after: Referral) -> list[Draft]:
    if before.state == "closed" or after.state != "closed":
        return []
    return [Draft(CaseClosed, case=after.id, school=after.school, child=after.child, order=after.order)]


def register(bus: Bus, store: Store) -> None:
    heard = PacksHeard(bus, store)

    @bus.handles("EVENTS", "referrals-packs", *get_args(Heard))
    async def of_a_pack(event: Heard) -> None:
        match event:
            case PackSent():
                await heard.sent(event)
            case PackAnswered():
                await heard.answered(event)
            case PackOutdated():
                await heard.outdated(event)
            case PackChangeUnanswered():
                await heard.unanswered(event)
            case PackDraftAgain():
                await heard.draft_again(event)
            case PackNotFetched():
                await heard.not_fetched(event)
            case LegalClockMoved():
                await heard.clock_moved(event)
