"""Ten school days of unauthorised absence: the local authority must be told.

Source: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208) as Derbyshire's "Statutory absence reporting" and
the Department's guidance put it: absent "for a continuous period of ten school days" with G, N, O, U in any mix. Authorities read it
otherwise too: Hertfordshire asks for ten days "either consecutively or irregularly". So the reading is a setting.

A continuous spell stays a concern as long as it reaches into the window of the threshold for a penalty notice: a child who comes back for
a day is not forgotten, and one who has been back for a term is. It may have begun before the summer, while the window reaches back there.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.school_weeks import Window
from services.attendance.domain.concerns.spells import latest_spell, line_table
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import NOT_YET, WITHOUT_LEAVE, Standing, having
from shared.academic_year import SLOTS

CLASSES = having(WITHOUT_LEAVE)
LINE = line_table(CLASSES)
_N = having(NOT_YET)


def concern(standing: Standing, series: bytes, earlier: bytes | None, window: Window, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one."""
    needed = 2 * thresholds.unauthorised_days
    if not standing.unauthorised or (earlier is None and standing.unauthorised < needed):
        return None
    if thresholds.unauthorised_days_read == "in total":
        return _concern(series, None, Rests(CLASSES, (0, SLOTS))) if standing.unauthorised >= needed else None
    before = earlier if earlier and not window.here else b""
    spell = latest_spell(before + series, LINE, needed)
    if spell is None or spell.last - len(before) < window.here:
        return None
    here = (max(0, spell.first - len(before)), spell.last - len(before) + 1)
    return _concern(series, before, Rests(CLASSES, here, spell.first if spell.first < len(before) else None))


def _concern(series: bytes, earlier: bytes | None, rests: Rests) -> Concern:
    before, now = rests.of(series, earlier)
    of_n = sum(series[slot] in _N for slot in now) + sum(earlier[slot] in _N for slot in before if earlier)
    sessions = len(before) + len(now)
    figures = {
        "unauthorised_sessions": sessions,
        "unauthorised_sessions_with_n": sessions,
        "unauthorised_sessions_without_n": sessions - of_n,
        "days": sessions // 2,
    }
    return Concern("ten days unauthorised", figures, rests)
