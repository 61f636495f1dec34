"""Which copies of letters stand in what is served, and what readiness says of those that may not."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.sharing.domain.material import Item, Material, Override
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.leaves import leaves
from services.sharing.domain.paper.make import make
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.domain.readiness import judge
from shared.pack.to_be_served import Letter
from tests.domain import paper_sample as sample
from tests.domain.test_leaves import SECOND, WARNING, document, letter, sha
from tests.domain.test_paper import KEY
from tests.domain.test_paper_served import BORN, GRAN, PHONES, REFUGE, planted

RULE = "letters searched"
OURS = "01632 960100"


def with_letter(**changes: Any) -> Material:
    case = planted().case.model_copy(update={
        "letters": (letter("l1", date(2026, 11, 16), **changes),),
        "documents": (document("l1", WARNING),),
    })  # fmt: skip
    return planted(case=case)


def served(material: Material) -> Letter:
    return assemble(material, sample.PROFILE).to_be_served.letters[0]


def item(material: Material) -> Item:
    return next(one for one in judge(material, sample.PROFILE) if one.rule == RULE)


def let_pass(material: Material) -> Material:
    why = Override(
        rule=RULE, by="A. Nance", at=datetime(2027, 2, 16, tzinfo=UTC), why="The parent has it.", says=item(material).says, authority="893"
    )
    judged = material.model_copy(update={"overrides": (why,)})
    return judged.model_copy(update={"items": judge(judged, sample.PROFILE)})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The friend, born on 3 May 2011, comes.", "a date of birth that is not the family's"),
        ("Mrs Begum next door: 07700 900555.", "a telephone number that is not the family's"),
        ("Write to begum@example.org.", "an e-mail address that is not the family's"),
        ("Elowen Tregear told us that you are abroad.", "another child or parent by name"),
        ("Kerra also misses school.", "another child or parent by name"),
        ("Her UPN is B801200005001.", "a unique pupil number"),
        ("Her UPN is B 8012 0000 5001.", "a unique pupil number"),
        ("The other child's is A801200005003.", "a unique pupil number"),
    ],
)
def test_a_letter_with_another_familys_data_is_not_served_until_somebody_says_why(text: str, what: str) -> None:
    material = with_letter(text=f"Dear Mr Tregear, {text}")
    found = item(material)
    assert (found.met, found.may_be_overridden, found.before) == (False, True, "checking")
    assert found.says.startswith(f"The formal warning of 16 November 2026 names {what}. ")
    assert "strike the copy out of the case" in found.todo
    assert (served(material).copy_held, served(material).sha256) == ("not served", None)
    assert (served(let_pass(material)).copy_held, served(let_pass(material)).sha256) == ("in this volume", sha(WARNING))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"text": f"She is at {REFUGE}."}, "a confidential address"),
        ({"document": None, "shows_hidden": True}, "a confidential address"),
        ({"text": f"She lives at {GRAN}."}, "another person's address"),
        ({"text": f"Ring the mother on {PHONES['other']}."}, "another person's telephone number"),
        ({"text": f"The brother, born on {BORN['sibling']:%d/%m/%Y}, comes."}, "another person's date of birth"),
    ],
)
def test_a_copy_with_what_is_on_record_of_others_is_never_served(changes: dict[str, Any], what: str) -> None:
    material = with_letter(**changes)
    assert item(material).says == f"The formal warning of 16 November 2026 names {what}."
    assert "not served" in item(material).todo
    assert served(material).copy_held == served(let_pass(material)).copy_held == "not served"


def test_our_own_particulars_and_the_parents_may_stand_in_a_letter() -> None:
    text = f"{sample.HOME}. Telephone us on {OURS}, or write to mail@example.org. Merryn, born on 9 March 2013."
    assert " names " in item(with_letter(text=text)).says, "nobody says that they are ours"
    material = with_letter(text=text, on_it=("1 Harbour Lane, ZZ99 1AA", OURS, "mail@example.org"))
    assert item(material).says.startswith("The copies of letters name no particulars but the family's and ours.")
    assert served(material) == Letter(
        date=date(2026, 11, 16), kind="formal warning", way="post", came_back=None, copy_held="in this volume", sha256=sha(WARNING)
    )


def test_a_person_has_read_each_letter_since_no_search_knows_words_of_needs() -> None:
    """What tells of needs is in volume A alone, and a letter may tell of them."""
    material = with_letter(text="Dear Mr Tregear, Merryn has dyslexia and CAMHS sees her.")
    found = item(material)
    assert (found.met, found.may_be_overridden, found.before) == (False, True, "checking")
    assert "1 copy, of 16 November 2026" in found.says
    assert "iewo packs preview PACK volume-b.pdf" in found.todo
    judged = let_pass(material)
    assert not item(judged).holds_up
    other = judged.case.model_copy(update={"letters": (letter("l1", date(2026, 11, 16), text="Dear Mr Tregear, another letter."),)})
    assert item(judged.model_copy(update={"case": other})).holds_up, "another letter of the same day, which nobody has read"


def test_several_letters_are_told_by_their_first_and_last_day() -> None:
    both = (letter("l1", date(2026, 11, 16), text="Dear Mr Tregear"), letter("l2", date(2027, 1, 8), text="Dear Mr Tregear"))
    case = planted().case.model_copy(update={"letters": both, "documents": (document("l1", WARNING), document("l2", SECOND))})
    assert "2 copies, of 16 November 2026 to 8 January 2027" in item(planted(case=case)).says


def test_without_a_copy_a_letter_is_listed_and_nothing_is_asked() -> None:
    material = with_letter(document=None)
    assert RULE not in {one.rule for one in judge(material, sample.PROFILE)}
    assert served(material).copy_held == "none"


def test_a_letter_that_somebody_recorded_is_listed_without_a_copy_and_another_parents_is_not() -> None:
    told = [
        sample.entry(date(2027, 1, 20), kind="formal warning", parents=("p1",), entry="ours"),
        sample.entry(date(2027, 1, 21), kind="notice to improve", parents=("p1",), entry="by hand"),
        sample.entry(date(2027, 1, 22), kind="formal warning", parents=("p2",), entry="another's"),
        sample.entry(date(2027, 1, 23), kind="home visit", parents=("p1",), entry="no letter"),
    ]
    case = sample.case(entries=tuple(told), letters=(letter("l1", date(2027, 1, 20), entry="ours", document=None),))
    listed = assemble(sample.material(case=case), sample.PROFILE).to_be_served.letters
    assert [(one.date.day, one.kind, one.way, one.copy_held) for one in listed] == [
        (20, "formal warning", "post", "none"),
        (21, "notice to improve", "recorded by T. Okafor", "not tied"),
    ]


@pytest.mark.parametrize("exhibited", [True, False])
def test_the_copy_of_a_letter_that_somebody_recorded_is_what_was_said_to_be_it_and_no_other(*, exhibited: bool) -> None:
    entry = sample.entry(date(2027, 1, 21), kind="formal warning", parents=("p1",), entry="by hand")
    tied = document("paper", WARNING).model_copy(update={"copy_of": "by hand"})
    other = document("another", SECOND).model_copy(update={"copy_of": "another's"})
    statement = sample.statement(exhibits=(sample.exhibit(document="paper", sha256=sha(WARNING)),)) if exhibited else None
    material = sample.material(case=sample.case(entries=(entry,), letters=(), documents=(other, tied)), statement=statement)
    found = served(material)
    assert (found.copy_held, found.exhibit is not None, found.sha256) == ("held", exhibited, None), (
        "its pages are bound as an exhibit alone"
    )
    untied = material.case.model_copy(update={"documents": (other, tied.model_copy(update={"copy_of": None}))})
    left = served(material.model_copy(update={"case": untied}))
    assert (left.copy_held, left.exhibit) == ("not tied", None), "nothing is guessed, and nothing denied"


def test_of_a_copy_that_may_not_be_given_it_is_not_said_that_none_is_held() -> None:
    case = with_letter().case.model_copy(update={"documents": ()})
    assert served(with_letter().model_copy(update={"case": case})).copy_held == "not served"


def test_a_pack_is_not_made_without_a_copy_that_it_lists() -> None:
    material = with_letter(text="Dear Mr Tregear").model_copy(update={"statement": None})
    with pytest.raises(NoPack, match=r"^the copy of the formal warning of 16 November 2026 is missing"):
        make(material, sample.PROFILE, {}, {sha(SECOND): leaves(SECOND, "pdf")}, KEY)
