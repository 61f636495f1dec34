"""Whether it worked: the comparison with like children, and what it makes of children who only return to what is usual for them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.referrals.domain.impact import LEAST, Case, Course, Like, Panel, Sums, followed, impact
from services.referrals.settings.dated import BadPractice
from services.referrals.settings.impact_settings import load_measures

EDGES = load_measures().on(date(2026, 11, 20)).rate_bands
POSSIBLE = 60


def course(*absent: int, possible: int = POSSIBLE) -> Course:
    return Course(*(Sums(possible, away) for away in absent))


LIKE = Like("900071", np.arange(2), np.zeros(2), (60, 60, 60), (12, 12, 12))


def panel(courses: Sequence[Course]) -> Panel:
    def rows(field: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
        return [np.array([one[period][field] for one in courses], np.uint8) for period in range(4)]

    return Panel("900071", tuple(rows(0)), tuple(rows(1)))  # type: ignore[arg-type]


def of(cases: Sequence[int], courses: Sequence[Course], *, least: int = 30) -> list[Case]:
    """The cases at some places; like them are those of the others."""
    others = np.array([place not in cases for place in range(len(courses))], np.bool_)
    whole = panel(courses)
    found = [followed(whole, place, others, EDGES, least) for place in cases]
    return [case for case in found if case]


def test_the_effect_is_the_change_beyond_that_of_like_children() -> None:
    worked = [course(12, 12, 9, 3)] * LEAST
    like = [course(12, 12, 12, 9), course(13, 12, 12, 6)]
    found = impact(of(range(LEAST), [*worked, *like]))
    assert found
    assert (found.cases, found.like) == (LEAST, 2 * LEAST)
    assert (found.rates.before, found.rates.during, found.rates.after) == pytest.approx((80, 85, 95))
    assert (found.like_rates.before, found.like_rates.after) == pytest.approx((80, 87.5))
    assert (found.change, found.like_change, found.effect) == pytest.approx((15, 7.5, 7.5))


def test_like_children_that_cases_have_in_common_count_once() -> None:
    """Ten cases alike beside the same two children, who changed by 5 and by 10: all that is not sure is those two's mean."""
    found = impact(of(range(LEAST), [*[course(12, 12, 9, 3)] * LEAST, course(12, 12, 12, 9), course(13, 12, 12, 6)]))
    assert found
    students_t, variance_of_the_mean = 2.262, 2 * 2.5**2 / (2 * 1)
    # less a tenth: the cases' own variance has it where each has children of its own
    assert found.high - found.effect == pytest.approx(students_t * (variance_of_the_mean * (1 - 1 / LEAST)) ** 0.5, abs=0.01)
    assert found.effect - found.low == pytest.approx(found.high - found.effect)


def test_who_is_in_another_band_or_was_seldom_there_is_not_like() -> None:
    ten = course(6, 6, 6, 6)
    seldom = ten._replace(during=Sums(29, 3))
    (case,) = of(
        [0], [ten, ten, course(7, 7, 6, 6), course(5, 6, 6, 6), course(6, 5, 6, 6), seldom, course(8, 6, 0, 0), course(6, 8, 0, 0)]
    )
    assert case.like, "ten per cent and up to twelve and a half is one band, what is under it another"
    assert case.like.places.tolist() == [1, 2]
    assert (case.like.possible, case.like.absent) == ((60, 60, 60), (6.5, 6, 6))
    assert of([2], [ten, ten, seldom]) == []


def test_one_like_child_does_not_show_how_they_differ() -> None:
    (case,) = of([0], [course(6, 6, 6, 6), course(6, 6, 6, 6)])
    assert case.like is None


@given(st.integers(0, LEAST - 1), st.integers(0, 30))
def test_nothing_is_shown_under_ten_cases_with_like_children(compared: int, alone: int) -> None:
    courses = [course(12, 12, 9, 3)] * compared
    cases = [Case(one, LIKE) for one in courses] + [Case(course(12, 12, 0, 0), None)] * alone
    assert impact(cases) is None


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=LEAST, max_size=40))
def test_the_figures_agree_with_each_other(absences: list[tuple[int, int]]) -> None:
    courses = [course(6, before, 0, after) for before, after in absences]
    like = [course(6, before, 0, after) for before, _ in absences for after in (0, 60)]
    found = impact(of(range(len(courses)), [*courses, *like]))
    assert found
    assert found.effect == pytest.approx(found.change - found.like_change)
    assert found.low - 1e-9 <= found.effect <= found.high + 1e-9
    spread = found.spread
    assert spread.lowest <= spread.quarter <= spread.middle <= spread.three_quarters <= spread.highest
    assert spread.lowest - 1e-9 <= found.effect <= spread.highest + 1e-9


