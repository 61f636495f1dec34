"""What an officer was told to hide is hidden in every part of a pack, whatever the roll says of it."""

from datetime import date

import pytest

from services.sharing.domain import gathered
from services.sharing.domain.paper.assemble import assemble
from shared.contracts.attendance import Carer, Person, Withheld
from shared.contracts.referrals import HiddenParent
from tests.domain import paper_sample as sample
from tests.domain.paper_sample import CHILD, ELSEWHERE, HOME

REFUGE = "7 Refuge Lane, Example Haven, ZZ99 9ZZ"


def packed(person: Person, hidden: HiddenParent, told: str) -> str:
    """The whole document about the father, after one contact in whose words this was written."""
    entry = sample.entry(date(2026, 10, 12), outcome=told, with_whom=told, parents=())
    case = sample.case(entries=(entry,), hidden=(hidden,), other_parents=(), parent=None, child_view=told)
    person, withheld = gathered.protected(person, Withheld(child=CHILD, confidential=False), case.hidden)
    material = sample.material(
        case=case, person=person, withheld=withheld, statement=None, wanted=sample.wanted(parent=f"{CHILD}.2"), siblings=()
    )
    return assemble(material, sample.PROFILE).as_json().decode()


@pytest.mark.parametrize("place", [1, 3])
def test_an_address_that_an_officer_was_told_to_hide_is_nowhere_whatever_the_roll_says(place: int) -> None:
    """Whichever place the roll gives her, whatever it shows of her address, and wherever an officer wrote it down."""
    mother = Carer(parent=f"{CHILD}.{place}", name="elowen  TREGEAR", address="9 Haven Court, Example Haven, ZZ99 8AA")
    father = Carer(parent=f"{CHILD}.2", name="Jory Tregear", address=ELSEWHERE)
    hidden = HiddenParent(refs=(f"{CHILD}.1",), names=("Elowen Tregear",), addresses=(REFUGE,))
    told = f"Called at {REFUGE.upper()}, and at 9 Haven Court, and at {ELSEWHERE}."
    document = packed(sample.person(address=REFUGE, carers=(father, mother)), hidden, told)
    assert "Cockle" in document, "the parent whom the pack is about has an address"
    for secret in ("refuge", "haven court", "zz99 9zz", "zz99 8aa"):
        assert secret not in document.casefold()


def test_who_may_be_meant_by_another_spelling_is_protected_too() -> None:
    carers = tuple(
        Carer(parent=f"{CHILD}.{place}", name=name, address=HOME) for place, name in ((1, "Elowen Tregear"), (2, "Jory Tregear"))
    )
    document = packed(sample.person(carers=carers), HiddenParent(names=("Elowen Pascoe",), addresses=(REFUGE,)), "Met.")
    assert "Pilchard" not in document, "either parent may be the one, so nobody's address is told"
