"""What is decided over a proposal, by one route for one and by the register check for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.referrals.domain import acts
from services.referrals.domain.declining import Declining
from services.referrals.domain.referral import Referral
from services.referrals.errors import BadPeriod
from services.referrals.officers.taking import taker
from services.referrals.proposals.one_more import one_more
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import CaseOpened
from shared.identity import new_id
from shared.mongo import Document

LONGEST_LEFT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Deciding:
    """Built with the routes. Each is done again on what another wrote meanwhile; sent again, it changes nothing. NotPossible where the
    referral is no proposal any more."""

    store: Store
    declining: Declining
    policies: Policies

    async def accept(self, referral: Referral, by: str, *, over_bought: bool, officer: str | None = None) -> Referral:
        """OverBought when it would be one open case more than the school bought, and nobody says yes to that. `officer`: whose case it is
        from the beginning; OfficerNotAdded or NotPossible for who cannot be given it."""

        async def within() -> list[Document]:
            beside = await one_more(self.store, referral.school, over_bought=over_bought)
            return [*beside, await taker(officer, referral.school, self.store, self.policies)] if officer else beside

        def step(before: Referral) -> tuple[Referral, Sequence[Draft]]:
            at = self.store.now()
            after = acts.accepted(before, by, at)
            if officer and after != before:
                after = acts.allocated(after, officer, by, at, None)
            return after, [Draft(CaseOpened, case=after.id, school=after.school, child=after.child, order=after.order)]

        after = await self.store.referrals.change(referral.id, step, Cause.beginning(new_id()), within)
        if officer and officer not in (by, referral.officer) and after.officer == officer:
            once = f"allocated at acceptance {after.id}"
            await self.store.notices.tell(officer, "case allocated to you", after.school, f"/v1/cases/{after.id}", once=once)
        return after

    async def decline(self, referral: Referral, by: str, reason: str, words: str | None, *, by_school: bool) -> Referral:
        """NotAReason for what is none of today's list."""
        reasons = self.declining.on(self.store.today())
        reasons.check(reason, words)

        def step(before: Referral) -> tuple[Referral, Sequence[Draft]]:
            return acts.declined(before, by, self.store.now(), reason, words, reasons.version, by_school=by_school), ()

        return await self.store.referrals.change(referral.id, step, Cause.beginning(new_id()))

    async def leave(self, referral: Referral, by: str, until: date, why: str | None) -> Referral:
        """BadPeriod unless it is left until a day to come, within a year."""
        today = self.store.today()
        if not today < until <= today + LONGEST_LEFT:
            raise BadPeriod("`until` is a day after today, within a year")

        def step(before: Referral) -> tuple[Referral, Sequence[Draft]]:
            return acts.left(before, by, self.store.now(), until, why), ()

        return await self.store.referrals.change(referral.id, step, Cause.beginning(new_id()))
