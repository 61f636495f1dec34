"""Ten sessions in ten school weeks: the published examples, holidays, part weeks, and the readings that are left open."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.profile import Readings
from services.sharing.domain.school_weeks import fullest
from services.sharing.domain.sessions import Session
from tests.domain.readiness_sample import NATIONAL

BY_WEEK = NATIONAL.readings
BY_DAY = BY_WEEK.model_copy(update={"window_slides": "by day"})
MONDAY = date(2026, 11, 2)


def weekdays(first: date, weeks: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(7 * weeks) if (first + timedelta(days=n)).isoweekday() <= 5]


def both(*days: date, code: str = "O") -> list[Session]:
    return [Session(day, half, code) for day in days for half in ("AM", "PM")]


def most(sessions: list[Session], school_days: list[date], readings: Readings = BY_WEEK, weeks: int = 10) -> int:
    found = fullest(sorted(sessions), school_days, weeks, readings)
    return found.sessions if found else 0


def one(day: date, code: str = "O") -> Session:
    return Session(day, "AM", code)


SUMMER, AUTUMN = weekdays(date(2026, 7, 6), 2), weekdays(date(2026, 9, 7), 8)
PUBLISHED = {
    "10 sessions of holiday in one week": both(*weekdays(MONDAY, 1), code="G"),
    "6 sessions in one week, then 1 a week for 4 weeks": [
        *both(*weekdays(MONDAY, 1)[:3]),
        *(one(MONDAY + timedelta(weeks=week)) for week in range(1, 5)),
    ],
    "4 of holiday and 6 late after the register closed": [
        *both(*weekdays(MONDAY, 1)[:2], code="G"),
        *(one(MONDAY + timedelta(weeks=week), "U") for week in range(1, 7)),
    ],
    "2 in the summer term and 8 in the autumn term": [*both(SUMMER[-1]), *both(*AUTUMN[:4])],
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_examples_meet_the_threshold(name: str) -> None:
    """As Hampshire quotes them from the Department's guidance."""
    assert most(PUBLISHED[name], [*SUMMER, *AUTUMN, *weekdays(MONDAY, 8)]) == 10


def test_a_week_without_a_session_is_passed_over_and_a_week_with_one_is_a_week() -> None:
    early, late = both(MONDAY), both(MONDAY + timedelta(weeks=10))
    all_weeks = weekdays(MONDAY, 11)
    assert most(early + late, all_weeks) == 2, "the eleventh week"
    holiday = [day for day in all_weeks if not MONDAY + timedelta(weeks=3) <= day < MONDAY + timedelta(weeks=4)]
    assert most(early + late, holiday) == 4
    bank_holidays = [*holiday, MONDAY + timedelta(weeks=3, days=2)]
    assert most(early + late, bank_holidays) == 2, "a single day makes a school week"


def test_a_period_that_slides_by_day_may_begin_in_the_middle_of_a_week() -> None:
    sessions = both(MONDAY + timedelta(days=3)) + both(MONDAY + timedelta(weeks=10))
    school = weekdays(MONDAY, 11)
    assert most(sessions, school) == 2
    assert most(sessions, school, BY_DAY) == 4
    assert most(both(MONDAY) + both(MONDAY + timedelta(weeks=10)), school, BY_DAY) == 2, "ten weeks from a Monday end on a Sunday"


def test_where_a_week_begins_decides_what_lies_in_ten_of_them() -> None:
    """Sunday to Saturday or Monday to Sunday is the same for who has no session at the weekend; a Saturday session shows it."""
    saturday = MONDAY + timedelta(days=5)
    sessions = [one(saturday), one(saturday + timedelta(days=2))]
    assert most(sessions, [], weeks=1) == 1
    assert most(sessions, [], BY_WEEK.model_copy(update={"week_begins": "Saturday"}), weeks=1) == 2


CELLS = st.sets(st.tuples(st.integers(0, 99), st.sampled_from(["AM", "PM"])), max_size=40)


@given(cells=CELLS, closed=st.sets(st.integers(0, 19), max_size=8), weeks=st.integers(1, 10))
def test_the_fullest_period_is_what_looking_at_every_period_finds(cells: set[tuple[int, str]], closed: set[int], weeks: int) -> None:
    school = [day for day in weekdays(MONDAY, 20) if (day - MONDAY).days // 7 not in closed]
    sessions = sorted(Session(day, half, "O") for place, half in cells if (day := weekdays(MONDAY, 20)[place]) in school)  # type: ignore[arg-type]
    held = sorted({(day - MONDAY).days // 7 for day in school})
    windows = (held[start : start + weeks] for start in range(len(held)))
    plain = max((sum((one.day - MONDAY).days // 7 in window for one in sessions) for window in windows), default=0)
    assert most(sessions, school, weeks=weeks) == plain
    assert most(sessions, school, BY_DAY, weeks) >= plain


@given(cells=CELLS)
def test_the_days_told_hold_as_many_sessions_as_are_told(cells: set[tuple[int, str]]) -> None:
    sessions = sorted(Session(weekdays(MONDAY, 20)[place], half, "O") for place, half in cells)  # type: ignore[arg-type]
    found = fullest(sessions, weekdays(MONDAY, 20), 10, BY_WEEK)
    assert (found is None) is (not sessions)
    if found:
        assert sum(found.first <= one.day <= found.last for one in sessions) == found.sessions
