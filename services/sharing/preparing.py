"""The life of a pack until it is signed: from an enforcement request to a draft, and every act upon it.

What a pack is made from is asked of the other services each time somebody looks or acts, so nobody checks or signs what was true last week.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.sharing.domain import acts, policy
from services.sharing.domain.life import AT_HOME, check_possible
from services.sharing.domain.material import Material, Wanted
from services.sharing.domain.paper.as_checked import as_checked
from services.sharing.domain.rests import fingerprints
from services.sharing.domain.told import row
from services.sharing.domain.work import Against, By, Work
from services.sharing.edition_before import edition_before
from services.sharing.errors import NoSuchPack, NotPossibleNow, Unfit
from services.sharing.gathering import Gathered, Gathering, Said
from services.sharing.store import Store
from services.sharing.store.pack_clocks import days_of
from services.sharing.store.preparing import Asked, Held
from shared.bus import Bus
from shared.contracts.attendance import AskSchool, SchoolFacts
from shared.contracts.envelope import Cause
from shared.contracts.referrals import AskRequest, EnforcementRequest
from shared.disposal import TRIES, StillChanging
from shared.errors import Conflict, Transient, WorldAway
from shared.identity import new_id
from shared.logging import logger
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Look:
    """A pack as it stands, and all that it would be made from now, with its LA's profile."""

    held: Held
    gathered: Gathered

    @property
    def material(self) -> Material:
        return self.gathered.material


