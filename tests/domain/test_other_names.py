"""Names of other children and parents are in no words that are served; those of parent, child and who signs stay."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.name_writings import Writings
from services.sharing.domain.paper.other_names import _WORDS
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import Servable
from shared.contracts.enforcement import ParentOfCase
from shared.words import letters
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


def with_mother(name: str, sibling: str = "Kerra") -> Servable:
    """The other parent has this name, the child's sister that one."""
    case = MATERIAL.case.model_copy(update={"other_parents": (ParentOfCase(parent="p9", name=name),)})
    person = MATERIAL.person.model_copy(update={"carers": ()})
    made = MATERIAL.model_copy(
        update={"case": case, "person": person, "siblings": (MATERIAL.siblings[0].model_copy(update={"forename": sibling}),)}
    )
    known = people(made)
    return Servable(made, known, Confidential(made, known))


REKHA = with_mother("Mrs Rekha Winterbourne")


@pytest.mark.parametrize(
    "words",
    [
        "REKHA WINTERBOURNE told us.",
        "rekha told us.",
        "R\u00e9kha told us.",
        "Winterbourne, Rekha",
        "WINTERBOURNE, REKHA",
        "R. Winterbourne signed it.",
        "Signed: r winterbourne",
        "Rekha J. Winterbourne",
        "Winterbourne, R.\nThe school",
        "Mrs Winterbourne rang.",
        "Mrs. R. Winterbourne rang.",
        "Mr and MRS WINTERBOURNE",
        "Re\u00adkha rang.",
        "\uff32ekha rang.",
        "KERRA was away too.",
        "kerra was away too.",
        "K. Tregear was away too.",
        "Tregear, Kerra",
    ],
)
def test_a_likely_writing_of_anothers_name_asks_a_person(words: str) -> None:
    assert REKHA.names_others(words)


@pytest.mark.parametrize(
    "words",
    [
        "Mr Tregear and Mrs Tregear, J. Tregear and M. Tregear.",
        "Jory Tregear was at home with Merryn Tregear.",
        "The Winterbourne Road bus, Winterbourne Abbas and the Winterbournes.",
        "Rekhasun, Arekha and the forms Winterbourne.",
        "T. Okafor called; R. Pascoe is the head teacher.",
        "I took the register of 9K. Tregear was late.",
    ],
)
def test_what_others_share_or_what_a_street_may_be_called_asks_nobody(words: str) -> None:
    assert not REKHA.names_others(words)


def test_forenames_that_are_words_are_names_where_they_have_a_capital_and_some_with_the_surname_alone() -> None:
    rose = with_mother("Rose Winterbourne", "May")
    for words in ("Numbers rose in May. You may come on 4 May.", "Dear Mr Tregear,\n\nMay we meet?", "Mr Tregear may come."):
        assert not rose.names_others(words), words
    for words in ("Told Rose of it.", "ROSE knows.", "rose winterbourne", "May Tregear was away.", "may tregear", "Winterbourne, rose"):
        assert rose.names_others(words), words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Zo\u00eb O'Neill-Pascoe", "Mrs O\u2019Neill Pascoe and ZOE rang."),
        ("Zo\u00eb O'Neill-Pascoe", "zoe oneill pascoe"),
        ("Winterbourne, Rekha (mother)", "R Winterbourne"),
        ("R Winterbourne", "Mrs Winterbourne"),
    ],
)
def test_however_the_record_writes_it(name: str, words: str) -> None:
    assert with_mother(name).names_others(words)
    assert not with_mother(name).names_others("Dear Mr Tregear, her mother was there.")


@pytest.mark.parametrize(
    ("words", "served"),
    [
        ("REKHA WINTERBOURNE had seen him.", "[left out: another person] had seen him."),
        ("rekha winterbourne had seen him.", "[left out: another person] had seen him."),
        ("R\u00e9kha  Winterbourne had seen him.", "[left out: another person] had seen him."),
        ("KERRA had seen him.", "[left out: another person] had seen him."),
        ("Mrs Winterbourne was at Winterbourne, R. Tregear said; rekha.", "Mrs Winterbourne was at Winterbourne, R. Tregear said; rekha."),
        ("Dear Mr Tregear. Kerra was away.", "Dear Mr Tregear. [left out: another person] was away."),
    ],
)
def test_only_what_is_certain_is_taken_out_of_words(words: str, served: str) -> None:
    assert REKHA.cleared(words) == served


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_whatever_stands_where_a_name_ought_to_can_be_looked_for(name: str, own: str) -> None:
    """A roll may have no letter in it."""
    case = MATERIAL.case.model_copy(update={"other_parents": (ParentOfCase(parent="p9", name=name),)})
    entries = tuple(one.model_copy(update={"officer": own}) for one in case.entries)
    made = MATERIAL.model_copy(update={"case": case.model_copy(update={"entries": entries})})
    known = people(made)
    servable = Servable(made, known, Confidential(made, known))
    servable.names_others(f"{name} came.")
    assert servable.cleared(servable.cleared(name)) == servable.cleared(name)


def composed_apart(words: str) -> str:
    """Each accent by itself, as a Mac writes file names."""
    return unicodedata.normalize("NFD", words)


OWN = {"jory", "merryn", "tregear", "okafor", "pascoe", "trewin", "nance", *map(letters, _WORDS)}
NAMES = st.text("abcdefghijklmnopqrstuvwxyz\u00e9\u00f6", min_size=3, max_size=9).map(str.capitalize)


@given(
    NAMES, NAMES, st.sampled_from(("{0} {1}", "{1}, {0}", "{2}. {1}", "Mrs {1}", "{0}")), st.sampled_from((str, str.upper, composed_apart))
)
def test_any_name_is_found_however_it_is_written(forename: str, surname: str, form: str, writing: Callable[[str], str]) -> None:
    assume(not {letters(forename), letters(surname)} & OWN)
    words = writing(form.format(forename, surname, forename[0]))
    assert with_mother(f"{forename} {surname}").names_others(f"Dear Mr Tregear, {words} told us.")


def test_of_many_names_behind_many_titles_the_last_is_found() -> None:
    writings = Writings([(f"Fore{n}", f"Sur{n}name-Double{n}") for n in range(200)], [("Merryn", "Tregear")])
    text = "mr sur1name " * 16_000
    assert not writings.are_in(text)
    assert writings.are_in(text + "and mrs f sur199name double199")
