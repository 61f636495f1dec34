"""The order of a list of proposals, and why."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.priority import WEIGHTS, place, priority
from services.referrals.domain.referral import Concern, Figures, Private, Referral
from shared.contracts.standing import Rule

AT = datetime(2026, 11, 2, tzinfo=UTC)
ORDER: list[Rule] = sorted(get_args(Rule), key=lambda rule: -WEIGHTS[rule][0])


def proposal(rules: list[Rule], absent: int = 10, since: datetime = AT) -> Referral:
    return Referral(
        id="r",
        school="100001",
        child="c",
        year=2026,
        state="proposed",
        proposed_at=since,
        concerns=tuple(Concern(rule=rule, year=2026, order=1, since=since) for rule in rules),
        private=Private(figures=Figures(year=2026, possible=100, absent=absent, unauthorised=0, late=0)),
    )


def test_the_weightiest_rule_decides_the_level() -> None:
    said: list[Rule] = ["severe absence", "ten sessions unauthorised", "persistent absence", "late before the register closed"]
    assert [priority([rule], None).level for rule in said] == ["urgent", "high", "medium", "low"]
    assert all(place(proposal([first])) < place(proposal([second], absent=100)) for first, second in pairwise(ORDER))


@given(st.lists(st.sampled_from(ORDER), min_size=1))
def test_each_rule_met_is_told_once_the_weightiest_first(rules: list[Rule]) -> None:
    told = priority(rules, None).because
    assert list(told) == [WEIGHTS[rule][2] for rule in ORDER if rule in rules]


def test_within_a_level_the_higher_absence_then_the_longer_wait() -> None:
    more, less = (
        proposal(["late before the register closed"], 30),
        proposal(["late before the register closed"], 10, AT - timedelta(days=9)),
    )
    longer = proposal(["late before the register closed"], 10, AT - timedelta(days=20))
    assert sorted([less, more, longer], key=place) == [more, longer, less]


def test_figures_are_told_and_cut_rather_than_rounded() -> None:
    figures = Figures(year=2026, possible=2501, absent=1250, unauthorised=4, late=0)
    assert priority(["persistent absence"], figures).because[1:] == (
        "absent 1250 of 2501 possible sessions (49.9 %)",
        "4 of them unauthorised",
    )


def test_an_eased_concern_counts_no_more() -> None:
    eased = proposal(["severe absence", "late before the register closed"])
    eased = eased.model_copy(update={"concerns": (eased.concerns[0].model_copy(update={"eased": True}), eased.concerns[1])})
    assert place(eased)[0] == -WEIGHTS["late before the register closed"][0]