@dataclass(frozen=True, slots=True)
class Preparation:
    """Built in the composition root. `table` is what may be told to whom."""

    bus: Bus
    store: Store
    gathering: Gathering
    settings: Settings
    table: tuple[policy.Allowance, ...] = policy.TABLE

    async def begin(self, request: str, cause: Cause) -> None:
        """One draft, or one refusal, for each request, however often and by how many it is heard."""
        held = await self.store.preparing.of_request(request)
        if held is None and not await self.store.disclosing.answered(request):
            held = await self._begun(request, cause)
        if held and held.work.state == "draft" and "clock_edition" not in held.document:
            await self.look(held.pack.pack, cause)

    async def _begun(self, id_: str, cause: Cause) -> Held | None:
        request = await self.bus.ask(AskRequest(request=id_), EnforcementRequest)
        school = await self.bus.ask(AskSchool(school=request.school), SchoolFacts)
        asked = Asked(request.request, request.case, request.school, request.child, school.authority)
        wanted = wanted_of(request)
        decision = policy.decide("local authority", policy.PACK, request.measure, self.table)
        try:
            if not decision.allowed:
                await self.store.disclosing.refuse(asked, row(wanted, policy.PACK, decision), cause)
                logger().warning("disclosure refused", authority=asked.authority, school=asked.school)
                return None
            if not request.period_said or request.looked_from:
                wanted = await self._with_own_period(wanted, request.looked_from or request.first)
            held = await self.store.preparing.begin(new_id(), asked, Work(wanted=wanted), cause)
        except Conflict:  # another was first
            return await self.store.preparing.of_request(id_)
        logger().info("pack begun", id=held.pack.pack, authority=asked.authority, school=asked.school)
        return held

    async def _with_own_period(self, wanted: Wanted, looked_from: date) -> Wanted:
        """That of the sessions relied on. What was asked for while that cannot be known, and where there is none: whoever
        looks at the draft is told what is lacking."""
        try:
            days = (await self.gathering.gather(wanted.model_copy(update={"first": looked_from}))).own_period
        except (Transient, WorldAway):
            return wanted
        return wanted.model_copy(update={"first": days[0], "last": days[1]}) if days else wanted

    async def held(self, pack: str) -> Held:
        """NoSuchPack when it is not, or no longer, there."""
        held = await self.store.preparing.get(pack)
        if held is None:
            raise NoSuchPack
        return held

    async def look(self, pack: str, cause: Cause) -> Look:
        """What the pack is now. A pack in preparation whose school has come to another LA goes back to its draft, for that LA; so
        does one whose parent is somebody else than whoever looked before has seen, or of which something is another than was checked."""
        for _ in range(TRIES):
            held = await self.held(pack)
            whole = replace(said(held), edition_before=await edition_before(self.store, held))
            gathered = await self.gathering.gather(held.work.wanted, whole)
            if held.work.state not in AT_HOME:
                return Look(held, gathered)
            try:
                followed = await self._followed(held, gathered, cause)
            except Conflict:
                continue
            if followed.work == held.work:
                return Look(followed, gathered)
        raise StillChanging(pack)

    async def previewed(self, pack: str, cause: Cause) -> Gathered:
        """Of what the pack would be made now. NotPossibleNow for one that was sent: its files are kept."""
        look = await self.look(pack, cause)
        if look.held.work.state not in AT_HOME:
            raise NotPossibleNow(f"the pack is {look.held.work.state}: its files are kept as they were sent")
        return look.gathered

    async def act(
        self,
        pack: str,
        do: Callable[[Look], Work],
        cause: Cause,
        first: Callable[[Look], Awaitable[None]] | None = None,
        *,
        takes_sessions: bool = False,
    ) -> Held:
        """Looks, does it, and writes it down, unless it was done before; looks again when somebody else wrote in between. `first`: what
        has to go well before it is written. `takes_sessions`: others are refused them from then on, so none of the packs that might take
        the same is written in between either. Unfit for the scan of a signature that was brought for another pack."""
        for _ in range(TRIES):
            look = await self.look(pack, cause)
            work = await asyncio.to_thread(do, look)  # who checks a pack lays all of it out
            if first and work != look.held.work:
                await first(look)
            beside = [one for one in look.material.notices.packs if not one.standing] if takes_sessions else []
            try:
                return await self._written(look.held, work, cause, {one.pack: one.version for one in beside})
            except Conflict:
                continue
        raise StillChanging(pack)

    async def note(self, pack: str, do: Callable[[Work], Work], cause: Cause) -> Held:
        """An act for which nothing has to be asked of anybody."""
        for _ in range(TRIES):
            held = await self.held(pack)
            work = do(held.work)
            try:
                return await self._written(held, work, cause)
            except Conflict:
                continue
        raise StillChanging(pack)

    async def supersede(self, pack: str, by: By, why: str, cause: Cause) -> Held:
        """A draft of the next edition, with its legal clocks; the one that is there, where somebody was first, or had given it up.
        NotPossibleNow for one that was not sent, or ended otherwise than returned or declined."""
        before = await self.held(pack)
        latest = await self.store.preparing.of_request(before.pack.request)
        following = latest if latest and latest.pack.supersedes == pack else None
        if following and following.work.state in AT_HOME:
            return following
        check_possible("supersede", before.work.state)
        if following and following.work.state == "cancelled":  # the LA is to be sent no edition 3 after edition 1
            return await self.take_up(following.pack.pack, by, why, cause, "supersede")
        last = latest.pack.edition if latest else before.pack.edition
        asked = Asked(before.pack.request, before.pack.case, before.pack.school, before.pack.child, before.pack.authority)
        work, days = acts.superseding(before.work, by, why), days_of(before.document)
        try:
            begun = await self.store.preparing.begin(new_id(), asked, work, cause, pack, last + 1, days)
        except Conflict:
            return await self.supersede(pack, by, why, cause)
        return await self._with_clocks(begun, cause)

    async def take_up(self, pack: str, by: By, why: str, cause: Cause, act: Literal["take up", "supersede"] = "take up") -> Held:
        """A pack that was given up, as a draft again, with its legal clocks. NotPossibleNow for one that was not, and where another edition
        is there, or the pack whose place it was to take has ended."""
        before = await self.held(pack)
        latest = await self.store.preparing.of_request(before.pack.request)
        if latest and latest.pack.edition > before.pack.edition:
            raise NotPossibleNow(f"edition {latest.pack.edition} of it is there: pack {latest.pack.pack}")
        if before.pack.supersedes:
            check_possible("supersede", (await self.held(before.pack.supersedes)).work.state)
        return await self._with_clocks(await self.note(pack, lambda work: acts.taken_up(work, by, why, act), cause), cause)

    async def _with_clocks(self, held: Held, cause: Cause) -> Held:
        """As they are now; those that it has, if any, until somebody looks."""
        try:
            return (await self.look(held.pack.pack, cause)).held
        except (Transient, WorldAway):
            return held

    async def _written(self, held: Held, work: Work, cause: Cause, beside: Mapping[str, int] | None = None) -> Held:
        if work == held.work:
            return held
        if work.scans != held.work.scans and await self.store.preparing.scanned_for_another(held.pack.pack, work):
            raise Unfit("this file was brought for another pack: each pack is signed on its own pages, which have its id and check value")
        return await self.store.preparing.write(held, work, cause, beside or {})

    async def _followed(self, held: Held, gathered: Gathered, cause: Cause) -> Held:
        """With the legal clocks, the LA, the parent and what it rests on as they are now; written only where they are others."""
        material, work = gathered.material, held.work
        authority = material.authority_code
        system = By(person="sharing", name="the system", role="", at=self.store.preparing.now())
        if authority != held.pack.authority:
            work = acts.returned_home(work, system, authority)
        if parent := material.case.parent:
            work = acts.against(work, system, Against(record=parent.parent, name=parent.name))
        if work.rests_on is not None:
            work = acts.still_true(work, system, await asyncio.to_thread(to_check, gathered))
        return await self.store.preparing.follow(held, work, material.clocks, authority, cause)


def to_check(gathered: Gathered) -> dict[str, str]:
    """The fingerprints, by kind, of what somebody who checks the pack looks at. Some ms of processor time, and with many letters much more:
    beside the event loop."""
    rests, says = fingerprints(gathered.material), as_checked(gathered.material, gathered.profile)
    return {str(kind): value for kind, value in (*rests.items(), *says.items())}


def said(held: Held) -> Said:
    work = held.work
    return Said(
        pack=held.pack.pack,
        edition=held.pack.edition,
        supersedes=held.pack.supersedes,
        statement=work.statement,
        certificate=work.certificate,
        checked=work.checked.signature() if work.checked else None,
        checked_by_witness=work.checked_by_witness,
        approved=work.approved.signature() if work.approved else None,
        overrides=work.overrides,
    )


def wanted_of(request: EnforcementRequest) -> Wanted:
    return Wanted(
        request=request.request,
        case=request.case,
        school=request.school,
        child=request.child,
        parent=request.parent,
        measure=request.measure,
        offence=request.offence,
        ground=request.reason,
        first=request.first,
        last=request.last,
        requested_by=request.requested_by,
        requested_on=request.requested_at.date(),
    )
