"""Referrals raised by hand, left for now or declined by a code, and how many a school bought."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import acts, bought
from services.referrals.domain.bought import Bought
from services.referrals.domain.concerns import Heard, settle
from services.referrals.domain.one_child import settled
from services.referrals.domain.priority import place, priority
from services.referrals.domain.raising import Raised
from services.referrals.domain.referral import Concern, Referral
from services.referrals.errors import NotAReason, NotPossible, OverBought
from services.referrals.settings.dated import BadPractice
from services.referrals.settings.declining import load_declining

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TOLD = Raised(why="absent every Monday", parents_told="by telephone", parents_said="mornings are hard")
PROPOSAL = Referral(id="r1", school="100001", child="c", year=2026, state="proposed", proposed_at=AT)


def by_hand(referral: Referral = PROPOSAL, told: Raised = TOLD, by: str = "s1") -> Referral:
    return acts.raised(referral, told, by, "school", AT)


def test_what_was_raised_by_hand_does_not_lapse_with_its_concerns() -> None:
    raised = Heard("100001", "c", 2026, "persistent absence", 1, raised=True, at=AT)
    eased = Heard("100001", "c", 2026, "persistent absence", 2, raised=False, at=AT)
    after = settle(settle(by_hand(), raised, None, "x"), eased, None, "x")
    assert after is not None
    assert (after.state, after.standing, after.stands) == ("proposed", (), True)
    lapsed = settle(settle(PROPOSAL, raised, None, "x"), eased, None, "x")
    assert lapsed is not None
    assert lapsed.state == "lapsed"


def test_raised_by_the_same_person_in_the_same_words_it_is_raised_once() -> None:
    once = by_hand()
    assert by_hand(once) == once
    assert len(by_hand(once, by="s2").private.raised) == 2
    assert len(by_hand(once, Raised(why="another reason")).private.raised) == 2
    assert [entry.act for entry in once.private.history] == ["raise by hand"]


def test_of_two_records_that_are_one_child_what_was_raised_by_hand_goes_along() -> None:
    concern = Concern(rule="severe absence", year=2026, order=1, since=AT)
    older = PROPOSAL.model_copy(update={"id": "r0", "child": "a", "concerns": (concern,)})
    newer = by_hand(PROPOSAL.model_copy(update={"proposed_at": AT + timedelta(hours=1)}))
    joined = frozenset({"a", "c"})
    after = {one.id: one for one in settled([older, newer], {"a": joined, "c": joined}, AT, lambda: "new")}
    assert (after["r1"].state, after["r0"].state) == ("lapsed", "proposed")
    assert after["r0"].private.raised == newer.private.raised


def test_the_list_says_that_it_was_raised_by_hand_and_where_it_stands() -> None:
    assert priority([], None, raised=True).because == ("raised by hand",)
    assert priority(["persistent absence"], None, raised=True).because[0] == "raised by hand"
    concern = Concern(rule="severe absence", year=2026, order=1, since=AT)
    severe, late = (
        PROPOSAL.model_copy(update={"concerns": (concern.model_copy(update={"rule": rule}),)})
        for rule in ("severe absence", "late before the register closed")
    )
    assert sorted([late, by_hand(), severe], key=place) == [severe, by_hand(), late]


def test_what_is_left_waits_and_is_remembered() -> None:
    until = date(2026, 11, 20)
    left = acts.left(PROPOSAL, "o1", AT, until, "a meeting is arranged")
    assert (left.state, left.private.left and left.private.left.until) == ("proposed", until)
    assert acts.left(left, "o1", AT + timedelta(days=1), until, "a meeting is arranged") == left
    assert acts.accepted(left, "o1", AT).state == "accepted"
    with pytest.raises(NotPossible, match="it is accepted"):
        acts.left(acts.accepted(left, "o1", AT), "o1", AT, until, None)


def test_the_companys_own_list_of_reasons() -> None:
    reasons = load_declining().on(date(2026, 11, 2))
    assert {"school", "medical", "social-care", "not-ours", "register-wrong"} <= reasons.codes.keys()
    reasons.check("school", None)
    reasons.check("other", "words")
    with pytest.raises(NotAReason, match="`reason` is one of: school, medical"):
        reasons.check("because", None)
    with pytest.raises(NotAReason, match="other needs `words`"):
        reasons.check("other", " ")


def test_a_decision_is_read_by_the_version_of_its_day(tmp_path: Path) -> None:
    first = '[[version]]\nfrom = 2024-09-01\n[version.reasons]\nschool = { says = "as before" }\n'
    second = '[[version]]\nfrom = 2026-09-01\n[version.reasons]\nother = { says = "x", needs_words = true }\n'
    (tmp_path / "declining.toml").write_text(first + second)
    declining = load_declining(tmp_path)
    assert list(declining.on(date(2026, 8, 31)).codes) == ["school"]
    assert list(declining.on(date(2026, 9, 1)).codes) == ["other"]
    assert list(declining.on(date(2020, 1, 1)).codes) == ["school"]
    assert declining.said("2024-09-01", "school") == "as before"
    assert declining.said("2023-09-01", "school") == "school"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"there is no \[\[version\]\]"),
        ("[[version]]\nfrom = 2024-09-01\n", "says from which day it holds"),
        ("[[version]]\nfrom = 2024-09-01\nreasons = 1\n", "reasons is a table"),
        ('[[version]]\nfrom = 2024-09-01\n[version.reasons]\nBad = { says = "x" }\n', "a code is lower-case"),
        ('[[version]]\nfrom = 2024-09-01\n[version.reasons]\nbad = { says = "x", more = 1 }\n', "bad says something like"),
        ('[[version]]\nfrom = 2024-09-01\n[version.reasons]\nbad = { says = "x", needs_words = 1 }\n', "true or false"),
        ("what", "not TOML"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_a_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "declining.toml").write_text(text)
    with pytest.raises(BadPractice, match=told):
        load_declining(tmp_path)


WORDS = st.builds(
    Bought,
    since=st.dates(date(2026, 9, 1), date(2026, 9, 9)),
    cases=st.none() | st.integers(0, 3),
    by=st.just("head"),
    at=st.just(AT),
)


@given(st.lists(WORDS, max_size=8))
def test_the_number_in_force_is_the_last_said_for_the_latest_day_that_has_come(said: list[Bought]) -> None:
    words: list[Bought] = []
    for minute, word in enumerate(said):
        timed = word.model_copy(update={"at": AT + timedelta(minutes=minute)})
        words = bought.with_word(words, timed)
        assert bought.with_word(words, timed.model_copy(update={"at": AT + timedelta(days=1)})) == words, "said again"
    for day in (date(2026, 8, 31), *(date(2026, 9, one) for one in range(1, 10))):
        come = [word for word in said if word.since <= day]
        latest = max((word.since for word in come), default=None)
        assert bought.in_force(words, day) == next((word.cases for word in reversed(said) if word.since == latest), None)


def test_one_case_more_than_bought_needs_a_yes() -> None:
    bought.check(9, 10)
    with pytest.raises(OverBought, match="it would be open case 11 of 10"):
        bought.check(10, 10)
    assert (bought.in_words(3, None), bought.in_words(3, 10)) == ("3", "3 of 10")
