"""The period of a certificate where nobody has said one."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.clocks import last_day
from services.sharing.domain.default_period import default_period
from services.sharing.domain.sessions import Session
from services.sharing.profiles import load_profiles
from shared.contracts.referrals import Measure

TODAY = date(2027, 3, 19)
NATIONAL = load_profiles().of("991", TODAY)
BEGIN = date(2026, 8, 31)
DAYS = [BEGIN + timedelta(days=number) for number in range((TODAY - BEGIN).days) if (BEGIN + timedelta(days=number)).weekday() < 5]


def sessions(*days: date) -> list[Session]:
    return [Session(day, half, "O") for day in sorted(days) for half in ("AM", "PM")]


def test_of_a_notice_it_is_the_ten_weeks_with_the_most_sessions() -> None:
    early, late = [date(2026, 10, 5)], [date(2027, 1, 11), date(2027, 1, 12), date(2027, 3, 1)]
    found = default_period(sessions(*early, *late), DAYS, "penalty notice", NATIONAL, TODAY)
    assert found == (date(2027, 1, 11), date(2027, 3, 1))


def test_of_a_notice_it_is_the_newest_ten_weeks_where_they_meet_the_threshold() -> None:
    most, newest = [date(2026, 10, day) for day in range(12, 24)], [date(2027, 2, day) for day in (1, 2, 3, 4)]
    school = [day for day in most if day.weekday() < 5]
    four = default_period(sessions(*school, *newest), DAYS, "penalty notice", NATIONAL, TODAY)
    assert four == (date(2026, 10, 12), date(2026, 10, 23)), "eight sessions are not enough"
    five = default_period(sessions(*school, *newest, date(2027, 3, 1)), DAYS, "penalty notice", NATIONAL, TODAY)
    assert five == (date(2027, 2, 1), date(2027, 3, 1))


def test_of_several_that_do_not_meet_the_threshold_it_is_the_last() -> None:
    found = default_period(sessions(date(2026, 10, 5), date(2027, 2, 1)), DAYS, "penalty notice", NATIONAL, TODAY)
    assert found == (date(2027, 2, 1), date(2027, 2, 1))


def test_of_a_prosecution_it_is_all_of_them_that_are_in_time() -> None:
    days = [date(2026, 9, 7), date(2026, 10, 5), date(2027, 3, 1)]
    assert default_period(sessions(*days), DAYS, "prosecution", NATIONAL, TODAY) == (date(2026, 10, 5), date(2027, 3, 1))


def test_without_a_session_there_is_none() -> None:
    assert default_period([], DAYS, "penalty notice", NATIONAL, TODAY) is None
    assert default_period(sessions(date(2026, 9, 7)), DAYS, "prosecution", NATIONAL, TODAY) is None, "all are out of time"


@given(st.sets(st.sampled_from(DAYS), min_size=1), st.sampled_from(("penalty notice", "prosecution")))
def test_it_begins_and_ends_with_a_session_that_is_in_time(days: set[date], measure: Measure) -> None:
    found = default_period(sessions(*days), DAYS, measure, NATIONAL, TODAY)
    in_time = {day for day in days if last_day(day, NATIONAL.clock) >= TODAY}
    assert (found is None) == (not in_time)
    if found:
        assert set(found) <= in_time
        weeks = {day.isocalendar()[:2] for day in DAYS if found[0] <= day <= found[1]}
        assert measure == "prosecution" or len(weeks) <= 10
