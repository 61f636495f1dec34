"""How every child of a page stands, in one pass over the page: what `standing_of` gives, for all of them at once.

A class byte becomes a number in which each figure has ten bits of its own (a year has 732 sessions), so that one sum down the page adds
them all.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, COUNTS, ILLNESS, IN_POSSIBLE, LATE, WITHOUT_LEAVE, Standing

Figures = NDArray[np.intp]
"""One figure of each child, by place."""

_BITS: Final = 10
_ALL: Final = (1 << _BITS) - 1


def _spread(klass: int) -> int:
    """The figures to which a session of this class adds, each in its own bits."""
    possible = bool(klass & IN_POSSIBLE)
    authorised = klass & AWAY and not klass & WITHOUT_LEAVE
    late = klass & LATE
    adds = (possible, klass & AWAY, authorised, klass & COUNTS, late and not klass & AWAY, late and klass & AWAY)
    return sum(1 << _BITS * place for place, added in enumerate(adds) if added and possible)


_SPREAD: Final = np.array([_spread(klass) for klass in range(256)], np.int64)


class Tallies(NamedTuple):
    """The figures of `Standing`, by the children's places on the page: all but illness, for which there are no bits left."""

    possible: Figures
    absent: Figures
    authorised: Figures
    counted: Figures
    late_before: Figures
    late_after: Figures

    def of(self, place: int, series: bytes) -> Standing:
        """One child's; `series` are the same class bytes, the child's alone."""
        possible, absent, authorised, counted, before, after = (int(figure[place]) for figure in self)
        ill = series.count(ILLNESS) if authorised else 0
        return Standing(possible, absent, authorised, absent - authorised, counted, before + after, before, ill)

    def worth_judging(self, recent: "Tallies", thresholds: Thresholds, *, patterns: bool) -> NDArray[np.bool_]:
        """Where a rule could be met by this year's marks alone; the rules themselves decide. `recent`: of the weeks that show the trend."""
        if patterns:
            return self.absent > 0
        rate = max(thresholds.persistent_ratio, thresholds.severe_ratio)
        often = rate * self.absent >= self.possible
        risk = (thresholds.at_risk_ratio * self.absent >= self.possible) & (recent.absent > 0)
        risk &= thresholds.persistent_ratio * recent.absent >= recent.possible
        told = (self.absent - self.authorised >= 2 * thresholds.unauthorised_days) | (self.authorised >= 2 * thresholds.illness_days)
        late = (self.late_before >= thresholds.late_before_sessions) | (self.late_after >= thresholds.late_after_sessions)
        return ((often | risk) & (self.possible >= thresholds.minimum_possible)) | (self.counted >= thresholds.ten_sessions) | told | late

    def lacking(self, weeks: Sequence[int], thresholds: Thresholds) -> NDArray[np.bool_]:
        """Where last year's marks could change the answer: `lacks`, for all at once."""
        few = np.zeros(len(self.counted), bool)
        if len(weeks) < thresholds.ten_weeks:
            few |= _some(self.counted, thresholds.ten_sessions)
            if thresholds.unauthorised_days_read == "continuous":
                few |= self.absent > self.authorised
        if len(weeks) < thresholds.late_before_weeks:
            few |= _some(self.late_before, thresholds.late_before_sessions)
        if len(weeks) < thresholds.late_after_weeks:
            few |= _some(self.late_after, thresholds.late_after_sessions)
        return few

    def may_drop(self, thresholds: Thresholds) -> NDArray[np.bool_]:
        """Where, in the latest weeks, absence is so high that last year's could make it a sudden drop."""
        enough = self.possible >= thresholds.minimum_possible
        dropped: NDArray[np.bool_] = enough & (100 * self.absent >= thresholds.drop_points * self.possible)
        return dropped


def _some(figure: Figures, enough: int) -> NDArray[np.bool_]:
    """Where there is one to add to last year's, and not yet enough of them."""
    return (figure > 0) & (figure < enough)


def tallies(classes: bytes, width: int) -> Tallies:
    """`classes`: class bytes, slot by slot, `width` children to a slot, whole slots."""
    sums = _SPREAD[np.frombuffer(classes, np.uint8).reshape(-1, width)].sum(axis=0)
    return Tallies(*((sums >> _BITS * place) & _ALL for place in range(6)))
