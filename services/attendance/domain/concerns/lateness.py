"""Lateness: ten sessions of L or U within the latest ten school weeks.

Source: none. The guidance gives no number for punctuality; this is the company's own rule, shaped like the national
threshold, and its numbers are settings. U counts here and as absence.
"""

from services.attendance.domain.concerns.concern import Concern
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import LATE, Standing, having

_LATE = having(LATE)


def concern(standing: Standing, series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. As with unauthorised absence, this year has to add to what last year holds."""
    if not standing.late or (earlier is None and standing.late < thresholds.late_sessions):
        return None
    sessions = window.sessions(_LATE, series, earlier)
    if sessions < thresholds.late_sessions:
        return None
    return Concern("late", {"late_sessions": sessions, "school_weeks": thresholds.late_weeks})
