"""What must be seen before anybody goes to a child's home: the warnings on every address that is known of the family."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.referrals.domain.addresses import place
from services.referrals.domain.visit_warning import Read, VisitWarning, of_addresses, read
from services.referrals.families.confidential import on_rolls
from services.referrals.families.family import Family
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.attendance import Person
from shared.errors import Transient, WorldAway
from shared.words import letters


@dataclass(frozen=True, slots=True)
class Shown:
    warning: VisitWarning
    hides: bool
    """Whether its address is that of a parent who keeps it confidential."""


async def warnings(
    store: Store, person: Person | None, family: Family, open_to: Container[str], hidden_on_roll: Mapping[str, str]
) -> list[Shown]:
    """By the roll and by the parents' records, confidential addresses included: the warning is shown, the address is not. `open_to`:
    records whose confidential address whoever asks may see; `hidden_on_roll`: by record, the address that the roll hides."""
    on_roll = [person.address or "", *(carer.address or "" for carer in person.carers)] if person else []
    now = [str(one.parent.value("address") or "") for one in family.relations]
    hiding = [record for one in family.relations if one.hides_address for record in one.records]
    told = {one.id: [*one.addresses, *filter(None, [hidden_on_roll.get(one.id)])] for one in hiding}
    seen = [address for one in hiding if one.id in open_to for address in told[one.id]]
    known = set(map(letters, seen))
    hidden = [address for one in hiding for address in told[one.id] if letters(address) not in known]
    return over(read(await store.warnings.standing()), [*on_roll, *now, *seen], hidden)


def over(standing: Read, addresses: Iterable[str], hidden: Iterable[str]) -> list[Shown]:
    """Those over any of the addresses, and which of them tell by their own address one that is hidden."""
    secret = {one.id for one in of_addresses(standing, hidden)}
    open_ = {one.id for one in of_addresses(standing, addresses)}
    return [Shown(one, one.id in secret) for one, _ in standing if one.id in secret | open_]


async def kept_confidential(bus: Bus, store: Store, of: Iterable[VisitWarning]) -> list[str]:
    """Every address that anybody keeps confidential, by our records and by the rolls. While a roll that hides one cannot be asked which,
    it may be that of any of these warnings: who is about to visit is to read them all the same."""
    records = await store.parents.hiding()
    known = [address for one in records for address in one.addresses]
    try:
        return [*known, *(await on_rolls(bus, records)).values()]
    except (WorldAway, Transient):
        return [*known, *(one.address for one in of)]


def telling(warnings: Sequence[VisitWarning], hidden: Iterable[str]) -> frozenset[str]:
    """Those of the warnings that tell such an address by their own."""
    return frozenset(one.id for one in of_addresses([(one, place(one.address)) for one in warnings], hidden))


async def remind(store: Store) -> None:
    """The chore: whoever owns a warning is told, once, that the day has passed on which it was to be looked at again."""
    for one in await store.warnings.to_review(store.today()):
        link, once = f"/v1/visit-warnings/{one.id}", f"visit warning {one.id} {one.review}"
        await store.notices.tell(one.owner, "visit warning to be reviewed", None, link, once=once)
