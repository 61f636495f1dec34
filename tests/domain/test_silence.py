"""When a school is silent, and what its silences make of its register."""

import itertools
from array import array
from datetime import UTC, date, datetime, timedelta

import pytest

from services.attendance.domain.calendar.said import Said, spoken
from services.attendance.domain.calendar.school_year import SchoolYear, Uploaded
from services.attendance.domain.calendar.silence import heard, is_expected, is_past
from services.attendance.domain.calendar.worked_out import Shown
from services.attendance.domain.marks import MarksBatch
from services.referrals.domain.silence import is_late, noted
from shared.academic_year import Session, of_session, slot, slots_by

FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def batch(*marks: tuple[date, Session, str]) -> MarksBatch:
    slots = array("H", [slot(day, session) for day, session, _ in marks])
    return MarksBatch(2026, ["one"], array("H", [len(marks)]), slots, "".join(code for *_, code in marks).encode(), {})


def year(day: date, *said: Said) -> SchoolYear:
    uploaded = Uploaded(spoken(said), "school", NOW) if said else None
    return SchoolYear(of_session(day), slots_by(day, of_session(day)), Shown({}), uploaded)


def test_a_feed_speaks_of_the_last_day_that_has_come_and_has_a_mark() -> None:
    thursday, monday = FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=3)
    assert heard(batch((thursday, "PM", "\\"), (FRIDAY, "AM", "/")), FRIDAY) == FRIDAY
    assert heard(batch((thursday, "PM", "\\"), (FRIDAY, "AM", "-"), (monday, "AM", "V")), FRIDAY) == thursday
    assert heard(batch((monday, "AM", "#")), FRIDAY) is None
    assert heard(batch((FRIDAY, "AM", "4")), FRIDAY) == FRIDAY, "a school that says why nobody came is not silent"


@pytest.mark.parametrize(
    ("now", "past"),
    [
        (datetime(2026, 11, 20, 10, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 11, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 19, 9, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 19, 10, 0, tzinfo=UTC), True),  # summer time
        (datetime(2026, 11, 20, 2, 0, tzinfo=UTC), False),
    ],
)
def test_the_hour_is_englands(now: datetime, past: bool) -> None:
    assert is_past("11:00", now) is past


def test_a_register_is_due_where_the_calendar_says_open_else_in_the_week_after_the_last_marks() -> None:
    closed, opened = Said(first=FRIDAY, state="closed"), Said(first=FRIDAY, state="open")
    for last in (None, FRIDAY - timedelta(days=1), FRIDAY - timedelta(days=40)):
        assert not is_expected(year(FRIDAY, closed), FRIDAY, last)
        assert is_expected(year(FRIDAY, opened), FRIDAY, last)
    assert is_expected(year(FRIDAY), FRIDAY, FRIDAY - timedelta(days=7))
    assert not is_expected(year(FRIDAY), FRIDAY, FRIDAY - timedelta(days=8))
    assert not is_expected(year(FRIDAY), FRIDAY, None)
    saturday, good_friday = FRIDAY + timedelta(days=1), date(2027, 3, 26)
    for day in (saturday, good_friday):
        assert not is_expected(year(day), day, day - timedelta(days=1))
    afternoon = Said(first=FRIDAY, session="PM", state="open")
    assert not is_expected(year(FRIDAY, afternoon), FRIDAY, None), "the hour is the morning's"


def test_a_register_is_late_until_its_day_is_heard_whatever_the_order_of_the_news() -> None:
    monday = FRIDAY - timedelta(days=4)
    news = [(monday, True), (monday, False), (FRIDAY, True), (FRIDAY, True)]
    for order in itertools.permutations(news):
        days: dict[str, bool] = {}
        for day, silent in order:
            days = noted(days, day, silent=silent)
        assert days == {monday.isoformat(): False, FRIDAY.isoformat(): True}
        assert is_late(days, FRIDAY + timedelta(days=7))
        assert not is_late(days, FRIDAY + timedelta(days=8))
    assert noted({"2026-09-01": True}, FRIDAY, silent=False) == {FRIDAY.isoformat(): False}
