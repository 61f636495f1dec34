"""Ten sessions of unauthorised absence (G, N, O, U in any mix) within ten school weeks.

Source: National Framework for Penalty Notices, offences from 19 August 2024, as Hampshire and Manchester (code of
conduct, 4.2) quote it: at the threshold the school must consider a penalty notice. The sessions need not be
consecutive, and the ten weeks may span terms and academic years. The window judged is the latest one: the concern eases
when that no longer holds ten.
"""

from services.attendance.domain.concerns.concern import Concern
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import COUNTS, Standing, having

_COUNTS = having(COUNTS)


def concern(standing: Standing, series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. `earlier` is last year's series, class bytes too.

    A threshold that last year's sessions met by themselves was last year's concern: this year has to add to it.
    """
    if not standing.counted or (earlier is None and standing.counted < thresholds.ten_sessions):
        return None
    sessions = window.sessions(_COUNTS, series, earlier)
    if sessions < thresholds.ten_sessions:
        return None
    figures = {"unauthorised_sessions": sessions, "school_weeks": thresholds.ten_weeks}
    return Concern("ten sessions unauthorised", figures)
