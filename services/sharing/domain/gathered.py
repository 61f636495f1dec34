"""The roll's word as a pack may use it."""

from collections.abc import Iterable

from shared.contracts.attendance import Person, Withheld
from shared.contracts.referrals import HiddenParent
from shared.hidden_parents import protected_carers


def protected(person: Person, withheld: Withheld, hidden: Iterable[HiddenParent]) -> tuple[Person, Withheld]:
    """The roll's word with the addresses hidden that the officers were told to hide, beside those that the roll hides itself."""
    told = tuple(hidden)
    places = protected_carers(person, told)
    theirs = [carer.address for carer in person.carers if carer.parent in places and carer.address]
    marked = tuple(carer.model_copy(update={"address_confidential": True}) if carer.parent in places else carer for carer in person.carers)
    addresses = (*withheld.addresses, *(address for parent in told for address in parent.addresses), *theirs)
    return (
        person.model_copy(update={"carers": marked}),
        withheld.model_copy(update={"confidential": withheld.confidential or bool(told), "addresses": tuple(dict.fromkeys(addresses))}),
    )
