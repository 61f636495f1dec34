"""Who the people of a pack are: what the case's records and the school's roll say of each, taken together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.errors import NotOnRoll
from shared.contracts.attendance import Carer, Person
from shared.contracts.enforcement import ParentOfCase
from shared.hidden_parents import protected_carers
from shared.words import letters


class Known(NamedTuple):
    """A parent or carer: the record of the case, the roll's word, or both. `hidden`: whether the address is confidential."""

    record: ParentOfCase | None
    carer: Carer | None
    hidden: bool

    @property
    def name(self) -> str:
        return self.record.name if self.record else self.carer.name if self.carer else ""

    @property
    def address(self) -> str | None:
        """Also of somebody whose address is confidential, as far as the roll tells it."""
        return (self.record.address if self.record else None) or (self.carer.address if self.carer else None)

    @property
    def telephones(self) -> tuple[str, ...]:
        told = (*(self.record.telephones if self.record else ()), *((self.carer.phone,) if self.carer and self.carer.phone else ()))
        return tuple(dict.fromkeys(told))

    @property
    def mailbox(self) -> str | None:
        return self.carer.email if self.carer else None


class People(NamedTuple):
    parent: Known
    others: tuple[Known, ...]


def people(material: Material) -> People:
    """The parent of this pack, and every other one. NoPack where neither the roll nor a record names the parent."""
    case, person = material.case, material.person
    protected = protected_carers(person, case.hidden)
    on_roll = {carer.parent: carer for carer in person.carers}

    def known(record: ParentOfCase) -> Known:
        carer = _on_roll(record, person)
        if carer:
            on_roll.pop(carer.parent, None)
        return Known(record, carer, record.confidential or bool(carer and (carer.address_confidential or carer.parent in protected)))

    def from_roll(carer: Carer) -> Known:
        return Known(None, carer, carer.address_confidential or carer.parent in protected)

    named = on_roll.get(material.wanted.parent)
    if case.parent is None and named is None:
        raise NoPack("neither the school's roll nor a record of the case names this parent: record the parent, or ask the school")
    if case.parent is not None:
        parent = known(case.parent)
    else:
        assert named is not None
        parent = from_roll(on_roll.pop(named.parent))
    others = [known(record) for record in case.other_parents]
    return People(parent, (*others, *map(from_roll, on_roll.values())))


def child_hidden(material: Material) -> bool:
    """Whether the child may live at an address that is confidential."""
    return material.withheld.confidential or bool(material.case.hidden) or any(one.address_confidential for one in material.person.carers)


def confidential_addresses(material: Material, known: People) -> tuple[str, ...]:
    """Every address that no part of the pack may name."""
    told = (address for parent in material.case.hidden for address in parent.addresses)
    theirs = (one.address for one in (known.parent, *known.others) if one.hidden)
    return tuple(dict.fromkeys(address for address in (*material.withheld.addresses, *told, *theirs) if address))


def name_of(person: Person) -> str | None:
    """None for a child known from marks alone."""
    return f"{person.forename} {person.surname}" if person.forename and person.surname else None


def addresses_of(told: Iterable[Person]) -> Iterator[str]:
    """Of these children and of their parents and carers."""
    for person in told:
        yield from (address for address in (person.address, *(carer.address for carer in person.carers)) if address)


def _on_roll(record: ParentOfCase, person: Person) -> Carer | None:
    """The place that the record names; else the one carer of that name. NotOnRoll where the place is another's by now: the roll has
    moved on between the answers of two services."""
    if record.ref is not None:
        carer = next((carer for carer in person.carers if carer.parent == record.ref), None)
        if carer and letters(carer.name) not in (letters(record.name), letters(record.on_roll or "")):
            raise NotOnRoll("the roll changed between two questions")
        return carer
    return next((carer for carer in person.carers if letters(carer.name) == letters(record.name)), None)
