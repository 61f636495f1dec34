"""Persistent absence: a tenth or more of a child's own possible sessions.

Source: Department for Education, "Pupil absence in schools in England: methodology", 3.2.2. Compared in whole numbers:
attendance of exactly 90 % is persistent absence.
"""

from services.attendance.domain.concerns.concern import Concern
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import Standing


def is_persistent(standing: Standing, thresholds: Thresholds) -> bool:
    """Whether the absence is persistent, given sessions enough to say."""
    return thresholds.persistent_ratio * standing.absent >= standing.possible >= thresholds.minimum_possible


def concern(standing: Standing, thresholds: Thresholds) -> Concern | None:
    """The concern over the year to date, if there is one."""
    if not is_persistent(standing, thresholds):
        return None
    figures = {"possible_sessions": standing.possible, "overall_absence": standing.absent}
    return Concern("persistent absence", figures)
