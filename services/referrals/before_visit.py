"""What must be seen before anybody goes to a child's home: the warnings on every address that is known of the family."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.referrals.domain.addresses import same_address
from services.referrals.domain.visit_warning import VisitWarning, of_addresses
from services.referrals.family import Family
from services.referrals.store import Store
from shared.contracts.attendance import Person


@dataclass(frozen=True, slots=True)
class Shown:
    warning: VisitWarning
    hides: bool
    """Whether its address is that of a parent who keeps it confidential."""


async def warnings(store: Store, person: Person | None, family: Family) -> list[Shown]:
    """By the roll and by the parents' records, confidential addresses included: the warning is shown, the address is not."""
    open_ = [person.address or "", *(carer.address or "" for carer in person.carers)] if person else []
    now = {one.parent.id: one.parent.value("address") for one in family.relations}
    known = [*open_, *(str(address) for address in now.values() if address)]
    hidden = [str(address) for one in family.relations if one.hides_address for address in one.addresses]
    standing = of_addresses(await store.warnings.standing(), [*known, *hidden])
    return [Shown(one, _in(one, hidden)) for one in standing]


def _in(warning: VisitWarning, addresses: Iterable[str]) -> bool:
    return any(same_address(warning.address, address) for address in addresses)
