"""To whom a case goes that a register check accepts: whoever is named with it, else the school's one named officer, else nobody yet."""

from dataclasses import dataclass

from services.referrals.cases.closed import let_near
from services.referrals.domain.clearance import unable
from services.referrals.domain.officer import Officer
from services.referrals.domain.referral import Referral
from services.referrals.errors import NotPossible
from services.referrals.settings.policy import Policies
from services.referrals.store import Store


@dataclass(frozen=True, slots=True)
class Taker:
    """`why`: it goes to nobody."""

    officer: str | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Takers:
    """Of one school: its named officers are read once for a whole check."""

    store: Store
    policies: Policies
    named: tuple[Officer, ...]

    @classmethod
    async def of(cls, store: Store, policies: Policies, school: str) -> "Takers":
        everyone = await store.officers.all()
        return cls(store, policies, tuple(one for one in everyone if one.role == "officer" and school in one.schools))

    async def of_case(self, case: Referral, wanted: str | None) -> Taker:
        """NotPossible where who is wanted can be given nothing of the case. Why is not said, and the words are the same whatever it is: a
        school asks this too, and is not to learn to whom a case is closed."""
        if wanted is not None:
            found = await self.store.officers.get(wanted)
            elsewhere = found is not None and found.schools and case.school not in found.schools
            if found is None or elsewhere or self._unable(found) or not await let_near([wanted], case, self.store):
                raise NotPossible(f"{wanted} cannot be given this case: name somebody else")
            return Taker(wanted)
        if len(self.named) != 1:
            has = f"{len(self.named)} named officers: name the one whose case it is" if self.named else "no named officer"
            return Taker(None, f"the school has {has}")
        [only] = self.named
        if self._unable(only) or not await let_near([only.id], case, self.store):
            return Taker(None, "the school's named officer cannot be given it now")
        return Taker(only.id)

    def _unable(self, officer: Officer) -> bool:
        today = self.store.today()
        return unable(officer, self.policies.on(today), today) is not None
