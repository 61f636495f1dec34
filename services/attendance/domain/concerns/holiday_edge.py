"""A pattern at the edge of holidays: absent on the last day before, or on the first day after, so many times in the year.

Source: none; our own. A holiday is a stretch of days in which the register shows no session held: seven days and more, as half-term is with
its weekends, so that no bank holiday makes one. The first and the last day of the year are no edges: the register shows nothing beyond.
"""

from collections.abc import Sequence
from itertools import pairwise

from services.attendance.domain.concerns.concern import Concern, Rests
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, HELD, Standing, having, without

_AWAY = having(AWAY)
_NOT_HELD = without(HELD)


def held_days(classes: bytes, width: int) -> list[int]:
    """The days, counted from 1 August, on which the marks of all children of a page show a session held; `width` children to a slot."""
    day = 2 * width
    return [start // day for start in range(0, len(classes), day) if classes[start : start + day].strip(_NOT_HELD)]


def edges(held: Sequence[int], gap: int) -> tuple[int, ...]:
    """The days on either side of each holiday of at least `gap` days."""
    return tuple(dict.fromkeys(one for before, after in pairwise(held) if after - before > gap for one in (before, after)))


def concern(standing: Standing, series: bytes, edge: Sequence[int], thresholds: Thresholds) -> Concern | None:
    """The concern, if there is one."""
    if standing.absent < thresholds.edge_days:
        return None
    away = [day for day in edge if any(klass in _AWAY for klass in series[2 * day : 2 * day + 2])]
    if len(away) < thresholds.edge_days:
        return None
    slots = tuple(slot for day in sorted(away) for slot in (2 * day, 2 * day + 1) if slot < len(series))
    return Concern("edge of holidays", {"days_at_the_edge": len(away), "edges": len(edge)}, Rests(_AWAY, (0, len(series)), slots=slots))
