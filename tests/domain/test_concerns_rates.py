"""Persistent and severe absence."""

from datetime import date

import pytest

from services.attendance.domain.concerns.persistent_absence import is_persistent
from services.attendance.domain.concerns.severe_absence import is_severe
from services.attendance.domain.standing import Standing
from tests.domain.registers import always_present, concerns, school_days
from tests.support.profiles import thresholds

AUTUMN = school_days(date(2026, 9, 7), date(2026, 10, 16))  # 30 days, 60 sessions


def standing(possible: int, absent: int) -> Standing:
    return Standing(possible, absent, absent, 0, 0, 0)


@pytest.mark.parametrize(
    ("possible", "absent", "persistent", "severe"),
    [
        (100, 10, True, False),
        (100, 9, False, False),
        (101, 10, False, False),
        (20, 2, True, False),
        (19, 2, False, False),
        (19, 19, False, False),
        (100, 50, True, True),
        (100, 49, True, False),
        (101, 50, True, False),
        (0, 0, False, False),
    ],
)
def test_boundaries(possible: int, absent: int, persistent: bool, severe: bool) -> None:
    assert is_persistent(standing(possible, absent), 10, 20) is persistent
    assert is_severe(standing(possible, absent), 2, 20) is severe


def test_ninety_per_cent_attendance_is_persistent_absence() -> None:
    register = always_present(AUTUMN) | dict.fromkeys(AUTUMN[:3], "I I")
    assert concerns(register, 2026) == {"persistent absence": {"possible_sessions": 60, "overall_absence": 6}}


def test_one_session_less_is_not() -> None:
    assert concerns(always_present(AUTUMN) | dict.fromkeys(AUTUMN[:2], "I I") | {AUTUMN[2]: "I \\"}, 2026) == {}


def test_sessions_that_are_not_possible_are_not_in_the_rate() -> None:
    register = always_present(AUTUMN) | dict.fromkeys(AUTUMN[:3], "I I") | dict.fromkeys(AUTUMN[3:15], "D Y1")
    assert concerns(register, 2026)["persistent absence"] == {"possible_sessions": 36, "overall_absence": 6}


def test_severe_absence_is_persistent_too() -> None:
    register = always_present(AUTUMN) | dict.fromkeys(AUTUMN[:15], "M M")
    assert concerns(register, 2026).keys() == {"persistent absence", "severe absence"}


def test_early_in_the_year_a_rate_says_nothing() -> None:
    assert concerns(dict.fromkeys(AUTUMN[:9], "I I"), 2026) == {}
    assert concerns(dict.fromkeys(AUTUMN[:10], "I I"), 2026).keys() == {"persistent absence", "severe absence"}


def test_the_risk_is_told_while_the_latest_weeks_would_be_persistent_absence_by_themselves() -> None:
    term = school_days(date(2026, 9, 7), date(2026, 12, 18))  # 15 weeks, 150 sessions, of which the latest six are 60
    risk = always_present(term) | dict.fromkeys(term[-4:], "I I")
    assert concerns(risk, 2026) == {
        "at risk of persistent absence": {
            "possible_sessions": 150,
            "overall_absence": 8,
            "school_weeks": 6,
            "possible_sessions_of_these_weeks": 60,
            "overall_absence_of_these_weeks": 8,
        }
    }
    assert concerns(always_present(term) | dict.fromkeys(term[:4], "I I"), 2026) == {}, "it is getting better"
    assert concerns(always_present(term) | dict.fromkeys(term[-3:], "I I"), 2026) == {}, "not 5 % yet"
    assert concerns(risk | dict.fromkeys(term[:4], "I I"), 2026).keys() == {"persistent absence"}, "no risk any more"


def test_each_year_is_judged_by_itself() -> None:
    summer = school_days(date(2026, 6, 1), date(2026, 7, 17))
    assert concerns(dict.fromkeys(summer, "I I") | always_present(AUTUMN), 2026) == {}


@pytest.mark.parametrize(
    "nonsense",
    [
        {"persistent_ratio": 0},
        {"late_before_weeks": 0},
        {"ten_weeks": True},
        {"counted_codes": frozenset("GI")},
        {"illness_days_read": "often"},
    ],
)
def test_nonsense_is_refused_when_built(nonsense: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"at least 1|only unauthorised|is one of"):
        thresholds(**nonsense)
