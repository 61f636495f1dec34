"""Who sees what of a family."""

from collections.abc import Iterable

from services.referrals.api.access import closed, covered
from services.referrals.cases.whose import officer_of
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.one_child import group
from services.referrals.domain.parent import Parent
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchParentHere
from services.referrals.store import Store
from shared.auth import Caller


async def sees_addresses(caller: Caller, store: Store, school: str, child: str) -> bool:
    """Whether confidential addresses of the child's family are the caller's to see: the open case's officer alone."""
    return await own_case(caller, store, school, child) is not None


async def own_case(caller: Caller, store: Store, school: str, child: str) -> Referral | None:
    """The child's open case, where the caller is its officer."""
    if caller.role != "officer":
        return None
    records = group(await store.joins.groups(school, [child]), child)
    cases = await store.referrals.of_children(school, records, CASE)
    return next((case for case in cases if officer_of(case) == caller.sub), None)


async def opened(caller: Caller, store: Store, records: Iterable[str]) -> frozenset[str]:
    """Those of the records of parents whose confidential address is the caller's to see: by the open case of a child who is tied to that
    record. That two records are said to be one person opens neither, and who may not see an address ties its parent to no further child."""
    return frozenset(await opening(caller, store, records))


async def opening(caller: Caller, store: Store, records: Iterable[str]) -> dict[str, Referral]:
    """`opened`, each with the case by which it is."""
    if caller.role != "officer":
        return {}
    links = await store.parents.links_of(frozenset(records))
    cases = {child: await own_case(caller, store, *child) for child in {(link.school, link.child) for link in links}}
    return {link.parent: case for link in links if (case := cases[link.school, link.child])}


async def not_to_be_seen(id_: str, caller: Caller, store: Store) -> frozenset[str]:
    """Records of the same person that call the address confidential, without those that are open to the caller."""
    person = (await store.parents.people([id_]))[id_]
    hiding = frozenset(one.id for one in person if one.hides_address)
    return hiding - await opened(caller, store, hiding)


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
