"""Ten sessions of unauthorised absence (G, N, O, U in any mix) within ten school weeks: the threshold for a penalty notice.

Source: National Framework for Penalty Notices, offences from 19 August 2024, as Hampshire and Manchester (code of
conduct, 4.2) quote it: at the threshold the school must consider a penalty notice. The sessions need not be
consecutive, and the ten weeks may span terms and academic years. The window judged is the latest one: the concern eases
when that no longer holds ten. Some authorities take no request that rests on N (reason not yet established), so which codes count is a
setting, and the figures are given with N and without.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.profile import Profile
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import COUNTS, NOT_YET, Standing, having
from shared.academic_year import SLOTS

_COUNTS = having(COUNTS)
_WITH_N = bytes({*_COUNTS, *having(NOT_YET)})
_WITHOUT_N = bytes({*_COUNTS} - {*having(NOT_YET)})


def concern(standing: Standing, series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. `earlier` is last year's series, class bytes too.

    A threshold that last year's sessions met by themselves was last year's concern: this year has to add to it.
    """
    if not standing.counted or (earlier is None and standing.counted < thresholds.ten_sessions):
        return None
    sessions = window.sessions(_COUNTS, series, earlier)
    if sessions < thresholds.ten_sessions:
        return None
    figures = {
        "unauthorised_sessions": sessions,
        "unauthorised_sessions_with_n": window.sessions(_WITH_N, series, earlier),
        "unauthorised_sessions_without_n": window.sessions(_WITHOUT_N, series, earlier),
        "school_weeks": thresholds.ten_weeks,
    }
    return Concern("ten sessions unauthorised", figures, Rests(_COUNTS, (window.here, SLOTS), window.earlier))


def in_words(profile: Profile) -> str:
    """How a profile reads the threshold, as a pack prints it."""
    numbers, counted = profile.thresholds, sorted(profile.thresholds.counted_codes)
    codes = f"codes {', '.join(counted[:-1])} and {counted[-1]} in any mix" if len(counted) > 1 else f"code {''.join(counted)}"
    return (
        f"{numbers.ten_sessions} sessions of unauthorised absence, {codes}, consecutive or not, within {numbers.ten_weeks} school weeks; "
        f"the weeks may span terms and school years. Only sessions in compulsory school age. Judged by profile {profile.version}."
    )
