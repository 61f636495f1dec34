"""Proposals and cases of a joined child's records, shown with each other: which records those are, `attendance` tells with the names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.referral import Referral
from services.referrals.names.naming import Named
from services.referrals.store import Store

SHOWN: Final[tuple[State, ...]] = ("proposed", *CASE, "closed")
TOGETHER: Final = "Proposals and cases of the other records of a joined child, by id."


class OfChild(Protocol):
    """A referral, or a line of it."""

    @property
    def id(self) -> str: ...
    @property
    def school(self) -> str: ...
    @property
    def child(self) -> str: ...


async def together(store: Store, found: Iterable[OfChild], people: Mapping[str, Named] | None) -> Mapping[str, list[str]]:
    """By referral, the others of the same child under its other records. A child that is not joined costs nothing."""
    joined = [(referral, people[referral.child].records) for referral in found if people and referral.child in people]
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for referral, records in joined:
        wanted[referral.school].update(set(records) - {referral.child})
    others = [
        other for school, children in wanted.items() if children for other in await store.referrals.of_children(school, children, SHOWN)
    ]
    return {referral.id: _of(referral, records, others) for referral, records in joined if records}


def _of(referral: OfChild, records: Collection[str], others: Iterable[Referral]) -> list[str]:
    theirs = (other for other in others if other.school == referral.school and other.child in records and other.child != referral.child)
    return [other.id for other in sorted(theirs, key=lambda other: other.proposed_at)]
