"""The numbers and readings behind the rules: every one is a setting, since local authorities differ. Their values stand in profiles."""

from dataclasses import dataclass, fields
from typing import Literal, get_args

from services.attendance.domain.standing import PENALTY_CODES

Reading = Literal["continuous", "in total"]
"""How days of absence are added up: one after the other without a session attended between, or over the academic year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When a rule is met. Numbers are whole and at least 1, else ValueError.

    minimum_possible: possible sessions below which no rate is judged. The Department has no minimum; without one a morning at the
        dentist's would be a persistent absence in the first days of September.
    persistent_ratio, severe_ratio, at_risk_ratio: absence is persistent (severe, a risk) when ratio x absent >= possible: 10 means 10 %.
    trend_weeks: the latest school weeks that show where a child's absence is going.
    ten_sessions, ten_weeks: sessions of `counted_codes` within so many school weeks: the threshold for a penalty notice.
    counted_codes: some or all of G, N, O, U.
    unauthorised_days, unauthorised_days_read: days of unauthorised absence at which the local authority is told, and how they add up.
    illness_days, illness_days_read: days of illness at which it is told, and how they add up.
    late_before_sessions, late_before_weeks: sessions of L within so many school weeks. late_after_...: of U.
    weekday_sessions, weekday_ratio: absences on one weekday, and how many times they are all of the child's absences: 2 means half.
    edge_days, edge_gap: school days next to a holiday on which a child was absent, and the days without school that make a holiday.
    drop_points: percentage points by which the attendance of the latest `trend_weeks` is below the child's own of last year.
    """

    minimum_possible: int
    persistent_ratio: int
    severe_ratio: int
    at_risk_ratio: int
    trend_weeks: int
    ten_sessions: int
    ten_weeks: int
    counted_codes: frozenset[str]
    unauthorised_days: int
    unauthorised_days_read: Reading
    illness_days: int
    illness_days_read: Reading
    late_before_sessions: int
    late_before_weeks: int
    late_after_sessions: int
    late_after_weeks: int
    weekday_sessions: int
    weekday_ratio: int
    edge_days: int
    edge_gap: int
    drop_points: int

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_read") and value not in get_args(Reading):
                raise ValueError(f"{field.name} is one of: {', '.join(get_args(Reading))}")
            if field.type is int and (type(value) is not int or value < 1):
                raise ValueError(f"{field.name} is a whole number of at least 1")
        if not self.counted_codes <= PENALTY_CODES:
            raise ValueError("counted_codes are some or all of G, N, O, U: only unauthorised absence counts towards a penalty notice")
