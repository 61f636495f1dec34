"""Who sees what of a family."""

from services.referrals.api.access import closed, covered
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
    """NoSuchParentHere also for another school's, and where every child of the parent is closed to the caller."""
    found = await store.parents.get(id_)
    schools = await covered(caller, store)
    if found is None or (schools is not None and found.school not in schools):
        raise NoSuchParentHere
    if barred := await closed(caller, store):
        children = {link.child for link in await store.parents.links_of([id_])}
        if children and children <= barred:
            raise NoSuchParentHere
    return found
