"""Persistent absence: a tenth or more of a child's own possible sessions.

Source: Department for Education, "Pupil absence in schools in England: methodology", 3.2.2. Compared in whole numbers:
attendance of exactly 90 % is persistent absence.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, Standing, having
from shared.academic_year import SLOTS

_AWAY = having(AWAY)


def is_persistent(standing: Standing, ratio: int, minimum: int) -> bool:
    """Whether `ratio` x absent >= possible, given `minimum` possible sessions to say it on."""
    return ratio * standing.absent >= standing.possible >= minimum


def concern(standing: Standing, thresholds: Thresholds) -> Concern | None:
    """The concern over the year to date, if there is one."""
    if not is_persistent(standing, thresholds.persistent_ratio, thresholds.minimum_possible):
        return None
    figures = {"possible_sessions": standing.possible, "overall_absence": standing.absent}
    return Concern("persistent absence", figures, Rests(_AWAY, (0, SLOTS)))
