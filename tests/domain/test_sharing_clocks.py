"""Until when an information can be laid, and until when the LA takes a request."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.clocks import asked_in_time, clocks, first_in_good_time, first_in_time, last_day
from services.sharing.domain.nearest import Days
from services.sharing.domain.profile import Clock
from services.sharing.domain.sessions import Session
from services.sharing.store.pack_clocks import days_of, out_of_hand, with_days
from shared.bank_holidays import BANK_HOLIDAYS
from tests.domain import readiness_sample as sample
from tests.domain.test_sharing_readiness import leave, profile_with

NOT_COUNTED = Clock(day_of_the_session="not counted", lead_days=28)
COUNTED = Clock(day_of_the_session="counted", lead_days=28)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def works(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in BANK_HOLIDAYS


@pytest.mark.parametrize(
    ("session", "last"),
    [
        (date(2026, 9, 7), date(2027, 3, 7)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 8, 29), date(2027, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2027, 2, 28), date(2027, 8, 28)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 10, 31), date(2027, 4, 30)),
    ],
)
def test_six_months_are_those_of_the_calendar(session: date, last: date) -> None:
    assert last_day(session, NOT_COUNTED) == last
    assert last_day(session, COUNTED) == last - timedelta(days=1)


@given(day=DAYS)
def test_a_later_session_is_never_out_of_time_sooner(day: date) -> None:
    for clock in (NOT_COUNTED, COUNTED):
        assert last_day(day, clock) <= last_day(day + timedelta(days=1), clock)
        assert 180 <= (last_day(day, clock) - day).days <= 184


@given(today=DAYS)
def test_the_first_day_in_time_is_the_first(today: date) -> None:
    for clock in (NOT_COUNTED, COUNTED):
        first = first_in_time(today, clock)
        assert last_day(first, clock) >= today > last_day(first - timedelta(days=1), clock)


@given(day=DAYS, lead=st.integers(0, 60))
def test_the_authoritys_time_ends_on_a_working_day_and_no_earlier_than_need_be(day: date, lead: int) -> None:
    clock = Clock(day_of_the_session="not counted", lead_days=lead)
    handed_in = asked_in_time(day, clock) + timedelta(days=lead)
    assert handed_in <= day
    assert works(handed_in)
    assert not any(works(one) for one in (handed_in + timedelta(days=n) for n in range(1, (day - handed_in).days + 1)))


@given(today=DAYS, lead=st.integers(0, 60))
def test_the_first_day_in_good_time_is_the_first(today: date, lead: int) -> None:
    clock = Clock(day_of_the_session="not counted", lead_days=lead)
    first = first_in_good_time(today, clock)
    assert asked_in_time(last_day(first, clock), clock) >= today > asked_in_time(last_day(first - timedelta(days=1), clock), clock)


def test_the_request_is_due_by_the_lead_time_or_by_the_authoritys_own_deadline_whichever_is_first() -> None:
    made = sample.material().clocks
    assert (made.earliest, made.latest) == (date(2026, 11, 16), date(2026, 11, 23))
    assert (made.earliest_by, made.latest_by) == (date(2027, 5, 16), date(2027, 5, 23))
    assert made.request_by == date(2027, 4, 16), "four weeks before Friday 14 May: the 16th is a Sunday"
    own = profile_with("own_deadline", required=True, since="the return from leave", days=10)
    assert sample.material(own, case=sample.case(leave=(leave(),))).clocks.request_by == date(2027, 2, 1), "ten days after Monday the 18th"
    assert sample.material(own).clocks.request_by == date(2027, 4, 16), "nobody knows of a return"


def test_no_session_no_clock() -> None:
    made = sample.material(marks=sample.register({})).clocks
    assert set(made.model_dump().values()) == {None}


def test_school_days_to_come_are_taken_to_be_weekdays() -> None:
    own = profile_with("own_deadline", required=True, since="the warning letter", days=40)
    relied = [Session(date(2026, 11, 16), "AM", "O")]
    made = clocks(relied, sample.wanted(), sample.case(), own, sample.school_days(), sample.TODAY)
    assert made.request_by == date(2027, 3, 1), "thirty days until 15 February, ten weekdays after it"


def test_what_moved_is_told_once_and_the_days_stay_when_a_pack_is_out_of_hand() -> None:
    day = date(2027, 5, 16)
    first, told = with_days({"_id": "pack:p", "case": "c"}, Days(None, day))
    assert [(one.fields["earliest_by"], one.fields["edition"]) for one in told] == [(day, 1)]
    assert with_days(first, Days(None, day)) == (first, ())
    gone, told = out_of_hand(first)
    assert [(one.fields["request_by"], one.fields["earliest_by"], one.fields["edition"]) for one in told] == [(None, None, 2)]
    assert days_of(gone) == Days(None, day)
    assert days_of({"_id": "pack:p", "case": "c"}) is None
