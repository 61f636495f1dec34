"""Names of other children and parents are in no words that are served; those of parent, child and who signs stay."""

import pytest

from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import Servable
from tests.domain import paper_sample as sample
from tests.domain.test_paper_served import planted

MATERIAL = planted()
KNOWN = people(MATERIAL)
SERVABLE = Servable(MATERIAL, KNOWN, Confidential(MATERIAL, KNOWN))
SIBLING = MATERIAL.siblings[0].forename
OTHER = "Elowen"


@pytest.mark.parametrize(
    ("words", "served"),
    [
        (f"{SIBLING} was seen at the gate.", "[left out: another person] was seen at the gate."),
        (f"{SIBLING} Tregear's teacher called.", "[left out: another person]'s teacher called."),
        (f"Mrs {OTHER} Tregear had seen him.", "Mrs [left out: another person] had seen him."),
        (f"{OTHER}\n Tregear had seen him.", "[left out: another person] had seen him."),
        (f"Told {OTHER} of it.", "Told [left out: another person] of it."),
    ],
)
def test_another_child_or_parent_is_left_out_by_name(words: str, served: str) -> None:
    assert SERVABLE.cleared(words) == served


def test_parent_child_and_officer_stay_and_so_does_a_word_that_begins_like_a_name() -> None:
    for words in ("Jory Tregear was at home with Merryn Tregear.", "T. Okafor called.", f"The {OTHER}ian way and the {OTHER.lower()}."):
        assert SERVABLE.cleared(words) == words


def test_a_statement_that_names_a_sibling_is_not_fit_to_be_served() -> None:
    assert [one.what for one in SERVABLE.findings(f"I saw {SIBLING}.")] == ["another child or parent by name"]


def test_who_has_the_forename_of_who_signs_is_looked_for_by_the_whole_name() -> None:
    sibling = MATERIAL.siblings[0].model_copy(update={"forename": "Tamsin", "surname": "Pascoe"})
    signed = sample.case(officer=MATERIAL.case.officer.model_copy(update={"name": "Tamsin Okafor"})) if MATERIAL.case.officer else None
    assert signed is not None
    made = MATERIAL.model_copy(update={"siblings": (sibling,), "case": signed})
    known = people(made)
    servable = Servable(made, known, Confidential(made, known))
    assert servable.cleared("Tamsin Okafor met Tamsin Pascoe.") == "Tamsin Okafor met [left out: another person]."
