"""The roll's and the case's word as a pack may use them."""

from collections.abc import Collection, Iterable

from services.sharing.domain.material import Wanted
from shared.contracts.attendance import Person, Withheld
from shared.contracts.enforcement import CaseEvidence, Leave
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


def still_requested(case: CaseEvidence, given_up: Collection[str]) -> CaseEvidence:
    """The case without the requests of other parents whose packs were all given up or taken back. `given_up`: ids of parents."""
    others = tuple(
        one.model_copy(update={"requested": False}) if not {one.parent, one.ref, *one.records}.isdisjoint(given_up) else one
        for one in case.other_parents
    )
    return case.model_copy(update={"other_parents": others})


def of_period(leaves: Iterable[Leave], wanted: Wanted) -> tuple[Leave, ...]:
    """Those with a day of the period that is asked for."""
    return tuple(one for one in leaves if one.first <= wanted.last and one.last >= wanted.first)
