"""What is counted is what stands in the register, and what changed is told with the day of the submission that changed it."""

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.paper.counted import changes, register, unauthorised
from shared.contracts.attendance import ChildRegister, EarlierMark, RegisterSession
from shared.pack.register import RegisterDay
from tests.domain import paper_sample as sample

FIRST, LAST = date(2026, 9, 1), date(2027, 7, 30)
CLASS = {meaning.code: meaning.statistical_class for meaning in sample.KEY}
codes = st.sampled_from([*CLASS, None])


def session(day: date, half: Literal["AM", "PM"], code: str | None, feed: int = 1, *earlier: tuple[str, int]) -> RegisterSession:
    marks = tuple(EarlierMark(code=before, feed=number) for before, number in earlier)
    return RegisterSession(day=day, session=half, code=code, feed=feed, earlier=marks)


def told(*sessions: RegisterSession, submitted: dict[int, date] | None = None) -> ChildRegister:
    return ChildRegister(child="c1", sessions=sessions, statistics={}, key=sample.KEY, submitted=submitted or {})


@given(marks=st.lists(st.tuples(codes, codes), max_size=120))
def test_the_totals_are_those_of_the_register(marks: list[tuple[str | None, str | None]]) -> None:
    days = zip(sample.school_days(FIRST, 200), marks, strict=False)
    shown = register(told(*(session(day, half, code) for day, (am, pm) in days for half, code in (("AM", am), ("PM", pm)))), FIRST, LAST)  # type: ignore[arg-type]
    totals = shown.totals
    classes = [CLASS[code] if code else None for mark in marks for code in mark]
    assert totals.unauthorised == classes.count("unauthorised absence") == len(unauthorised(shown, {}))
    assert totals.authorised == classes.count("authorised absence")
    assert totals.possible == totals.attended + totals.absent
    assert totals.no_mark == classes.count(None)
    assert totals.possible + totals.not_possible + totals.no_mark == 2 * len(marks)
    assert sum(count.sessions for count in shown.codes) == 2 * len(marks) - totals.no_mark
    assert (totals.attendance_percentage is None) is (totals.possible == 0)


def test_late_is_attendance_and_after_the_register_closed_is_absence() -> None:
    monday = date(2026, 9, 7)
    totals = register(told(session(monday, "AM", "L"), session(monday, "PM", "U")), FIRST, LAST).totals
    assert (totals.attended, totals.late, totals.unauthorised, totals.attendance_percentage) == (1, 1, 1, "50.0")


def test_days_outside_the_period_and_days_to_come_stay_out_and_the_rest_is_in_order() -> None:
    sessions = sample.register(date(2026, 9, 3), 60).sessions
    ahead = session(date(2026, 9, 16), "AM", "V").model_copy(update={"planned": True})
    kept = tuple(one for one in sessions[::-1] if one.day != ahead.day)
    shown = register(told(*kept, ahead), date(2026, 9, 7), date(2026, 9, 18))
    assert [day.date for day in shown.days] == [day for day in sample.school_days(date(2026, 9, 7), 10) if day != ahead.day]


def test_a_session_on_a_weekend_is_refused() -> None:
    with pytest.raises(ValueError, match="Saturday or Sunday"):
        RegisterDay(date=date(2026, 9, 5), am="/", pm="\\")


def test_a_change_is_told_with_the_day_of_the_later_submission() -> None:
    marks = (session(date(2026, 9, 4), "PM", "O", 9, ("I", 4), ("I", 7)), session(date(2026, 9, 7), "AM", "O", 7, ("/", 4)))
    days = {4: date(2026, 9, 4), 7: date(2026, 9, 11), 9: date(2026, 9, 18)}
    found = changes(told(*marks, submitted=days), FIRST, LAST)
    assert [(one.date.day, one.session, one.before, one.after, one.submitted_on) for one in found] == [
        (4, "PM", "I", "O", date(2026, 9, 18)),  # the second I changed nothing
        (7, "AM", "/", "O", date(2026, 9, 11)),
    ]
    assert [one.submitted_on for one in changes(told(*marks), FIRST, LAST)] == [None, None]


def test_the_register_is_as_of_the_last_submission_and_never_before_its_last_mark() -> None:
    mark = session(date(2026, 9, 7), "AM", "/")
    assert register(told(mark, submitted={1: date(2026, 9, 18)}), FIRST, LAST).register_as_of == date(2026, 9, 18)
    assert register(told(mark), FIRST, LAST).register_as_of == date(2026, 9, 7)
    assert register(told(), FIRST, LAST).register_as_of is None
