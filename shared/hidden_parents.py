"""The roll's word of a child without addresses that an officer, or the roll itself, calls confidential.

As on the roll (a confidential address belongs to a person): a carer is known by name; where a protected parent is not found by name,
another spelling may be meant, and every carer is protected. The child's own address may be that of any protected parent.
"""

from collections.abc import Collection

from shared.contracts.attendance import Carer, Person
from shared.contracts.referrals import HiddenParent
from shared.words import letters


def without_hidden(person: Person, hidden: Collection[HiddenParent]) -> Person:
    protected = protected_carers(person, hidden)
    if not hidden and not any(carer.address_confidential for carer in person.carers):
        return person
    carers = tuple(_hidden(carer) if carer.parent in protected else carer for carer in person.carers)
    return person.model_copy(update={"address": None, "carers": carers})


def protected_carers(person: Person, hidden: Collection[HiddenParent]) -> frozenset[str]:
    """The places of the carers who are, or may be, a parent whose address is hidden."""
    found = frozenset[str]()
    for parent in hidden:
        names = {letters(name) for name in parent.names}
        places = {carer.parent for carer in person.carers if letters(carer.name) in names}
        found |= places or {carer.parent for carer in person.carers}
    return found


def _hidden(carer: Carer) -> Carer:
    return carer.model_copy(update={"address": None, "address_confidential": True})
