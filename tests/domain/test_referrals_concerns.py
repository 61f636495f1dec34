"""Concerns make, join, ease and lapse referrals, whatever order and however often their events come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.acts import accepted, closed, declined, left
from services.referrals.domain.concerns import Heard, is_news, noted, settle
from services.referrals.domain.referral import Figures, Referral
from services.referrals.errors import NotPossible
from shared.contracts.standing import Rule

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIGURES = Figures(year=2026, possible=100, absent=20, unauthorised=12, late=3)
LATE: Rule = "late before the register closed"
PERSISTENT: Rule = "persistent absence"


def heard(rule: Rule, order: int, year: int = 2026) -> Heard:
    """Odd orders raise, even ones ease, as the register's own do."""
    return Heard("100001", "c1", year, rule, order, raised=order % 2 == 1, at=BEGIN + timedelta(hours=order))


class List:
    """What the store keeps of one child at one school: the orders seen and the referrals."""

    def __init__(self) -> None:
        self.seen: dict[int, dict[Rule, int]] = {}
        self.referrals: list[Referral] = []

    @property
    def live(self) -> Referral | None:
        return next((referral for referral in self.referrals if referral.live), None)

    def hear(self, event: Heard) -> None:
        seen = self.seen.get(event.year, {})
        if not is_news(seen, event):
            return
        self.seen[event.year] = noted(seen, event)
        ended = [one for one in self.referrals if not one.live]
        settled = settle(self.live, event, FIGURES, f"r{len(self.referrals)}", ended)
        if settled:
            self.put(settled)

    def put(self, referral: Referral) -> None:
        self.referrals = [one for one in self.referrals if one.id != referral.id] + [referral]

    def standing(self) -> set[tuple[int, Rule]]:
        return {(concern.year, concern.rule) for concern in self.live.standing} if self.live else set()


@st.composite
def deliveries(draw: st.DrawFn) -> list[Heard]:
    """The register's own sequences, each event at least once, in any order."""
    rules: list[Rule] = ["severe absence", "persistent absence", "ten sessions unauthorised", "late before the register closed"]
    events = [
        heard(rule, order, year)
        for year in (2025, 2026)
        for rule in draw(st.lists(st.sampled_from(rules), unique=True))
        for order in range(1, draw(st.integers(1, 5)) + 1)
    ]
    again = draw(st.lists(st.sampled_from(events))) if events else []
    return draw(st.permutations(events + again))


def stand_at_last(events: list[Heard]) -> set[tuple[int, Rule]]:
    last: dict[tuple[int, Rule], Heard] = {}
    for event in sorted(events, key=lambda one: one.order):
        last[event.year, event.rule] = event
    return {key for key, event in last.items() if event.raised}


@given(deliveries())
def test_what_stands_is_what_the_highest_orders_say(events: list[Heard]) -> None:
    children = List()
    for event in events:
        children.hear(event)
    assert children.standing() == stand_at_last(events)
    assert sum(referral.live for referral in children.referrals) <= 1
    assert all(referral.state in ("proposed", "lapsed") for referral in children.referrals)


@given(deliveries(), st.integers(0, 20))
def test_a_case_outlives_its_concerns_and_gathers_the_later_ones(events: list[Heard], accepted_from: int) -> None:
    child = List()
    opened = set()
    for place, event in enumerate(events):
        child.hear(event)
        if place >= accepted_from and child.live and child.live.state == "proposed":
            opened.add(child.live.id)
            child.put(accepted(child.live, "o1", BEGIN))
    assert child.standing() == stand_at_last(events)
    assert [referral.id for referral in child.referrals if referral.state == "accepted"] == sorted(opened)
    assert len(opened) <= 1


def test_an_easing_that_overtakes_its_raising_leaves_no_ghost() -> None:
    child = List()
    child.hear(heard(LATE, 2))
    child.hear(heard(LATE, 1))
    assert child.referrals == []


def test_a_later_concern_joins_the_proposal_and_the_last_to_ease_lapses_it() -> None:
    child = List()
    for event in (heard(LATE, 1), heard(PERSISTENT, 1), heard(LATE, 2)):
        child.hear(event)
    assert [(one.state, [c.rule for c in one.standing]) for one in child.referrals] == [("proposed", [PERSISTENT])]
    child.hear(heard(PERSISTENT, 2))
    assert [one.state for one in child.referrals] == ["lapsed"]
    with pytest.raises(NotPossible):
        accepted(child.referrals[0], "o1", BEGIN)


def test_what_was_declined_proposes_again_only_when_raised_anew() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.put(declined(child.referrals[0], "o1", BEGIN, "the register was wrong", None))
    child.hear(heard(LATE, 1))
    assert child.live is None
    child.hear(heard(LATE, 3))
    assert child.live is not None
    assert child.live.id != child.referrals[0].id
    assert child.live.state == "proposed"


def test_a_concern_that_is_only_shown_begins_nothing_and_keeps_nothing_alive() -> None:
    child = List()
    child.hear(replace(heard("same weekday", 1), proposes=False))
    assert child.referrals == []
    child.hear(heard(PERSISTENT, 1))
    child.hear(replace(heard("at risk of persistent absence", 1), proposes=False))
    child.hear(heard(PERSISTENT, 2))
    assert [(one.state, [concern.rule for concern in one.concerns]) for one in child.referrals] == [("lapsed", [PERSISTENT])]


