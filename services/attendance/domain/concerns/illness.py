"""Fifteen school days of illness (code I) in an academic year: the local authority must be told.

Source: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208) as Derbyshire and Hertfordshire put it: pupils
"who the school has reasonable grounds to believe will miss 15 days consecutively or cumulatively because of sickness". What the school
believes stands in no register, so the rule waits until the fifteen days are there; the school may tell earlier.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.spells import latest_spell, line_table
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import ILL, Standing, having
from shared.academic_year import SLOTS

CLASSES = having(ILL)
LINE = line_table(CLASSES)


def concern(standing: Standing, series: bytes, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one."""
    needed = 2 * thresholds.illness_days
    if standing.ill < needed:
        return None
    if thresholds.illness_days_read == "in total":
        return _concern(standing.ill, (0, SLOTS))
    spell = latest_spell(series, LINE, needed)
    return _concern(spell.sessions, (spell.first, spell.last + 1)) if spell else None


def _concern(sessions: int, here: tuple[int, int]) -> Concern:
    return Concern("fifteen days of illness", {"illness_sessions": sessions, "days": sessions // 2}, Rests(CLASSES, here))
