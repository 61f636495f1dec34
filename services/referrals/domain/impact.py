"""Did it work? Attendance before, during and after intervention, beside like children who were not worked with.

A child is referred when its attendance is at its worst, and what is at its worst gets better anyway (regression to the mean). So a change
means something only beside the change of like children over the same days: of the same school and year group, with a rate of absence in
the same band over the same days before the referral, and not worked with until the last of the days that are compared.

Whoever comes to be worked with later in those days is left out of the like children. These are children who did not get better by
themselves, so those who remain look a little better than they would have, and an effect a little smaller than it is, never larger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist, fmean, quantiles, stdev
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 10
"""Fewer cases are shown nowhere: a mean of nine says more of one child than of the work."""
_Z: Final = NormalDist().inv_cdf(0.975)


class Sums(NamedTuple):
    """Sessions of one child in a period, or of many together."""

    possible: int
    absent: int

    @property
    def attendance(self) -> float:
        """Per cent, not rounded. There are possible sessions."""
        return 100 * (self.possible - self.absent) / self.possible


class Course(NamedTuple):
    """A child's sessions before, during and after; `referral`: before the referral, by which like children are found."""

    referral: Sums
    before: Sums
    during: Sums
    after: Sums

    @property
    def change(self) -> float:
        """Percentage points of attendance, from before to after."""
        return self.after.attendance - self.before.attendance


class Like(NamedTuple):
    """The like children of a case: how many, the mean of their changes in percentage points, and the means of their sessions before,
    during and after."""

    number: int
    change: float
    possible: tuple[float, float, float]
    absent: tuple[float, float, float]


class Case(NamedTuple):
    """A child who was worked with, and the like children; None where there is none."""

    course: Course
    like: Like | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Attendance in per cent, summed over the group and then divided (DfE, methodology 3.1)."""

    before: float
    during: float
    after: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Of the cases' own effects, in percentage points."""

    lowest: float
    quarter: float
    middle: float
    three_quarters: float
    highest: float


@dataclass(frozen=True, slots=True)
class Impact:
    """Of cases that have like children; `like`: how many of these in all, a child counted for each case that it is like.

    `effect`: the mean of the cases' effects, percentage points; `low` and `high`: where it lies with 95 % confidence. If nothing had been
    done, zero would lie between them nineteen times out of twenty.
    """

    cases: int
    like: int
    rates: Rates
    like_rates: Rates
    change: float
    like_change: float
    effect: float
    low: float
    high: float
    spread: Spread


Row = NDArray[np.uint8]
"""A number of each child, by place."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Sessions of all children of a school in the four periods of a course, in its order."""

    possible: tuple[Row, Row, Row, Row]
    absent: tuple[Row, Row, Row, Row]

    def course(self, place: int) -> Course:
        return Course(*(Sums(int(some[place]), int(away[place])) for some, away in zip(self.possible, self.absent, strict=True)))

    def means(self, some: NDArray[np.bool_]) -> Like | None:
        """Of some of the children; None of none."""
        if not some.any():
            return None
        possible, absent = (np.array([row[some] for row in rows[1:]], np.float64) for rows in (self.possible, self.absent))
        attendance = 100 * (1 - absent / possible)
        means = [tuple(map(float, rows.mean(axis=1))) for rows in (possible, absent)]
        return Like(int(some.sum()), float((attendance[2] - attendance[0]).mean()), means[0], means[1])  # type: ignore[arg-type]

    def whole(self, least: int) -> NDArray[np.bool_]:
        """Whose sessions of every period are enough to say something of the child."""
        enough: NDArray[np.bool_] = np.minimum.reduce(self.possible) >= max(1, least)
        return enough

    def bands(self, edges: Sequence[float]) -> NDArray[np.intp]:
        """In which band each child's rate of absence before the referral lies: edges in per cent, rising, each the lowest rate of its
        band. Compared without rounding."""
        rates = 100.0 * self.absent[0].astype(np.float64) / np.maximum(self.possible[0], 1)
        found: NDArray[np.intp] = np.searchsorted(edges, rates, side="right")
        return found


def followed(panel: Panel, place: int, others: NDArray[np.bool_], edges: Sequence[float], least: int) -> Case | None:
    """The case of the child at a place; `others`: who of the school is in its year group and not worked with. None where there are too
    few sessions to say anything of the child."""
    whole, bands = panel.whole(least), panel.bands(edges)
    if not whole[place]:
        return None
    like = others & whole & (bands == bands[place])
    like[place] = False
    return Case(panel.course(place), panel.means(like))


def impact(cases: Iterable[Case]) -> Impact | None:
    """None under ten cases with like children."""
    compared = [(case.course, case.like) for case in cases if case.like]
    if len(compared) < LEAST:
        return None
    effects = [course.change - like.change for course, like in compared]
    low, high = _confidence(effects)
    quarter, middle, three_quarters = quantiles(effects, n=4, method="inclusive")
    return Impact(
        cases=len(compared),
        like=sum(like.number for _, like in compared),
        rates=_rates([course[1:] for course, _ in compared]),
        # the like children of each case count as one child, however many they are
        like_rates=_rates([tuple(zip(like.possible, like.absent, strict=True)) for _, like in compared]),
        change=fmean(course.change for course, _ in compared),
        like_change=fmean(like.change for _, like in compared),
        effect=fmean(effects),
        low=low,
        high=high,
        spread=Spread(min(effects), quarter, middle, three_quarters, max(effects)),
    )


def _rates(courses: Sequence[Sequence[tuple[float, float]]]) -> Rates:
    """Of (possible, absent) sessions before, during and after."""
    before, during, after = (
        100 * (1 - fsum(course[period][1] for course in courses) / fsum(course[period][0] for course in courses)) for period in range(3)
    )
    return Rates(before, during, after)


def _confidence(effects: Sequence[float]) -> tuple[float, float]:
    """95 % of the mean, by Student's t: Cornish and Fisher's expansion, good to 0.005 from nine degrees of freedom on."""
    degrees = len(effects) - 1
    t = _Z + (_Z**3 + _Z) / (4 * degrees) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * degrees**2)
    mean, half = fmean(effects), t * stdev(effects) / sqrt(len(effects))
    return mean - half, mean + half