def _school(seed: int, helped: float) -> list[Case]:
    """Of a school's children, each away at a rate of its own, those who were away most are referred, and by chance half of them are worked
    with: these are `helped` less often away after."""
    chance = np.random.default_rng(seed)
    rates = chance.beta(2, 20, 1500)
    away = [chance.binomial(POSSIBLE, rates) for _ in range(3)]
    worst = 10 * away[0] >= POSSIBLE
    worked = worst & (chance.random(len(rates)) < 0.5)
    after = chance.binomial(POSSIBLE, np.maximum(0, rates - helped * worked))
    # the referral follows the worst of weeks: the days before it are those before the intervention
    courses = [course(*map(int, one)) for one in zip(away[0], away[0], away[1], after, strict=True)]
    return of([int(place) for place in np.flatnonzero(worked)], courses)


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_children_who_return_to_what_is_usual_for_them_show_no_effect(seed: int) -> None:
    found = impact(_school(seed, helped=0.0))
    assert found
    assert found.change > 0, "by itself it looks as if the work had done something"
    spread_of_the_mean = (found.high - found.low) / 4
    assert abs(found.effect) < 6 * spread_of_the_mean + 0.1


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_what_was_done_shows(seed: int) -> None:
    """Nine points less absence, beside children to whom nothing was done."""
    found = impact(_school(seed, helped=0.09))
    assert found
    assert found.low > 1
    assert found.effect < found.change


def _visited_later(seed: int, in_both: int, least: int, share: float) -> list[Case]:
    """Of a school's children, each away at a rate of its own, of those who missed `least` sessions before the referral and still before the
    visit a share is worked with, to no effect; `in_both`: sessions that are in both periods."""
    chance = np.random.default_rng(seed)
    rates = chance.beta(1.2, 12, 600)
    both = chance.binomial(in_both, rates)
    referral, before = (both + chance.binomial(POSSIBLE - in_both, rates) for _ in range(2))
    during, after = (chance.binomial(POSSIBLE, rates) for _ in range(2))
    worked = (np.minimum(referral, before) >= least) & (chance.random(len(rates)) < share)
    courses = [course(*map(int, one)) for one in zip(referral, before, during, after, strict=True)]
    return of([int(place) for place in np.flatnonzero(worked)], courses)


@pytest.mark.parametrize("in_both", [POSSIBLE, POSSIBLE // 2, 0], ids=["on the day", "three weeks later", "six weeks later"])
def test_a_visit_of_no_effect_shows_none_whenever_it_is_made(in_both: int) -> None:
    some = [found for seed in range(40) if (found := impact(_visited_later(seed, in_both, least=6, share=0.5)))]
    assert len(some) == 40
    assert fmean(found.change for found in some) > 0.75, "by itself it looks as if the work had done something"
    assert abs(fmean(found.effect for found in some)) < 0.5
    assert sum(not found.low <= 0 <= found.high for found in some) <= 5, "two of forty, by chance"


def test_where_everybody_who_stayed_away_was_worked_with_nothing_is_said() -> None:
    """Nobody is left who was away as much before the referral and before the visit: others would only seem to have got worse."""
    cases = _visited_later(1, in_both=0, least=9, share=1.0)
    assert len(cases) > 3 * LEAST
    assert impact(cases) is None


def test_settings_say_from_when_they_hold(tmp_path: Path) -> None:
    version = "[[version]]\nfrom = {}\nschool_days = {}\nleast_possible = 20\nrate_bands = [0, 10, 50]\n"
    file = tmp_path / "impact.toml"
    file.write_text(version.format("2026-09-01", 20) + version.format("2024-08-19", 30))
    measures = load_measures(tmp_path)
    assert [measures.on(day).school_days for day in (date(2020, 1, 1), date(2026, 8, 31), date(2026, 9, 1))] == [30, 30, 20]
    assert measures.on(date(2026, 9, 1)).version == "impact 2026-09-01"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no [[version]]"),
        ("version = 1\n", "no [[version]]"),
        ("[[version]]\nfrom = 2024-08-19\n", "Field required"),
        ("[[version]]\nfrom = 2024-08-19\nschool_days = 30\nleast_possible = 61\nrate_bands = [0]\n", "more than the sessions"),
        ("[[version]]\nfrom = 2024-08-19\nschool_days = 30\nleast_possible = 30\nrate_bands = [10, 5]\n", "rise"),
        ("[[version]]\nfrom = 2024-08-19\nschool_days = 30\nleast_possible = 30\nrate_bands = [0]\nwidth = 2\n", "width"),
        ("[[version]]\nfrom = 2024-08-19\nschool_days = 101\nleast_possible = 30\nrate_bands = [0]\n", "100"),
    ],
)
def test_settings_that_cannot_be_used_name_the_file(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "impact.toml"
    file.write_text(text)
    with pytest.raises(BadPractice, match=r"impact\.toml") as raised:
        load_measures(tmp_path)
    assert why in str(raised.value)
