"""Compulsory school age (Education Act 1996 s.8)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.concerns.concern import OF_SCHOOL_AGE
from shared.academic_year import first_day
from shared.school_age import leaving_date, school_age
from tests.domain.registers import always_present, concerns, school_days

TERM = school_days(date(2026, 9, 7), date(2026, 12, 18))


@pytest.mark.parametrize(
    ("born", "begins"),
    [
        (date(2021, 8, 31), date(2026, 8, 31)),  # on a prescribed day: that day
        (date(2021, 9, 1), date(2026, 12, 31)),
        (date(2021, 12, 31), date(2026, 12, 31)),
        (date(2022, 1, 1), date(2027, 3, 31)),
        (date(2022, 3, 31), date(2027, 3, 31)),
        (date(2022, 4, 1), date(2027, 8, 31)),
        (date(2020, 2, 29), date(2025, 3, 31)),
    ],
)
def test_it_begins_on_the_prescribed_day_at_five(born: date, begins: date) -> None:
    assert school_age(born).first == begins


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        (date(2007, 9, 23), date(2024, 6, 28)),  # IPSEA's example
        (date(2008, 6, 28), date(2024, 6, 28)),
        (date(2008, 8, 31), date(2024, 6, 28)),  # after the leaving date and before the next school year
        (date(2008, 9, 1), date(2025, 6, 27)),
        (date(2008, 2, 29), date(2024, 6, 28)),
    ],
)
def test_it_ends_with_the_last_friday_in_june_at_sixteen(born: date, ends: date) -> None:
    assert school_age(born).last == ends


@given(st.integers(2000, 2100))
def test_the_leaving_date_is_the_last_friday_in_june(year: int) -> None:
    day = leaving_date(year)
    assert (day.month, day.weekday()) == (6, 4)
    assert day.day > 23


@given(st.dates(date(1995, 1, 1), date(2030, 12, 31)))
def test_it_lasts_some_eleven_years(born: date) -> None:
    age = school_age(born)
    assert 1826 <= (age.first - born).days < 1980  # five years have one leap day at least
    assert 15.8 < (age.last - born).days / 365.25 < 16.9


def test_sessions_outside_it_are_left_out() -> None:
    age = school_age(date(2021, 9, 14))  # 31 December 2026
    series = bytes([7]) * 732
    begin = 2 * (age.first - first_day(2026)).days
    assert age.of(series, 2026) == bytes(begin) + series[begin:]
    assert age.of(series, 2025).strip(b"\0") == b""
    assert age.of(series, 2030) == series
    assert age.of(series, 2040).strip(b"\0") == b""


def test_a_child_of_four_owes_no_attendance_and_its_rate_is_told_all_the_same() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[-11:], "O O") | dict.fromkeys(TERM[:15], "I I")
    four, five = school_age(date(2022, 1, 5)), school_age(date(2021, 1, 5))
    told = concerns(register, 2026, age=five)
    assert told.keys() >= OF_SCHOOL_AGE
    assert all("birth_date_unknown" not in figures for figures in told.values())
    assert concerns(register, 2026, age=four).keys() == told.keys() - OF_SCHOOL_AGE
    assert {rule for rule, figures in concerns(register, 2026).items() if figures.get("birth_date_unknown")} == OF_SCHOOL_AGE
