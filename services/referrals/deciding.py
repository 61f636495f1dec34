"""What is decided over a proposal, by one route for one and by the register check for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.referrals.domain import acts, bought
from services.referrals.domain.declining import Declining
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.referral import Referral
from services.referrals.errors import BadPeriod
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

    async def accept(self, referral: Referral, by: str, *, over_bought: bool) -> Referral:
        """OverBought when it would be one open case more than the school bought, and nobody says yes to that."""

        async def within() -> list[Document]:
            # read before the cases are counted, and written with the new one: of several at once each counts those before it
            agreed = await self.store.bought.kept(referral.school)
            number = await self.store.bought.cases(referral.school, self.store.today())
            if number is not None and not over_bought:
                bought.check(await self.store.referrals.count(referral.school, CASE), number)
            return [agreed] if agreed else []

        def step(before: Referral) -> tuple[Referral, Sequence[Draft]]:
            after = acts.accepted(before, by, self.store.now())
            return after, [Draft(CaseOpened, case=after.id, school=after.school, child=after.child, order=after.order)]

        return await self.store.referrals.change(referral.id, step, Cause.beginning(new_id()), within)

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
