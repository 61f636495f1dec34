"""How every child of a page stands, in one pass over the page: what `standing_of` gives, for all of them at once.

A class byte becomes a number in which each figure has ten bits of its own (a year has 732 sessions), so that one sum down the page adds
them all.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, COUNTS, IN_POSSIBLE, LATE, WITHOUT_LEAVE, Standing

Figures = NDArray[np.intp]
"""One figure of each child, by place."""

_BITS: Final = 10
_ALL: Final = (1 << _BITS) - 1


def _spread(klass: int) -> int:
    """The figures to which a session of this class adds, each in its own bits."""
    possible = bool(klass & IN_POSSIBLE)
    authorised = klass & AWAY and not klass & WITHOUT_LEAVE
    adds = (possible, klass & AWAY, authorised, klass & COUNTS, klass & LATE)
    return sum(1 << _BITS * place for place, added in enumerate(adds) if added and possible)


_SPREAD: Final = np.array([_spread(klass) for klass in range(64)], np.int64)


class Tallies(NamedTuple):
    """Each figure of `Standing`, by the children's places on the page."""

    possible: Figures
    absent: Figures
    authorised: Figures
    counted: Figures
    late: Figures

    def of(self, place: int) -> Standing:
        """One child's."""
        possible, absent, authorised, counted, late = (int(figure[place]) for figure in self)
        return Standing(possible, absent, authorised, absent - authorised, counted, late)

    def worth_judging(self, thresholds: Thresholds) -> NDArray[np.bool_]:
        """Where a rule could be met by this year's marks alone; the rules themselves decide."""
        rate = max(thresholds.persistent_ratio, thresholds.severe_ratio)
        often = (rate * self.absent >= self.possible) & (self.possible >= thresholds.minimum_possible)
        return often | (self.counted >= thresholds.ten_sessions) | (self.late >= thresholds.late_sessions)

    def lacking(self, weeks: Sequence[int], thresholds: Thresholds) -> NDArray[np.bool_]:
        """Where last year's marks could change the answer: `lacks`, for all at once."""
        few = np.zeros(len(self.counted), bool)
        if len(weeks) < thresholds.ten_weeks:
            few |= (self.counted > 0) & (self.counted < thresholds.ten_sessions)
        if len(weeks) < thresholds.late_weeks:
            few |= (self.late > 0) & (self.late < thresholds.late_sessions)
        return few


def tallies(classes: bytes, width: int) -> Tallies:
    """`classes`: class bytes, slot by slot, `width` children to a slot, whole slots."""
    sums = _SPREAD[np.frombuffer(classes, np.uint8).reshape(-1, width)].sum(axis=0)
    return Tallies(*((sums >> _BITS * place) & _ALL for place in range(5)))
