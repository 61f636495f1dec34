"""How a list says what came of a pack: in words of a list, and never in those that somebody typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.iewo import pack_standing
from clients.iewo.commands import pack_life
from services.sharing.domain.outcome_words import in_safe_words


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("fined 120 pounds", "fined 120 pounds"),
        (
            "Fined \u00a31,200.00, costs of \u00a385 and victim surcharge \u00a334.",
            "fined 1200.00 pounds, costs 85 pounds, surcharge 34 pounds",
        ),
        ("Found guilty; conditional discharge", "found guilty, conditional discharge"),
        ("Pleaded guilty, fine of 80 with victim surcharge 32", "pleaded guilty, fined 80 pounds, surcharge 32 pounds"),
        ("fined 120 pounds, Mrs Tregear was in tears", None),
        ("fined Jory Tregear 120 pounds", None),
        ("costs 01632960123", None),
        ("a parenting order for Jory", None),
        (", ;", None),
    ],
)
def test_an_outcome_is_told_where_each_of_its_words_is_in_the_list(typed: str, told: str | None) -> None:
    assert in_safe_words(typed) == told


@given(st.text(), st.sampled_from(("fined 120 pounds", "guilty", "")))
def test_no_other_word_gets_through(typed: str, known: str) -> None:
    told = in_safe_words(f"{known}, {typed}")
    words = set(re.findall(r"[^\W\d]+", told or ""))
    allowed = "found guilty pleaded convicted proved in absence not acquitted absolute conditional discharge parenting community education"
    allowed += " supervision order dismissed case withdrawn discontinued adjourned no further action cautioned fined costs surcharge pounds"
    assert words <= set(allowed.split())


def test_a_list_tells_the_day_of_a_payment_and_what_was_decided() -> None:
    assert pack_standing.state({"state": "paid", "said_on": "2026-12-02"}) == "paid 2 Dec 2026"
    assert pack_standing.state({"state": "paid"}) == "paid", "to a school"
    taken = {"state": "withdrawn", "notice": "unpaid", "notice_on": "2026-12-02"}
    assert pack_standing.state(taken) == "withdrawn; its notice unpaid 2 Dec 2026"
    assert pack_standing.notice_stands("2026-12-02").startswith("the penalty notice of 2 Dec 2026 is the LA's: it stands until")
    superseded = {"state": "sent", "next_edition": {"pack": "p2", "edition": 2, "state": "draft"}}
    assert pack_life._beneath(superseded) == "edition 2 in its place is draft: pack p2"
    decided = {"state": "outcome", "said_on": "2026-12-02"}
    assert pack_standing.outcome(decided | {"outcome": "fined 120 pounds"}) == "outcome of 2 Dec 2026: fined 120 pounds"
    assert pack_standing.outcome(decided | {"outcome": None}) == "outcome of 2 Dec 2026: see `iewo packs words`"
    assert pack_standing.outcome({"state": "sent"}) is None
