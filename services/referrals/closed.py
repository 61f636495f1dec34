"""Children of whom one person is to see nothing (their own, a neighbour's)."""

from services.referrals.store import Store


async def closed_to(who: str, store: Store) -> frozenset[str]:
    """By all their records: nearly always none."""
    barred = await store.closed_to.children(who)
    groups = [await store.joins.groups(school, barred) for school in set(barred.values())]
    return frozenset(barred).union(*(records for found in groups for records in found.values()))
