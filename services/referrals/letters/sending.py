"""Letters on their way: printed, sent, come back.

That a letter has gone is written first; the exact copy, the entry in the case and the retention clock follow from it, each under an id of
its own, so that whoever carries on after a crash makes none of them twice.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

from services.referrals.cases.closed import let_near
from services.referrals.cases.recording import Recording
from services.referrals.cases.whose import heads, is_here
from services.referrals.domain.document import CaseDocument, Told
from services.referrals.domain.document_kinds import LETTER
from services.referrals.domain.intervention import Done, check_day
from services.referrals.domain.letters import letter as acts
from services.referrals.domain.letters.letter import Letter, Way
from services.referrals.domain.letters.print import pdf
from services.referrals.domain.referral import Referral
from services.referrals.domain.task import Task
from services.referrals.errors import NotPossible, StillChanging
from services.referrals.letters.merging import Letters
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.logging import logger

AT_ONCE: Final = 4
"""Letters that are sent at a time."""
PIECE: Final = 1_000_000
WITHIN: Final = timedelta(days=7)
"""In which somebody finds out where the family lives now."""


@dataclass(frozen=True, slots=True)
class Refused:
    letter: str
    why: str


@dataclass(frozen=True, slots=True)
class Sending:
    """Built with the routes."""

    store: Store
    letters: Letters
    recording: Recording

    async def printed(self, wanted: Sequence[Letter], *, both_sides: bool) -> bytes:
        """One PDF of all, in their order. NotPossible, naming each that may not go, and then nothing is printed."""
        now = [await self._looked_at(letter) for letter in wanted]
        refused = [(one, why) for one in now if (why := _not_printable(one))]
        if refused:
            raise NotPossible("; ".join(f"{one.id}: {why}" for one, why in refused))
        return await asyncio.to_thread(pdf, [one.words for one in now], both_sides=both_sides)

    async def send(self, wanted: Sequence[Letter], way: Way, day: date, by: str) -> list[Letter | Refused]:
        """Mark letters as gone, each with its copy and its entry. One that may not go spoils no other; sent again it is the same."""
        check_day(day, self.store.today())
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(letter: Letter) -> Letter | Refused:
            async with gate:
                return await self._send(letter, way, day, by)

        return list(await asyncio.gather(*map(one, wanted)))

    async def came_back(self, letter: Letter, case: Referral, day: date, why: str, by: str) -> Letter:
        """The address is marked by it: the next letter there is held. Whoever has the case is told, and has a task while it is open."""
        check_day(day, self.store.today())
        after = await self.store.letters.change(
            letter.id, lambda one: acts.returned(one, by, self.store.now(), day, why), Cause.beginning(new_id())
        )
        known = (case.officer, case.private.decision.by if case.private.decision else None)
        here = [one for one in known if one and await is_here(one, self.store)]
        whose = next(iter(await let_near(here, case, self.store)), None)
        task = Task(
            id=sha256(f"returned {letter.id}".encode()).hexdigest()[:24],
            case=case.id,
            officer=whose or by,
            what=f"A letter to {letter.words.to} came back ({letter.words.reference}): find out where the family lives.",
            due=self.store.today() + WITHIN,
            by=by,
            at=self.store.now(),
        )
        with suppress(NotPossible):  # closed: the notice tells it
            await self.store.tasks.add(task, case, Cause.beginning(new_id()))
        path = f"/v1/cases/{case.id}/letters"
        await self.store.notices.tell(
            whose or await heads(self.store, case), "letter returned", case.school, path, once=f"returned {letter.id}"
        )
        return after

    async def carry_on(self) -> int:
        """What a crash left on its way; how many. One that cannot be carried on keeps no other back."""
        done = 0
        for letter in await self.store.letters.left():
            try:
                await self._follow_up(letter)
                done += 1
            except Exception as error:  # whatever it is, the next letter has to go on
                logger().warning("letter not carried on", id=letter.id, exc_info=error)
        return done

    async def copy(self, letter: Letter) -> AsyncIterator[bytes] | bytes:
        """What was sent, byte for byte; before that, what would be. NotPossible for what must not be seen on paper any more."""
        if letter.document and (held := await self.store.case_documents.get(letter.document)) and held.entry.file:
            return self.store.case_documents.content(held.entry)
        acts.check_paper(await self._looked_at(letter))
        return await asyncio.to_thread(pdf, [letter.words])

    # ----------------------------------------------------------------------------------------------------------------

    async def _looked_at(self, letter: Letter) -> Letter:
        """Under what stands over it at this moment, as long as it has not gone."""
        return await self.letters.stops(letter) if letter.state in ("held", "ready") else letter

    async def _send(self, letter: Letter, way: Way, day: date, by: str) -> Letter | Refused:
        looked = await self._looked_at(letter)
        try:
            gone = await self.store.letters.change(
                looked.id, lambda one: acts.dispatched(one, way, day, by, self.store.now()), Cause.beginning(new_id())
            )
        except NotPossible as refused:
            return Refused(letter.id, str(refused))
        if gone.dispatch and (gone.dispatch.way, gone.dispatch.day) != (way, day):
            return Refused(letter.id, f"it was said to have gone by {gone.dispatch.way} on {gone.dispatch.day}: that stands")
        return await self._follow_up(gone) if gone.state == "sending" else gone

    async def _follow_up(self, letter: Letter) -> Letter:
        found = await self.store.referrals.get(letter.case)
        if found is None:  # disposed of
            return letter
        document = await self._keep_copy(letter, found.referral)
        entry = await self._record(letter, found.referral)
        return await self.store.letters.change(letter.id, lambda one: acts.sent(one, document, entry), Cause.beginning(new_id()))

    async def _keep_copy(self, letter: Letter, case: Referral) -> str:
        """The document has the letter's id."""
        copy = _document(letter, self.store.now())
        with suppress(Conflict):  # begun before
            await self.store.case_documents.add(copy, case, Cause.beginning(new_id()))
        held = await self.store.case_documents.get(copy.id)
        if held is None:
            raise StillChanging
        if held.entry.state == "coming":
            content = await asyncio.to_thread(pdf, [letter.words])
            with suppress(NotPossible):  # another replica was first
                await self.store.case_documents.fill(held, "pdf", _pieces(content), Cause.beginning(new_id()))
        return copy.id

    async def _record(self, letter: Letter, case: Referral) -> str | None:
        """The entry, which starts the clock as its kind says. None in a case that was closed meanwhile: nothing is recorded in it."""
        assert letter.dispatch is not None
        outcome = f"{letter.words.subject}: sent ({letter.dispatch.way})"
        done = Done(
            kind=letter.records,
            day=letter.dispatch.day,
            with_whom=letter.words.to[:200],
            engagement="not applicable",
            outcome=outcome[:2000],
        )
        try:
            entry, _ = await self.recording.record(case, done, letter.dispatch.by, f"letter {letter.id}")
        except NotPossible:
            return None
        return entry.id


def _not_printable(letter: Letter) -> str | None:
    try:
        acts.check(letter, "print")
    except NotPossible as refused:
        return str(refused)
    return letter.no_post if letter.state == "ready" else None


def _document(letter: Letter, now: datetime) -> CaseDocument:
    """Added when it is written and not when the letter went: a letter that is carried on late is awaited as long as any."""
    assert letter.dispatch is not None
    told = Told(
        what=letter.words.subject[:200],
        kind=LETTER,
        day=letter.dispatch.day,
        audience="officers",
        may_be_served=True,
        name=f"{letter.kind} {letter.words.reference}.pdf",
    )
    return CaseDocument(
        id=letter.id,
        case=letter.case,
        school=letter.school,
        child=letter.child,
        author=letter.dispatch.by,
        added_at=now,
        state="coming",
        told=told,
    )


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for first in range(0, len(content), PIECE):
        yield content[first : first + PIECE]
