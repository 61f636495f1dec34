"""A sudden drop: the attendance of the latest school weeks is far below the child's own of the whole last year.

Source: none; our own. It finds the child whose absence nobody expected, long before the year to date shows it.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, Standing, having, standing_of
from shared.academic_year import SLOTS

_AWAY = having(AWAY)


def may_drop(recent: Standing, thresholds: Thresholds) -> bool:
    """Whether last year could make it a drop: whoever attended all of it."""
    return recent.possible >= thresholds.minimum_possible and 100 * recent.absent >= thresholds.drop_points * recent.possible


def concern(series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one; none without a last year of enough sessions."""
    recent = standing_of(series[window.here :])
    if earlier is None or not may_drop(recent, thresholds):
        return None
    last = standing_of(earlier)
    if last.possible < thresholds.minimum_possible:
        return None
    # 100 x (recent rate - last year's rate) >= points, in whole numbers
    if 100 * (recent.absent * last.possible - last.absent * recent.possible) < thresholds.drop_points * recent.possible * last.possible:
        return None
    figures = {
        "school_weeks": thresholds.trend_weeks,
        "possible_sessions_of_these_weeks": recent.possible,
        "overall_absence_of_these_weeks": recent.absent,
        "possible_sessions_last_year": last.possible,
        "overall_absence_last_year": last.absent,
    }
    return Concern("sudden drop", figures, Rests(_AWAY, (window.here, SLOTS)))
