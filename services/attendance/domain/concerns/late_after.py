"""Late after the register closed (U): so many sessions within the latest ten school weeks.

Source: none for the number: our own, half of the threshold for a penalty notice, towards which U counts too, so that punctuality is
taken up before it is reached. U is unauthorised absence for the whole session.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, LATE, Standing, having
from shared.academic_year import SLOTS

_LATE_AFTER = bytes({*having(LATE)} & {*having(AWAY)})


def concern(standing: Standing, series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. As with unauthorised absence, this year has to add to what last year holds."""
    if not standing.late_after or (earlier is None and standing.late_after < thresholds.late_after_sessions):
        return None
    sessions = window.sessions(_LATE_AFTER, series, earlier)
    if sessions < thresholds.late_after_sessions:
        return None
    figures = {"late_sessions": sessions, "school_weeks": thresholds.late_after_weeks}
    return Concern("late after the register closed", figures, Rests(_LATE_AFTER, (window.here, SLOTS), window.earlier))
