"""A pattern of one weekday: so many absences on it, and they are half or more of all.

Source: none; patterns by weekday are what school systems show their attendance officers. Any absence counts, with leave or without: that
is for whoever looks at it to weigh.
"""

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, Standing, having
from shared.academic_year import SLOTS, first_day

_AWAY = having(AWAY)


def concern(standing: Standing, series: bytes, year: int, thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one. The figures name the weekday by its ISO number: 1 is Monday."""
    if standing.absent < thresholds.weekday_sessions:
        return None
    of_day = [_absences(series, place) for place in range(7)]
    most = max(of_day)
    if most < thresholds.weekday_sessions or thresholds.weekday_ratio * most < standing.absent:
        return None
    place = of_day.index(most)
    weekday = (first_day(year).weekday() + place) % 7 + 1
    figures = {"weekday": weekday, "absences_on_it": most, "overall_absence": standing.absent}
    slots = tuple(slot for slot in range(len(series)) if slot // 2 % 7 == place)
    return Concern("same weekday", figures, Rests(_AWAY, (0, SLOTS), slots=slots))


def _absences(series: bytes, place: int) -> int:
    """Of the days that are `place` days after 1 August in their week."""
    both = series[2 * place :: 14] + series[2 * place + 1 :: 14]
    return len(both) - len(both.translate(None, _AWAY))
