"""At risk of persistent absence: not there yet, and on the way.

Source of the band: attendance of 90 to 95 % is what schools and authorities commonly call a risk; nothing official defines it. Our own
reading of "getting worse": the latest school weeks by themselves would be persistent absence. As the year to date is not, those weeks are
worse than the ones before them, and if the child goes on as in them the year becomes persistent absence.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.persistent_absence import is_persistent
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, Standing, having, standing_of
from shared.academic_year import SLOTS

_AWAY = having(AWAY)


def concern(standing: Standing, series: bytes, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. Its figures are the year's and, as the trend, those of the latest weeks."""
    if not thresholds.at_risk_ratio * standing.absent >= standing.possible >= thresholds.minimum_possible:
        return None
    if is_persistent(standing, thresholds.persistent_ratio, thresholds.minimum_possible):
        return None
    recent = standing_of(series[window.here :])
    if not is_persistent(recent, thresholds.persistent_ratio, 1):
        return None
    figures = {
        "possible_sessions": standing.possible,
        "overall_absence": standing.absent,
        "school_weeks": thresholds.trend_weeks,
        "possible_sessions_of_these_weeks": recent.possible,
        "overall_absence_of_these_weeks": recent.absent,
    }
    return Concern("at risk of persistent absence", figures, Rests(_AWAY, (0, SLOTS)))
