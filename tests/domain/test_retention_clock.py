"""Dates of disposal: the worked examples of the rule, and what must hold for any record."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retention.domain import clock
from shared import academic_year

years = st.integers(2015, 2060)
days = st.dates(date(2015, 9, 1), date(2060, 8, 31))


def test_a_year_s_record_is_due_when_the_next_year_ends() -> None:
    assert clock.cohort_of_record(2026, date(2026, 10, 1), None) == "2028-08-31"


@pytest.mark.parametrize(
    ("intervention", "due"),
    [
        (date(2026, 9, 1), "2028-08-31"),
        (date(2027, 8, 31), "2028-08-31"),
        (date(2027, 9, 1), "2029-08-31"),
        (date(2025, 11, 3), "2028-08-31"),  # never earlier than its own date
    ],
)
def test_an_intervention_moves_a_record_to_the_end_of_the_year_after(intervention: date, due: str) -> None:
    assert clock.cohort_of_record(2026, date(2026, 10, 1), intervention) == due


def test_what_comes_after_its_date_stays_until_the_end_of_the_year_in_which_it_came() -> None:
    assert clock.cohort_of_record(2023, date(2026, 10, 1), None) == "2027-08-31"


@given(year=years, arrived=days, interventions=st.lists(days, max_size=6))
def test_the_date_does_not_depend_on_the_order_of_interventions(year: int, arrived: date, interventions: list[date]) -> None:
    start = clock.cohort_of_record(year, arrived, None)
    there, back = start, start
    for one, other in zip(interventions, reversed(interventions), strict=True):
        there, back = clock.moved(there, one), clock.moved(back, other)
    assert there == back == clock.cohort_of_record(year, arrived, max(interventions, default=None))


@given(year=years, arrived=days, intervention=days)
def test_no_intervention_brings_a_date_forward(year: int, arrived: date, intervention: date) -> None:
    assert clock.cohort_of_record(year, arrived, intervention) >= clock.cohort_of_record(year, arrived, None)


@given(arrived=days, year=years)
def test_nothing_is_due_before_the_day_on_which_it_came(arrived: date, year: int) -> None:
    assert clock.cohort_of_record(year, arrived, None) >= arrived.isoformat()


@pytest.mark.parametrize(("on", "due"), [(date(2028, 8, 30), False), (date(2028, 8, 31), True), (date(2031, 1, 1), True)])
def test_a_cohort_is_due_from_its_date_on(on: date, due: bool) -> None:
    assert clock.is_due("2028-08-31", on, open_case=False, held=False) is due


@given(on=days, held=st.booleans(), open_case=st.booleans())
def test_an_open_case_or_a_hold_is_never_due(on: date, held: bool, open_case: bool) -> None:
    ground = clock.ground_to_keep(open_case=open_case, held=held)
    assert (ground is None) is (not held and not open_case)
    if ground:
        assert not clock.is_due("2016-08-31", on, open_case=open_case, held=held)


@given(on=days)
def test_whoever_is_kept_moves_to_the_next_date_and_is_looked_at_again_within_a_year(on: date) -> None:
    until = date.fromisoformat(clock.kept_until(on))
    assert on < until <= on + timedelta(days=366)
    assert (until.month, until.day) == (8, 31)


@given(today=days)
def test_a_key_stands_ready_for_everything_that_can_come_today(today: date) -> None:
    ready = clock.dates_ahead(today)
    for year in (academic_year.of(today), academic_year.of_session(today), academic_year.of(today) - 1, 2010):
        assert clock.cohort_of_record(year, today, None) in ready
        assert clock.cohort_of_record(year, today, today) in ready
    assert clock.kept_until(today) in ready
