"""Ten sessions in ten school weeks: the published examples, and the window at its edges.

The four examples are those of "Working together to improve school attendance" (August 2024), as schools quote them word for word
(standrewsbennprimary.co.uk, "Penalty Notices"): 10 sessions of holiday in one week; 6 sessions in one week and 1 a week for the next 4
weeks; 4 sessions of holiday and 6 of arriving late after the register closes; 2 in the summer term and 8 in the autumn term.
"""

from datetime import date, timedelta

import pytest

from services.attendance.domain.concerns.school_weeks import first_slot, monday, school_weeks, week_of
from shared.academic_year import first_day
from tests.domain.registers import always_present, concerns, page_of, school_days, series
from tests.support.profiles import thresholds

TEN = "ten sessions unauthorised"
FIRST, LAST = date(2026, 9, 7), date(2026, 11, 20)
HALF_TERM = school_days(date(2026, 10, 26), date(2026, 10, 30))
# eleven weeks of which one is half-term: ten school weeks
TERM = [day for day in school_days(FIRST, LAST) if day not in HALF_TERM]
SUMMER = school_days(date(2026, 6, 1), date(2026, 7, 17))


def test_ten_sessions_of_holiday_in_one_week() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[5:10], "G G")
    assert concerns(register, 2026)[TEN]["unauthorised_sessions"] == 10


def test_six_in_one_week_then_one_a_week_for_four_weeks() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[5:8], "O O")
    register |= {TERM[10 + 5 * week]: "/ O" for week in range(4)}
    assert concerns(register, 2026)[TEN]["unauthorised_sessions"] == 10


def test_four_of_holiday_and_six_after_the_register_closed() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[5:7], "G G") | {TERM[10 + 5 * week]: "U \\" for week in range(6)}
    assert concerns(register, 2026)[TEN]["unauthorised_sessions"] == 10


def test_two_in_the_summer_term_and_eight_in_the_autumn_term() -> None:
    autumn = TERM[:20]
    register = always_present(SUMMER + autumn) | {SUMMER[-1]: "O O"} | dict.fromkeys(autumn[:4], "N N")
    assert concerns(register, 2026)[TEN]["unauthorised_sessions"] == 10


def test_two_in_a_summer_term_that_the_window_has_left_behind() -> None:
    register = always_present(SUMMER + TERM) | {SUMMER[-1]: "O O"} | dict.fromkeys(TERM[:4], "N N")
    assert TEN not in concerns(register, 2026)


def test_nine_are_not_ten() -> None:
    assert TEN not in concerns(always_present(TERM) | dict.fromkeys(TERM[5:9], "G G") | {TERM[9]: "G \\"}, 2026)


def test_authorised_absence_does_not_count() -> None:
    assert TEN not in concerns(always_present(TERM) | dict.fromkeys(TERM[5:20], "C C"), 2026)


def test_half_term_stretches_the_window_and_an_eleventh_school_week_shortens_it() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[:5], "G G")
    assert TEN in concerns(register, 2026)
    assert TEN not in concerns(register | {LAST + timedelta(3): "/ \\"}, 2026)


def test_a_week_of_closure_is_no_school_week_and_a_week_of_one_session_is() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[:5], "G G")
    following = [LAST + timedelta(3 + n) for n in range(5)]
    assert TEN in concerns(register | dict.fromkeys(following, "# Y4"), 2026)
    assert TEN not in concerns(register | dict.fromkeys(following, "# Y4") | {following[0]: "# X"}, 2026)


def test_what_last_year_met_alone_is_not_raised_again() -> None:
    met = always_present(SUMMER + TERM[:10]) | dict.fromkeys(SUMMER[-5:], "G G")
    assert TEN in concerns(met, 2025)
    assert TEN not in concerns(met, 2026)
    assert concerns(met | {TERM[9]: "/ O"}, 2026)[TEN]["unauthorised_sessions"] == 11


