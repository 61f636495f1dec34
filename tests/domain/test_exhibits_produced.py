"""Exhibits of a statement and the paragraphs that produce them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.material import Exhibit, ExhibitText
from services.sharing.domain.produced import producing, unproduced
from shared.contracts.enforcement import ServableDocument
from tests.domain.readiness_sample import case, statement

DAY = date(2026, 11, 10)


def exhibit(number: int, document: str) -> Exhibit:
    return Exhibit(initials="TO", number=number, document=document, title=f"The {document}", sha256="0" * 64, type="pdf")


def on_case(*names: str) -> tuple[ServableDocument, ...]:
    return tuple(
        ServableDocument(document=name, kind="letter", day=DAY, what=name, author="T. Okafor", type="pdf", size=1, sha256="0" * 64)
        for name in names
    )


CASE = case(documents=on_case("warning", "minutes", "note"))
TEXTS = tuple(ExhibitText(document=name, pages=("a", "b")) for name in ("warning", "minutes"))


@pytest.mark.parametrize(
    "written", ["I show TO/1.", "(TO / 1)", "TO/1, TO/1", "I show TO/1", "TO/1: minutes", "the pages TO/1 / RE/2", "of TO/1-RE/3"]
)
def test_a_paragraph_in_own_words_produces_an_exhibit_by_its_mark(written: str) -> None:
    made = statement(paragraphs=("I am an officer.", written), exhibits=(exhibit(1, "warning"),))
    assert unproduced(made) == ()
    assert producing(made.paragraphs, (), made.exhibits, CASE, TEXTS) == made.paragraphs


@pytest.mark.parametrize(
    "written",
    [
        *("I show TO/11.", "STO/1", "TO/1a", "to one", "RE/1"),
        *("Our letter TO/1/2026.", "ref. TO / 1 / 2026", "7/TO/1", "TO/1-2026", "TO/1.2"),
    ],
)
def test_what_looks_like_a_mark_is_none(written: str) -> None:
    made = statement(paragraphs=(written,), exhibits=(exhibit(1, "warning"),))
    assert "no paragraph produces TO/1" in unproduced(made)


def test_a_mark_that_no_exhibit_has_is_told_with_its_paragraph() -> None:
    made = statement(paragraphs=("I am an officer.", "I show TO/1 and TO/2."), exhibits=(exhibit(1, "warning"),))
    assert unproduced(made) == ("paragraph 2 names TO/2, which is no exhibit",)
    assert unproduced(statement(paragraphs=("I show TO/1.",), exhibits=())) == ("paragraph 1 names TO/1, which is no exhibit",)
    assert unproduced(statement(paragraphs=("Minutes of 1/2, ref. AB/7.",), exhibits=())) == (), "other letters are no mark of this maker"


def test_each_exhibit_has_a_paragraph_with_its_kind_date_and_pages() -> None:
    both = (exhibit(1, "warning"), exhibit(2, "note"))
    first, *rest = producing(("I called.",), (), both, CASE, TEXTS)
    assert (first, rest) == (
        "I called.",
        [
            "I produce, marked TO/1, this document: The warning (letter, dated 10 November 2026, 2 pages).",
            "I produce, marked TO/2, this document: The note (letter, dated 10 November 2026).",
        ],
    )


def test_an_exhibit_that_is_withdrawn_takes_its_drafted_paragraph_along_and_the_others_their_new_marks() -> None:
    before = (exhibit(1, "warning"), exhibit(2, "minutes"), exhibit(3, "note"))
    drafted = producing(("I called.", "The minutes I wrote myself."), (), before, CASE, TEXTS)
    after = (exhibit(1, "minutes"), exhibit(2, "note"))
    again = producing(drafted, before, after, CASE, TEXTS)
    assert again == producing(("I called.", "The minutes I wrote myself."), (), after, CASE, TEXTS)
    own = tuple(text.replace("I produce", "I now produce") for text in drafted)
    assert "paragraph 5 names TO/3, which is no exhibit" in unproduced(
        statement(paragraphs=producing(own, before, after, CASE, TEXTS), exhibits=after)
    ), "own words are nobody else's to take out"


@given(st.lists(st.sampled_from(("warning", "minutes", "note")), unique=True), st.lists(st.text(max_size=30), max_size=4))
def test_what_is_produced_so_lacks_nothing_and_again_changes_nothing(chosen: list[str], words: list[str]) -> None:
    exhibits = tuple(exhibit(number, name) for number, name in enumerate(chosen, 1))
    made = producing(words, (), exhibits, CASE, TEXTS)
    assert not any("no paragraph" in wrong for wrong in unproduced(statement(paragraphs=made, exhibits=exhibits)))
    assert producing(made, exhibits, exhibits, CASE, TEXTS) == made
