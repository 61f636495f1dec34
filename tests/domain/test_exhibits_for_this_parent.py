"""What was written of a contact with another parent is served on this one only by a person's word, exhibit by exhibit and pack by pack."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.sharing.domain import acts
from services.sharing.domain.material import ExhibitText, Item, Material
from services.sharing.domain.readiness import judge
from services.sharing.domain.work import By, Work
from services.sharing.errors import Unfit
from shared.contracts.enforcement import ServableDocument
from tests.domain import paper_sample as sample

RULE = "exhibits for this parent"
HERS, HIS = date(2026, 11, 4), date(2026, 10, 12)
"""Days of contacts of the mother's, and of the father's, against whom the pack is."""
BY = By(person="o7", name="T. Okafor", role="officer", at=datetime(2027, 2, 16, tzinfo=UTC))
WORK = Work(wanted=sample.wanted())


def material(*exhibits: tuple[date, str]) -> Material:
    """Each dated so, and saying this."""
    numbered = tuple(enumerate(exhibits, 1))
    documents = tuple(
        ServableDocument(
            document=f"d{n}", kind="minutes", day=day, what="Minutes", author="T. Okafor", type="pdf", size=9, sha256=f"{n:064x}"
        )
        for n, (day, _) in numbered
    )
    shown = tuple(sample.exhibit(n, title="Minutes", sha256=f"{n:064x}") for n, _ in numbered)
    texts = tuple(ExhibitText(document=f"d{n}", pages=(text,)) for n, (_, text) in numbered)
    return sample.material(
        case=sample.case(documents=documents), statement=sample.statement(exhibits=shown, signed=None), exhibit_texts=texts
    )


def item(made: Material) -> Item:
    return next(one for one in judge(made, sample.PROFILE) if one.rule == RULE)


def test_minutes_of_the_other_parents_meeting_are_asked_about_by_their_mark() -> None:
    found = item(material((HIS, "He came."), (HERS, "She came, and said little.")))
    assert (found.met, found.may_be_overridden, found.each) == (False, True, ("TO/2",))
    assert found.says == (
        "Only who has read them can say whether these may be served on this parent: "
        f"TO/2 (of 4 November 2026, a day of a contact with another parent; hash {'0' * 8})."
    )
    assert '--why "TO/2: both were at the meeting"' in found.todo
    assert "Elowen" not in found.says, "nobody is named on the page of what was found"


@pytest.mark.parametrize(("days", "met"), [(1, False), (7, False), (8, True), (-1, True)])
def test_minutes_bear_the_day_on_which_they_were_written_up(days: int, met: bool) -> None:
    found = item(material((HERS + timedelta(days=days), "She came, and said little.")))
    assert (found.met, "on 4 November 2026 there was a contact with another parent" in found.says) == (met, not met), found.says


def test_an_exhibit_of_another_day_that_names_the_other_parent_is_too() -> None:
    assert "TO/1 (it names another child or parent; hash" in item(material((HIS, "Elowen Tregear was there."))).says


def test_the_copy_of_a_letter_to_the_other_parent_is_asked_about_whatever_its_day() -> None:
    made = material((HIS, "Dear parent"))
    hers = next(one.entry for one in made.case.entries if one.day == HERS)
    copies = tuple(one.model_copy(update={"copy_of": hers}) for one in made.case.documents)
    said = item(made.model_copy(update={"case": made.case.model_copy(update={"documents": copies})})).says
    assert "TO/1 (the copy of a letter to another parent; hash" in said


def test_of_what_is_of_this_parent_nothing_is_asked() -> None:
    assert item(material((HIS, "He came."))).met
    assert not [one for one in judge(sample.material(statement=None), sample.PROFILE) if one.rule == RULE]


def test_a_day_of_a_meeting_with_both_is_one_of_this_parents() -> None:
    made = material((HERS, "Both came."))
    entries = tuple(one.model_copy(update={"parents": ("p1", "p2")}) if one.day == HERS else one for one in made.case.entries)
    assert item(made.model_copy(update={"case": made.case.model_copy(update={"entries": entries})})).met


@pytest.mark.parametrize("why", ["Read both.", "TO/1: he was there.", "TO/12 and TO/1: he was there.", "XTO/2, TO/1"])
def test_the_reason_names_each(why: str) -> None:
    made = material((HERS, "She came."), (HERS, "She came again."))
    with pytest.raises(Unfit, match=r"the reason does not name (TO/1 and )?TO/2$"):
        acts.overridden(WORK, BY, RULE, why, judge(made, sample.PROFILE), "893")


def test_it_is_let_pass_of_these_exhibits_in_this_pack() -> None:
    made = material((HERS, "She came."))
    done = acts.overridden(WORK, BY, RULE, "TO/1: he was there too.", judge(made, sample.PROFILE), "893")
    assert not item(made.model_copy(update={"overrides": done.overrides})).holds_up
    other = material((HERS, "She came."), (HERS, "She came again."))
    assert item(other.model_copy(update={"overrides": done.overrides})).holds_up, "of one more nobody has said it"
