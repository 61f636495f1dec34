"""Who sees what of a family."""

from services.referrals.api.known import in_school
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.parent import Parent
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchParentHere
from services.referrals.store import Store
from shared.auth import Caller


async def sees_addresses(caller: Caller, store: Store, school: str, child: str) -> bool:
    """Whether confidential addresses of the child's family are the caller's to see: the open case's officer alone."""
    cases = await store.referrals.of_children(school, [child], CASE)
    return caller.role == "officer" and any(officer_of(case) == caller.sub for case in cases)


def officer_of(case: Referral) -> str | None:
    """To whom a case is allocated; before that, who accepted it."""
    return case.officer or (case.private.decision.by if case.private.decision else None)


async def own_parent(id_: str, caller: Caller, store: Store) -> Parent:
    """NoSuchParentHere also for another school's."""
    found = await store.parents.get(id_)
    if found is None:
        raise NoSuchParentHere
    await in_school(found.school, caller, store)
    return found
