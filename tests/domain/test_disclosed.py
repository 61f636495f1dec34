"""The disclosure log names what a pack told of, and no category of which it held nothing."""

from typing import Any

import pytest

from services.sharing.domain.disclosed import disclosed
from services.sharing.domain.material import NoticeHistory
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.policy import PACK, Category
from tests.domain import paper_sample as sample

LITTLE: dict[str, Any] = {
    "case": sample.case(entries=(), letters=(), leave=(), concerns=(), flags=(), other_parents=(), siblings=(), child_view=None),
    "siblings": (),
    "person": sample.material().person.model_copy(update={"special_educational_needs": None, "looked_after": None, "carers": ()}),
    "statement": None,
    "notices": NoticeHistory(),
}
ALWAYS = {"identity of the child", "identity of one parent", "attendance certificate", "register of this year and last"}


def told(**changes: Any) -> tuple[Category, ...]:
    return disclosed(assemble(sample.material(**changes), sample.PROFILE).as_json())


def test_of_a_pack_that_holds_little_little_is_logged() -> None:
    assert {*told(**LITTLE)} - {"changes to marks"} == ALWAYS


@pytest.mark.parametrize(
    ("more", "category"),
    [
        ({"child_view": "I like maths."}, "the child's own view"),
        ({"flags": ("safeguarding",)}, "flags"),
        ({"entries": (sample.entry(sample.FIRST, parents=("p1",)),)}, "chronology"),
        ({"entries": (sample.entry(sample.FIRST, tells="needs"),)}, "needs and adjustments"),
        ({"entries": (sample.entry(sample.FIRST, tells="agencies"),)}, "other agencies"),
        ({"leave": (sample.leave(),)}, "letters and leave"),
    ],
)
def test_what_it_tells_of_is(more: dict[str, Any], category: Category) -> None:
    without = told(**LITTLE)
    found = told(**LITTLE | {"case": LITTLE["case"].model_copy(update=more)})
    assert (category in without, category in found) == (False, True)
    assert [one for one in PACK if one in found] == [*found], "in the order of the table"


def test_of_a_full_pack_all_that_it_holds_and_of_an_unreadable_one_everything() -> None:
    assert {"identity of brothers and sisters", "needs and adjustments", "witness statement and exhibits"} <= {*told()}
    assert disclosed(b"{}") == PACK
