"""Children of whom one person is to see nothing (their own, a neighbour's)."""

from collections.abc import Iterable

from services.referrals.domain.referral import Referral
from services.referrals.errors import NotPossible
from services.referrals.store import Store


async def closed_to(who: str, store: Store) -> frozenset[str]:
    """By all their records: nearly always none."""
    barred = await store.closed_to.children(who)
    groups = [await store.joins.groups(school, barred) for school in set(barred.values())]
    return frozenset(barred).union(*(records for found in groups for records in found.values()))


async def let_near(people: Iterable[str], case: Referral, store: Store) -> list[str]:
    """Those of some persons to whom the case is not closed."""
    return [one for one in people if case.records.isdisjoint(await closed_to(one, store))]


async def may_take(officer: str, case: Referral, store: Store) -> None:
    """NotPossible for somebody to whom the case is closed, and who is given nothing of it."""
    if not await let_near([officer], case, store):
        raise NotPossible(f"{officer} cannot be given anything of this case: name somebody else")