def test_ten_times_late_before_the_register_closed() -> None:
    late = dict.fromkeys(TERM[3:13], "L \\")
    before = "late before the register closed"
    assert concerns(always_present(TERM) | late, 2026) == {before: {"late_sessions": 10, "school_weeks": 10}}
    assert concerns(always_present(TERM) | late | {TERM[3]: "U \\"}, 2026) == {}


def test_five_times_late_after_the_register_closed() -> None:
    late = dict.fromkeys(TERM[10:15], "/ U")
    after = "late after the register closed"
    assert concerns(always_present(TERM) | late, 2026) == {after: {"late_sessions": 5, "school_weeks": 10}}
    assert concerns(always_present(TERM) | late | {TERM[10]: "/ L"}, 2026) == {}


def test_lateness_spans_the_summer_too() -> None:
    late = dict.fromkeys(SUMMER[-6:], "L \\") | dict.fromkeys(TERM[:4], "L \\")
    assert concerns(always_present(SUMMER + TERM[:20]) | late, 2026).keys() == {"late before the register closed"}


def test_thresholds_are_settings() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[-3:], "O O") | dict.fromkeys(TERM[:2], "L L")
    assert concerns(register, 2026, thresholds(ten_sessions=6, ten_weeks=1)).keys() >= {TEN}
    assert concerns(register, 2026, thresholds(late_before_sessions=4)).keys() >= {"late before the register closed"}
    shorter = concerns(register, 2026, thresholds(late_before_sessions=4, late_before_weeks=9))
    assert "late before the register closed" not in shorter


def test_which_codes_count_is_a_setting_and_the_count_is_told_with_n_and_without() -> None:
    register = always_present(TERM) | dict.fromkeys(TERM[5:9], "G G") | dict.fromkeys(TERM[9:12], "N O")
    told = concerns(register, 2026)[TEN]
    assert told["unauthorised_sessions"] == told["unauthorised_sessions_with_n"] == 14
    assert told["unauthorised_sessions_without_n"] == 11
    refused = thresholds(counted_codes=frozenset("GOU"))
    assert concerns(register, 2026, refused)[TEN] == {
        "unauthorised_sessions": 11,
        "unauthorised_sessions_with_n": 14,
        "unauthorised_sessions_without_n": 11,
        "school_weeks": 10,
        "birth_date_unknown": 1,
    }
    assert TEN not in concerns(register | {TERM[11]: "N N", TERM[10]: "N N"}, 2026, refused)


@pytest.mark.parametrize("year", range(2023, 2031))
def test_weeks_begin_on_mondays(year: int) -> None:
    start = first_day(year)
    for day in (start + timedelta(n) for n in range(365)):
        begins = monday(week_of(day))
        assert begins.weekday() == 0
        assert 0 <= (day - begins).days < 7
        assert first_slot(week_of(day), year) == max(0, 2 * (begins - start).days)


def test_any_child_of_the_page_shows_the_week() -> None:
    one, two = {date(2026, 9, 8): "/ \\"}, {date(2026, 9, 14): "I I", date(2026, 9, 27): "# #"}
    page = page_of([series(one, 2026), series(two, 2026)])
    assert [monday(week) for week in school_weeks(page, 2026, 2)] == [date(2026, 9, 7), date(2026, 9, 14)]


@pytest.mark.parametrize("marked", ["/ #", "# \\"])
@pytest.mark.parametrize("weekday", range(7))
def test_one_session_on_any_day_makes_the_week(weekday: int, marked: str) -> None:
    day = date(2026, 9, 7) + timedelta(weekday)
    assert school_weeks(series({day: marked}, 2026), 2026, 1) == (week_of(day),)


def test_the_window_begins_with_the_monday_morning_of_its_first_week() -> None:
    summer, autumn = school_days(date(2026, 7, 13), date(2026, 7, 17)), TERM[:44]
    register = always_present(summer + autumn) | dict.fromkeys(autumn[:4], "O O") | {autumn[5]: "/ O"}
    assert TEN in concerns(register | {summer[0]: "O \\"}, 2026)
    assert TEN not in concerns(register | {summer[0] - timedelta(3): "/ O"}, 2026)
