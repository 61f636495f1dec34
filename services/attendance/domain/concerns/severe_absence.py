"""Severe absence: half or more of a child's own possible sessions.

Source: the Department's measure, as The Key quotes it. The severely absent are among the persistently absent (so the
Department's statistics team): both concerns stand.
"""

from services.attendance.domain.concerns.concern import Concern
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import Standing


def is_severe(standing: Standing, thresholds: Thresholds) -> bool:
    """Whether the absence is severe, given sessions enough to say."""
    return thresholds.severe_ratio * standing.absent >= standing.possible >= thresholds.minimum_possible


def concern(standing: Standing, thresholds: Thresholds) -> Concern | None:
    """The concern over the year to date, if there is one."""
    if not is_severe(standing, thresholds):
        return None
    figures = {"possible_sessions": standing.possible, "overall_absence": standing.absent}
    return Concern("severe absence", figures)
