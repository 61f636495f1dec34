"""Patterns: shown when they are asked for, judged with every feed where a school says that they propose."""

from datetime import date, timedelta

from services.attendance.domain.concerns.concern import PATTERNS, Concern
from services.attendance.domain.concerns.holiday_edge import edges, held_days
from services.attendance.domain.concerns.judge import judge, windows_for
from services.attendance.domain.concerns.school_weeks import school_weeks
from shared.academic_year import day_of, first_day
from tests.domain.registers import Register, always_present, school_days, series
from tests.support.profiles import NATIONAL

HALF_TERM = school_days(date(2026, 10, 26), date(2026, 10, 30))
CHRISTMAS = school_days(date(2026, 12, 21), date(2027, 1, 1))
TERM = [day for day in school_days(date(2026, 9, 7), date(2027, 1, 29)) if day not in {*HALF_TERM, *CHRISTMAS}]
LAST_YEAR = school_days(date(2025, 9, 8), date(2025, 12, 12))
NUMBERS = NATIONAL.thresholds


def patterns(register: Register) -> dict[str, Concern]:
    here, before = series(register, 2026), series(register, 2025)
    near = edges(held_days(here, 1), NUMBERS.edge_gap)
    within = windows_for(NUMBERS, 2026, school_weeks(here, 2026, 1), edges=near)
    found = judge(here, before, within, NUMBERS, patterns=PATTERNS)
    return {rule: concern for rule, concern in found.items() if rule in PATTERNS}


def days(concern: Concern, register: Register) -> list[date]:
    _, here = concern.rests.of(series(register, 2026), None)
    return sorted({day_of(2026, slot)[0] for slot in here})


def test_most_absences_on_one_weekday() -> None:
    mondays = [day for day in TERM if day.weekday() == 0][:8]
    register = always_present(TERM) | dict.fromkeys(mondays, "I \\")
    found = patterns(register)["same weekday"]
    assert found.figures == {"weekday": 1, "absences_on_it": 8, "overall_absence": 8}
    assert days(found, register) == mondays
    assert patterns(register | {mondays[0]: "/ \\"}) == {}
    fridays = [day for day in TERM if day.weekday() == 4][:8]
    assert "same weekday" not in patterns(register | dict.fromkeys(fridays, "I \\") | {fridays[0] - timedelta(1): "I \\"})


def test_absences_next_to_holidays() -> None:
    around = [date(2026, 10, 23), date(2026, 11, 2), date(2026, 12, 18), date(2027, 1, 4)]
    here = series(always_present(TERM), 2026)
    assert [first_day(2026) + timedelta(day) for day in edges(held_days(here, 1), 7)] == around
    register = always_present(TERM) | dict.fromkeys(around[:3], "M \\")
    found = patterns(register)["edge of holidays"]
    assert found.figures == {"days_at_the_edge": 3, "edges": 4}
    assert days(found, register) == around[:3]
    assert patterns(register | {around[0]: "/ \\"}) == {}


def test_a_bank_holiday_is_no_holiday() -> None:
    closed = [day for day in TERM if day != date(2026, 9, 21)]
    assert len(edges(held_days(series(always_present(closed), 2026), 1), 7)) == 4


def test_the_latest_weeks_against_the_childs_own_last_year() -> None:
    dropped = always_present(TERM) | dict.fromkeys(TERM[-6:], "I I")
    register = always_present(LAST_YEAR) | {LAST_YEAR[0]: "I I"} | dropped
    found = patterns(register)["sudden drop"]
    assert found.figures["overall_absence_of_these_weeks"] == 12
    assert found.figures["overall_absence_last_year"] == 2
    assert days(found, register) == TERM[-6:]
    assert patterns(dropped) == {}, "without a last year there is nothing to compare with"
    assert patterns(always_present(LAST_YEAR) | dict.fromkeys(LAST_YEAR[:20], "I I") | dropped) == {}, "it was so before"
