"""Late before the register closed (L): ten sessions within the latest ten school weeks.

Source: none. The guidance gives no number for punctuality; this is the company's own rule, shaped like the national threshold, and its
numbers are settings. L is attendance.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, LATE, Standing, having
from shared.academic_year import SLOTS

_LATE_BEFORE = bytes({*having(LATE)} - {*having(AWAY)})


def concern(standing: Standing, series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. As with unauthorised absence, this year has to add to what last year holds."""
    if not standing.late_before or (earlier is None and standing.late_before < thresholds.late_before_sessions):
        return None
    sessions = window.sessions(_LATE_BEFORE, series, earlier)
    if sessions < thresholds.late_before_sessions:
        return None
    figures = {"late_sessions": sessions, "school_weeks": thresholds.late_before_weeks}
    return Concern("late before the register closed", figures, Rests(_LATE_BEFORE, (window.here, SLOTS), window.earlier))
