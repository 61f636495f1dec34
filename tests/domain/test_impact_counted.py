"""Which cases count in figures: ten at a time, and of a half term those that were known by its end."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.impact import LEAST, Case, Course, Like, Sums
from services.referrals.domain.referral import Referral
from services.referrals.figures.impact import Begun, Followed, by_tens

DAY = date(2026, 9, 7)
SUMS = Sums(60, 6)
LIKE = Like("900001", np.array([1, 2]), np.array([0.0, 1.0]), (60, 60, 60), (6, 6, 6))


def one(number: int, day: int) -> Followed:
    at = datetime(2026, 9, 7, 9, tzinfo=UTC)
    known = {"id": f"{number:04}", "school": "900001", "child": f"c{number}", "year": 2026, "state": "accepted", "proposed_at": at}
    begun = Begun(Referral.model_validate(known), None, DAY, "officer", at)
    return Followed(begun, Case(Course(SUMS, SUMS, SUMS, SUMS), LIKE), since=DAY + timedelta(day))


@given(st.lists(st.integers(0, 60), max_size=45), st.integers(0, 60), st.integers(0, 60))
def test_two_answers_differ_by_ten_cases_or_none(days: list[int], first: int, second: int) -> None:
    cases = [one(number, day) for number, day in enumerate(days)]
    some, more = (by_tens(cases, DAY + timedelta(until)) for until in sorted((first, second)))
    assert more[: len(some)] == some, "what counted goes on counting"
    assert (len(more) - len(some)) % LEAST == 0
    assert len(cases) - len(by_tens(cases)) < LEAST


def test_who_is_like_nobody_or_not_known_does_not_count() -> None:
    cases = [one(number, 0) for number in range(LEAST)]
    assert len(by_tens(cases)) == LEAST
    cases[0] = cases[0]._replace(case=None)
    assert by_tens(cases) == []
