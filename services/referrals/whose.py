"""Who is told of what concerns a case: its officer, else those of its school, else every head of service."""

from services.referrals.domain.notice import HEADS
from services.referrals.domain.referral import Referral
from services.referrals.store import Store


async def whose(store: Store, case: Referral) -> list[str]:
    """Ids of staff, or HEADS."""
    if case.officer:
        return [case.officer]
    return [one.id for one in await store.officers.all() if case.school in one.schools] or [HEADS]
