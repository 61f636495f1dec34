"""How every child of some pages stands, in one pass over them: what `standing_of` gives, for all of them at once.

A class byte becomes a number in which each figure has ten bits of its own (a year has 732 sessions), so that one sum down the sessions adds
them all.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.standing import AWAY, COUNTS, ILLNESS, IN_POSSIBLE, LATE, WITHOUT_LEAVE, Standing

Figures = NDArray[np.intp]
"""One figure of each child, by place."""
Classes = NDArray[np.uint8]

RATES: Final[tuple[RuleName, ...]] = ("persistent absence", "severe absence", "at risk of persistent absence")
"""Rules that are about a rate and nothing else."""

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
        possible, absent, authorised, counted, before, after = [figure.item(place) for figure in self]
        ill = series.count(ILLNESS) if authorised else 0
        return Standing(possible, absent, authorised, absent - authorised, counted, before + after, before, ill)

    def rates(self, recent: "Tallies", thresholds: Thresholds) -> Figures:
        """Which rules about a rate are met: a bit for each of `RATES`. They look at these figures alone, so nothing else is to be asked.
        `recent`: of the weeks that show the trend."""
        enough = self.possible >= thresholds.minimum_possible
        persistent = enough & (thresholds.persistent_ratio * self.absent >= self.possible)
        severe = enough & (thresholds.severe_ratio * self.absent >= self.possible)
        risk = enough & ~persistent & (thresholds.at_risk_ratio * self.absent >= self.possible)
        risk &= (recent.possible > 0) & (thresholds.persistent_ratio * recent.absent >= recent.possible)
        bits: Figures = persistent + 2 * severe + 4 * risk
        return bits

    def beyond_rates(self, thresholds: Thresholds, *, patterns: bool) -> NDArray[np.bool_]:
        """Where another rule could be met by this year's marks alone; the rules themselves decide."""
        if patterns:
            return self.absent > 0
        told = (self.absent - self.authorised >= 2 * thresholds.unauthorised_days) | (self.authorised >= 2 * thresholds.illness_days)
        late = (self.late_before >= thresholds.late_before_sessions) | (self.late_after >= thresholds.late_after_sessions)
        return (self.counted >= thresholds.ten_sessions) | told | late

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


def tallies(classes: Classes, *first: int) -> tuple[Tallies, ...]:
    """`classes`: class bytes, a row for each session, a column for each child. One result for each of `first`: of the rows from it on."""
    spread = _SPREAD.take(classes)
    sums = [spread[begin:].sum(axis=0) for begin in first]
    return tuple(Tallies(*((figures >> _BITS * place) & _ALL for place in range(6))) for figures in sums)
