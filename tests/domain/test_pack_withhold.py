"""A confidential address is nowhere in the pack, whoever's it is and wherever it was written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.evidence import ChildOnRoll, ParentOnRecord
from services.sharing.domain.pack import WITHHELD, Pack
from tests.domain import pack_sample as sample

ADDRESS = "14 Pilchard Row, Example Haven, ZZ99 3WZ"


def packed(child: ChildOnRoll, parent: ParentOnRecord, outcome: str = "Met.") -> Pack:
    contact = sample.contact(sample.request().period_from, outcome=outcome)
    evidence = sample.chronology().model_copy(update={"parent": parent, "contacts": (contact,)})
    return sample.made(attendance=sample.attendance(child=child), chronology=evidence)


def test_a_parents_own_confidential_address_withholds_the_childs_too() -> None:
    made = packed(sample.child(), sample.parent(address_confidential=True))
    assert made.child.address == made.parent.address == WITHHELD
    assert "Pilchard" not in made.as_json().decode()


def test_a_child_who_may_live_with_a_parent_whose_address_is_confidential() -> None:
    """The pack's own parent lives elsewhere: that address is given, the child's is not, wherever it was written down."""
    parent = sample.parent(address="2 Cockle Lane, Example Haven, ZZ99 4AA")
    made = packed(sample.child(address_confidential=True), parent, outcome=f"Visited {ADDRESS}.")
    assert (made.child.address, made.parent.address) == (WITHHELD, parent.address)
    assert "Pilchard" not in made.as_json().decode()


def test_a_child_who_lives_with_the_packs_own_parent() -> None:
    made = packed(sample.child(address_confidential=True), sample.parent(address="14 Pilchard Row; Example Haven; ZZ993WZ"))
    assert made.child.address == ADDRESS
    assert made.parent.address is not None
    assert made.parent.address.startswith("14 Pilchard")


def test_an_address_that_is_not_confidential_is_given() -> None:
    made = packed(sample.child(), sample.parent(), outcome=f"Visited {ADDRESS}.")
    assert made.child.address == made.parent.address == ADDRESS
    assert made.chronology[0].outcome == f"Visited {ADDRESS}."


def test_a_confidential_address_that_nobody_knows_is_withheld_too() -> None:
    made = packed(sample.child(address=None), sample.parent(address=None, address_confidential=True))
    assert made.parent.address == WITHHELD


@pytest.mark.parametrize(
    "said",
    [
        f"Visited {ADDRESS} at noon.",
        "Visited 14  pilchard ROW\nExample Haven ZZ993WZ.",
        "Knocked at 14 Pilchard Row.",
        "Somewhere in zz99 3wz.",
    ],
)
def test_what_an_officer_wrote_does_not_give_it_away(said: str) -> None:
    made = packed(sample.child(), sample.parent(address_confidential=True), outcome=said)
    text = made.chronology[0].outcome
    assert WITHHELD in text
    assert "pilchard" not in text.lower()
    assert "3wz" not in text.lower()


def test_the_rest_of_what_was_written_stays() -> None:
    made = packed(sample.child(), sample.parent(address_confidential=True), outcome=f"Visited {ADDRESS} at noon.")
    assert made.chronology[0].outcome == f"Visited [{WITHHELD}] at noon."


@given(address=st.text(alphabet=st.characters(codec="utf-8"), min_size=7, max_size=60).filter(lambda s: len(s.strip(" ,\n")) > 6))
def test_no_address_breaks_the_search(address: str) -> None:
    parent = sample.parent(address=address, address_confidential=True)
    made = packed(sample.child(address=None), parent, outcome=f"At {address} again")
    assert made.parent.address == WITHHELD
    assert WITHHELD in made.chronology[0].outcome
