"""Joined records have one proposal or case, parted ones each its own, whatever order concerns, joins and partings come in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.acts import accepted
from services.referrals.domain.concerns import Heard, is_news, noted, settle
from services.referrals.domain.one_child import group, holder, settled
from services.referrals.domain.referral import Referral
from shared.contracts.standing import Rule

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
PERSISTENT: Rule = "persistent absence"
LATE: Rule = "late before the register closed"


@dataclass(frozen=True)
class Said:
    """A pair joined (odd orders) or parted."""

    pair: frozenset[str]
    order: int


@dataclass(frozen=True)
class Accept:
    """Somebody accepts a record's proposal, if there is one."""

    record: str


@dataclass
class School:
    """What the store keeps of one school, its events handled one after the other."""

    seen: dict[tuple[str, int], dict[Rule, int]] = field(default_factory=dict)
    said: dict[frozenset[str], int] = field(default_factory=dict)
    referrals: dict[str, Referral] = field(default_factory=dict)
    ids: "count[int]" = field(default_factory=count)
    clock: "count[int]" = field(default_factory=count)

    @property
    def live(self) -> list[Referral]:
        return [one for one in self.referrals.values() if one.live]

    @property
    def groups(self) -> dict[str, frozenset[str]]:
        made: dict[str, frozenset[str]] = {}
        for pair, order in self.said.items():
            if order % 2:
                whole = pair.union(*(made.get(child, frozenset()) for child in pair))
                made |= dict.fromkeys(whole, whole)
        return made

    def take(self, event: "Heard | Said | Accept") -> None:
        match event:
            case Said(pair, order):
                self.said[pair] = max(order, self.said.get(pair, 0))
            case Accept(record):
                for one in [one for one in self.live if one.child == record]:
                    self.referrals[one.id] = accepted(one, "officer", BEGIN)
            case Heard():
                self.hear(event)
        for one in settled(list(self.referrals.values()), self.groups, BEGIN, self.new_id):
            self.referrals[one.id] = one

    def hear(self, event: Heard) -> None:
        seen = self.seen.get((event.child, event.year), {})
        if not is_news(seen, event):
            return
        self.seen[event.child, event.year] = noted(seen, event)
        records = group(self.groups, event.child)
        to = holder([one for one in self.live if one.records & records], event)
        if after := settle(to, event, None, self.new_id()):
            self.referrals[after.id] = after

    def new_id(self) -> str:
        return f"r{next(self.ids)}"

    def standing(self) -> list[tuple[str, int, Rule]]:
        return sorted((one.about(concern), concern.year, concern.rule) for one in self.live for concern in one.standing)


def heard(child: str, rule: Rule, order: int, year: int = 2026) -> Heard:
    return Heard("100001", child, year, rule, order, raised=order % 2 == 1, at=BEGIN + timedelta(hours=order))


@st.composite
def deliveries(draw: st.DrawFn) -> "list[Heard | Said | Accept]":
    records = ["a", "b", "c"]
    rules: list[Rule] = [PERSISTENT, LATE]
    events: list[Heard | Said | Accept] = [
        heard(child, rule, order) for child in records for rule in rules for order in range(1, draw(st.integers(0, 3)) + 1)
    ]
    for pair in combinations(records, 2):
        events += [Said(frozenset(pair), order) for order in range(1, draw(st.integers(0, 3)) + 1)]
    events += [Accept(child) for child in draw(st.lists(st.sampled_from(records), max_size=2))]
    again = draw(st.lists(st.sampled_from(events))) if events else []
    return draw(st.permutations(events + again))


@given(deliveries())
def test_one_child_has_one_live_referral_and_each_record_its_own_concerns(events: "list[Heard | Said | Accept]") -> None:
    school = School()
    for event in events:
        school.take(event)
        for records in {group(school.groups, child) for child in "abc"}:
            ours = [one for one in school.live if one.child in records]
            proposals = [one for one in ours if one.state == "proposed"]
            assert len(proposals) <= 1
            assert not proposals or len(ours) == 1, "a case takes the proposal in"
    for child in "abc":
        assert sum(one.child == child for one in school.live) <= 1, "as the index of the store asks"
    concerns = sorted((one for one in events if isinstance(one, Heard)), key=lambda one: one.order)
    last = {(one.child, one.year, one.rule): one for one in concerns}
    assert school.standing() == sorted(key for key, one in last.items() if one.raised)
    for one in school.referrals.values():
        assert one.records <= group(school.groups, one.child), "nothing is said of another child"
    assert settled(list(school.referrals.values()), school.groups, BEGIN, school.new_id) == []


JOINED, PARTED = Said(frozenset({"kept", "joined"}), 1), Said(frozenset({"kept", "joined"}), 2)


@pytest.mark.parametrize("first", [[JOINED, heard("kept", PERSISTENT, 1)], [heard("kept", PERSISTENT, 1), JOINED]])
def test_a_concern_about_the_kept_record_joins_the_open_case_of_the_other(first: "list[Heard | Said]") -> None:
    school = School()
    school.take(heard("joined", LATE, 1))
    school.take(Accept("joined"))
    for event in first:
        school.take(event)
    (case,) = school.live
    assert (case.child, case.state) == ("joined", "accepted")
    assert {(case.about(one), one.rule) for one in case.standing} == {("joined", LATE), ("kept", PERSISTENT)}
    school.take(heard("joined", LATE, 2))
    assert [one.rule for one in school.live[0].standing] == [PERSISTENT]
    school.take(PARTED)
    case, proposal = sorted(school.live, key=lambda one: one.state)
    assert (case.child, len(case.standing), sorted(case.records)) == ("joined", 0, ["joined"])
    assert (proposal.child, proposal.state, [one.rule for one in proposal.standing]) == ("kept", "proposed", [PERSISTENT])


def test_two_open_cases_stay_two_and_the_newer_of_two_proposals_lapses() -> None:
    school = School()
    for child, rule in (("joined", LATE), ("kept", PERSISTENT)):
        school.take(heard(child, rule, 1))
    other = School(referrals=dict(school.referrals))
    for child in ("joined", "kept"):
        school.take(Accept(child))
    school.take(JOINED)
    assert sorted(one.child for one in school.live) == ["joined", "kept"]
    other.take(JOINED)
    (left,) = other.live
    assert left.child == "joined", "which was proposed first"
    assert {one.rule for one in left.standing} == {LATE, PERSISTENT}
