"""Dates of disposal: the worked examples of the rule, and what must hold for any child."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retention.domain import clock
from services.retention.domain.child_clock import NEVER_MOVED, ChildClock
from services.retention.domain.stays import Hold, stays
from shared import academic_year

days = st.dates(date(2015, 9, 1), date(2060, 8, 31))
cohorts = st.integers(2016, 2062).map(lambda year: f"{year}-08-31")


@pytest.mark.parametrize(
    ("intervention", "due"),
    [
        (date(2026, 9, 1), "2028-08-31"),
        (date(2027, 8, 31), "2028-08-31"),
        (date(2027, 9, 1), "2029-08-31"),
        (date(2026, 7, 1), "2027-08-31"),
        (date(2024, 11, 3), "2028-08-31"),  # told so late that its own date is past: as what arrives in 2027/28
    ],
)
def test_an_intervention_keeps_every_record_to_the_end_of_the_year_after(intervention: date, due: str) -> None:
    told_on = max(intervention, date(2027, 2, 1)) if intervention.year > 2024 else date(2027, 9, 2)
    assert ChildClock("c").intervened("v", 1, intervention, told_on).due == due


@given(data=st.data(), told_on=days)
def test_the_date_is_that_of_the_entries_that_stand_in_any_order_and_however_often(data: st.DataObject, told_on: date) -> None:
    last: dict[str, date | None] = {}
    told: list[tuple[str, int, date | None]] = []
    for entry, editions in data.draw(st.dictionaries(st.sampled_from("abcd"), st.lists(st.none() | days, min_size=1, max_size=3))).items():
        told += [(entry, edition, day) for edition, day in enumerate(editions, 1)]
        last[entry] = editions[-1]
    again = data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    now = ChildClock("c")
    for entry, edition, day in data.draw(st.permutations([*told, *again])):
        now = now.intervened(entry, edition, day, told_on) if day else now.struck(entry, edition)
    standing = [academic_year.cohort_on_arrival(academic_year.of(day), told_on) for day in last.values() if day]
    assert now.due == max(standing, default=NEVER_MOVED)


def test_what_a_joined_record_lends_goes_with_its_entry_and_what_was_parted_stays() -> None:
    lent = ChildClock("a").told_of("b", 1, joined=True).lent_until("2030-08-31")
    assert (lent.own, lent.due) == (NEVER_MOVED, "2030-08-31")
    assert lent.lent_until("2029-08-31").due == "2029-08-31", "an entry of the other was struck out"
    parted = lent.told_of("b", 2, joined=False)
    assert (parted.own, parted.due) == ("2030-08-31", "2030-08-31"), "each keeps the date that it has"


def test_a_date_to_which_a_sweep_moved_somebody_stays_whatever_is_struck_out() -> None:
    clock_ = ChildClock("c").intervened("v", 1, date(2026, 10, 1), date(2026, 10, 2)).kept_until("2029-08-31")
    assert clock_.struck("v", 2).due == "2029-08-31"


@given(before=cohorts, intervention=days, told_on=days)
def test_no_intervention_brings_a_date_forward_or_into_the_past(before: str, intervention: date, told_on: date) -> None:
    after = ChildClock("c", before).intervened("v", 1, intervention, told_on)
    assert after.due >= before
    assert after.due >= told_on.isoformat()


@given(st.data())
def test_cases_come_out_the_same_in_any_order_and_however_often(data: st.DataObject) -> None:
    orders = data.draw(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 5)))
    told = [(case, order) for case, last in orders.items() for order in range(1, last + 1)]
    told += data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    now = ChildClock("c")
    for case, order in data.draw(st.permutations(told)):
        now = now.told_of_case(case, order)
    assert now.open_cases == {case for case, last in orders.items() if last % 2}


@pytest.mark.parametrize(("on", "due"), [(date(2028, 8, 30), False), (date(2028, 8, 31), True), (date(2031, 1, 1), True)])
def test_a_cohort_is_due_from_its_date_on(on: date, due: bool) -> None:
    assert clock.is_due("2028-08-31", on) is due


def test_who_stays_and_until_when() -> None:
    clocks = {
        "open case": ChildClock("open case", cases={"1": 3}),
        "closed case": ChildClock("closed case", cases={"1": 4}),
        "visited since": ChildClock("visited since", "2030-08-31"),
        "visited then": ChildClock("visited then", "2028-08-31"),
        "visited, open": ChildClock("visited, open", "2030-08-31", {"1": 1}),
    }
    day_before, day = date(2028, 8, 31), date(2028, 9, 1)
    holds = {
        "held": Hold("held"),
        "held to the day": Hold("held to the day", day),
        "was held": Hold("was held", day_before),
    }
    kept = stays("2028-08-31", day, [*clocks, *holds, "nobody's"], clocks, holds)
    next_date, later = "2029-08-31", "2030-08-31"
    assert kept == {
        "open case": next_date,
        "visited since": later,
        "visited, open": later,
        "held": next_date,
        "held to the day": next_date,
    }


@given(cohort=cohorts, on=days, due=cohorts, held=st.booleans(), open_case=st.booleans())
def test_whoever_is_kept_leaves_the_cohort(cohort: str, on: date, due: str, held: bool, open_case: bool) -> None:
    clocks = {"c": ChildClock("c", due, {"1": 1} if open_case else {})}
    kept = stays(cohort, on, ["c"], clocks, {"c": Hold("c")} if held else {})
    assert all(until > cohort for until in kept.values())
    if clock.is_due(cohort, on) and (held or open_case):
        assert kept["c"] > on.isoformat()


@given(on=days)
def test_whoever_is_kept_moves_to_the_next_date_and_is_looked_at_again_within_a_year(on: date) -> None:
    until = date.fromisoformat(clock.kept_until(on))
    assert on < until <= on + timedelta(days=366)
    assert (until.month, until.day) == (8, 31)


@given(today=days)
def test_a_key_stands_ready_for_everything_that_can_come_today(today: date) -> None:
    ready = clock.dates_ahead(today)
    for year in (academic_year.of(today), academic_year.of_session(today), academic_year.of(today) - 1, 2010):
        assert academic_year.cohort_on_arrival(year, today) in ready
    assert ChildClock("c").intervened("v", 1, today, today).due in ready
    assert ChildClock("c").told_of_case("1", 1).cohort(today) in ready
    assert clock.kept_until(today) in ready


@given(st.data())
def test_who_is_joined_comes_out_the_same_in_any_order_and_however_often(data: st.DataObject) -> None:
    said = data.draw(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=6))
    told = [(other, order, joined) for order, (other, joined) in enumerate(said, 1)]
    again = data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    now = ChildClock("c")
    for other, order, joined in data.draw(st.permutations([*told, *again])):
        now = now.told_of(other, order, joined=joined)
    last = {other: joined for other, _, joined in told}
    assert now.joined == {other for other, joined in last.items() if joined}


def test_what_keeps_one_record_of_a_joined_child_keeps_all() -> None:
    clocks = {"a": ChildClock("a", cases={"1": 3}), "b": ChildClock("b"), "d": ChildClock("d", "2031-08-31")}
    groups = {"a": "ab", "b": "ab", "c": "cd", "d": "cd", "e": "ef", "f": "ef"}
    kept = stays("2028-08-31", date(2028, 9, 1), "abcde", clocks, {"f": Hold("f")}, groups)
    assert kept == {"a": "2029-08-31", "b": "2029-08-31", "c": "2031-08-31", "d": "2031-08-31", "e": "2029-08-31"}