def test_a_concern_that_proposes_no_more_leaves_a_proposal_and_stays_in_a_case() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.hear(heard(PERSISTENT, 1))
    child.hear(replace(heard(LATE, 2), raised=True, proposes=False))
    assert [(one.state, [c.rule for c in one.standing]) for one in child.referrals] == [("proposed", [PERSISTENT])]
    child.put(accepted(child.referrals[0], "o1", BEGIN))
    child.hear(replace(heard(PERSISTENT, 2), raised=True, proposes=False))
    assert [(one.state, [c.rule for c in one.standing]) for one in child.referrals] == [("accepted", [PERSISTENT])]
    child.hear(heard(PERSISTENT, 4))
    assert not child.referrals[0].standing


def test_a_proposal_lapses_with_the_last_concern_that_proposes_and_comes_again_when_one_does() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.hear(replace(heard(LATE, 2), raised=True, proposes=False))
    child.hear(heard(LATE, 1))
    assert [one.state for one in child.referrals] == ["lapsed"]
    child.hear(heard(LATE, 3))
    assert [one.state for one in child.referrals] == ["lapsed", "proposed"]


def off(rule: Rule, order: int) -> Heard:
    return replace(heard(rule, order), raised=True, proposes=False)


def on_again(rule: Rule, order: int, met: int) -> Heard:
    return replace(heard(rule, order), raised=True, met=met)


def test_what_people_decided_stands_when_a_rule_proposes_no_more_and_then_again() -> None:
    decisions: tuple[Callable[[Referral], Referral], ...] = (
        lambda one: declined(one, "o1", BEGIN, "the register was wrong", None),
        lambda one: closed(accepted(one, "o1", BEGIN), "o1", BEGIN, "attendance improved"),
    )
    for decide in decisions:
        child = List()
        child.hear(heard(LATE, 1))
        child.put(decide(child.referrals[0]))
        for event in (off(LATE, 2), on_again(LATE, 3, 1), on_again(LATE, 5, 1)):
            child.hear(event)
            assert child.live is None
        child.hear(on_again(LATE, 9, 7))
        assert child.standing() == {(2026, LATE)}, "it eased and was met anew while it proposed nothing"


def test_what_lapsed_by_the_switch_alone_is_taken_up_as_it_was() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.put(left(child.referrals[0], "o1", BEGIN, BEGIN.date() + timedelta(10), "later"))
    before = child.referrals[0]
    child.hear(off(LATE, 2))
    child.hear(on_again(LATE, 3, 1))
    assert len(child.referrals) == 1
    after = child.referrals[0]
    assert (after.id, after.state, after.closed_at, after.private.left) == (before.id, "proposed", None, before.private.left)
    assert [(one.since, one.eased) for one in after.concerns] == [(before.concerns[0].since, False)]


def test_what_stood_out_of_a_proposal_that_was_declined_was_not_decided() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.hear(heard(PERSISTENT, 1))
    child.hear(off(LATE, 2))
    child.put(declined(child.referrals[0], "o1", BEGIN, "the register was wrong", None))
    child.hear(on_again(LATE, 3, 1))
    assert child.standing() == {(2026, LATE)}


def test_a_rule_that_never_proposed_begins_with_the_switch() -> None:
    child = List()
    child.hear(on_again(LATE, 2, 1))
    assert child.standing() == {(2026, LATE)}


def test_another_rule_proposes_after_a_decline() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.put(declined(child.referrals[0], "o1", BEGIN, "the register was wrong", None))
    child.hear(heard(PERSISTENT, 1))
    assert child.standing() == {(2026, PERSISTENT)}


def test_a_concern_of_a_closed_case_waits_until_it_is_raised_anew() -> None:
    child = List()
    child.hear(heard(LATE, 1))
    child.put(closed(accepted(child.referrals[0], "o1", BEGIN), "o1", BEGIN, "attendance improved"))
    child.hear(heard(LATE, 2))
    assert child.live is None
    child.hear(heard(LATE, 3))
    assert child.standing() == {(2026, LATE)}


def test_figures_of_an_earlier_year_do_not_replace_those_of_this_one() -> None:
    this = settle(None, heard(LATE, 1), FIGURES, "r1")
    earlier = replace(heard(PERSISTENT, 1, 2025), at=BEGIN)
    joined = settle(this, earlier, FIGURES.model_copy(update={"year": 2025, "absent": 99}), "r2")
    assert joined is not None
    assert joined.id == "r1"
    assert joined.year == 2026
    assert joined.private.figures == FIGURES


def test_a_decision_sent_twice_is_the_first() -> None:
    proposed = settle(None, heard(LATE, 1), None, "r1")
    assert proposed is not None
    case = accepted(proposed, "o1", BEGIN)
    assert accepted(case, "o2", BEGIN + timedelta(days=1)) == case
    ended = closed(case, "o1", BEGIN, "attendance improved")
    assert closed(ended, "o2", BEGIN, "otherwise") == ended
