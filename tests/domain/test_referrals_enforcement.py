"""Enforcement requests and interventions: their days, and the same thing sent twice."""

from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.referrals.domain.enforcement import Wanted, check_over, period, requested
from services.referrals.domain.intervention import Done, check_day, recorded, same_again
from services.referrals.domain.referral import Referral
from services.referrals.errors import BadPeriod, KeyUsedTwice, NotPossible
from services.referrals.settings.practice import load_practices
from shared.contracts.marks import Mark

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
CASE = Referral(id="r1", school="100001", child="c", year=2026, state="accepted", proposed_at=AT, opened_at=AT)
WANTED = Wanted(
    parent="c.1",
    measure="penalty notice",
    reason="irregular attendance",
    first=date(2026, 9, 1),
    last=TODAY,
)


def test_the_period_is_the_academic_year_to_the_day_before_today() -> None:
    assert period(None, None, TODAY) == (date(2026, 8, 1), date(2026, 11, 19))
    assert period(date(2026, 11, 2), TODAY, TODAY) == (date(2026, 11, 2), TODAY), "where somebody says so"
    assert period(None, date(2026, 6, 30), TODAY) == (date(2025, 8, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 1)),
        (None, date(2026, 11, 21)),
        (TODAY, None),
        (date(2025, 7, 31), None),
    ],
)
def test_periods_that_cannot_be(first: date | None, last: date | None) -> None:
    with pytest.raises(BadPeriod):
        period(first, last, TODAY)


@pytest.mark.parametrize(
    ("last", "halves", "over"),
    [(TODAY, "", False), (TODAY, "AM", False), (TODAY, "PM", False), (TODAY, "AM PM", True), (date(2026, 11, 19), "", True)],
)
def test_a_period_ends_with_today_once_the_register_has_both_its_marks(last: date, halves: Any, over: bool) -> None:
    marks = [Mark(day=TODAY, session=half, code="O") for half in halves.split()]
    with nullcontext() if over else pytest.raises(BadPeriod, match="ask with a day before"):
        check_over(last, TODAY, marks)


def test_the_same_content_is_the_same_request_and_another_is_the_next() -> None:
    once, made = requested(CASE, WANTED, None, "o1", AT)
    assert once.state == "enforcement requested"
    assert made.request == "r1.1"
    assert requested(once, WANTED, "k", "o2", AT) == (once, made)
    other = WANTED.model_copy(update={"parent": "c.2"})
    twice, second = requested(once, other, "k", "o1", AT)
    assert [one.request for one in twice.private.requests] == ["r1.1", "r1.2"]
    assert requested(twice, other, "k", "o1", AT) == (twice, second)


def test_a_key_stands_for_one_content() -> None:
    once, _ = requested(CASE, WANTED, "k", "o1", AT)
    with pytest.raises(KeyUsedTwice):
        requested(once, WANTED.model_copy(update={"measure": "prosecution"}), "k", "o1", AT)


def test_no_request_on_a_closed_case() -> None:
    with pytest.raises(NotPossible):
        requested(CASE.model_copy(update={"state": "closed"}), WANTED, None, "o1", AT)


def test_days_of_interventions() -> None:
    check_day(TODAY, TODAY)
    check_day(date(2025, 8, 28), TODAY)
    for day in (date(2026, 11, 21), date(2025, 7, 31)):
        with pytest.raises(BadPeriod):
            check_day(day, TODAY)


def test_an_intervention_sent_again_under_its_key() -> None:
    done = Done(kind="home visit", day=TODAY, with_whom="mother", engagement="good", seen="no", outcome="agreed a plan")
    earlier = recorded(done, load_practices().on(TODAY), id_="i1", case="r1", officer="o1", at=AT)
    assert same_again(earlier, done) == earlier
    with pytest.raises(KeyUsedTwice):
        same_again(earlier, done.model_copy(update={"outcome": "nobody at home"}))
