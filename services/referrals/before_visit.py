"""What must be seen before anybody goes to a child's home: the warnings on every address that is known of the family."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.referrals.domain.visit_warning import Read, VisitWarning, of_addresses, read
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
    on_roll = [person.address or "", *(carer.address or "" for carer in person.carers)] if person else []
    now = [str(one.parent.value("address") or "") for one in family.relations]
    hidden = [address for one in family.relations if one.hides_address for address in one.addresses]
    return over(read(await store.warnings.standing()), [*on_roll, *now], hidden)


def over(standing: Read, addresses: Iterable[str], hidden: Iterable[str]) -> list[Shown]:
    """Those over any of the addresses, and which of them tell by their own address one that is hidden."""
    secret = {one.id for one in of_addresses(standing, hidden)}
    open_ = {one.id for one in of_addresses(standing, addresses)}
    return [Shown(one, one.id in secret) for one, _ in standing if one.id in secret | open_]


async def remind(store: Store) -> None:
    """The chore: whoever owns a warning is told, once, that the day has passed on which it was to be looked at again."""
    for one in await store.warnings.to_review(store.today()):
        link, once = f"/v1/visit-warnings/{one.id}", f"visit warning {one.id} {one.review}"
        await store.notices.tell(one.owner, "visit warning to be reviewed", None, link, once=once)
