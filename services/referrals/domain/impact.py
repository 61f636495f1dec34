"""Did it work? Attendance before, during and after intervention, beside like children who were not worked with.

A child is referred when its attendance is at its worst, and what is at its worst gets better anyway (regression to the mean). So a change
means something only beside the change of like children over the same days: of the same school and year group, with rates of absence in
the same bands over the same days before the referral and before the first intervention, and not worked with until the last of the days
that are compared. Both bands, because officers go first to those who stayed away: beside children of whom the days of one period alone
were alike, those would seem to get better, or worse, by the work.

Whoever comes to be worked with later in those days is left out of the like children. These are mostly children who did not get better by
themselves, so those who remain look a little better than they would have, and an effect tends to look a little smaller than it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist, fmean, quantiles, variance
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 10
"""Fewer cases are shown nowhere: a mean of nine says more of one child than of the work."""
LEAST_LIKE: Final = 2
"""Like children of a case: one alone does not show how much such children differ."""
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
    """A child's sessions before, during and after; `referral`: before the referral. By it and by `before` like children are found."""

    referral: Sums
    before: Sums
    during: Sums
    after: Sums

    @property
    def change(self) -> float:
        """Percentage points of attendance, from before to after."""
        return self.after.attendance - self.before.attendance


class Like(NamedTuple):
    """The like children of a case: in which school they are, at which places of its panel, the change of each in percentage points, and the
    means of their sessions before, during and after."""

    school: str
    places: NDArray[np.intp]
    changes: NDArray[np.float64]
    possible: tuple[float, float, float]
    absent: tuple[float, float, float]

    @property
    def number(self) -> int:
        return len(self.places)

    @property
    def change(self) -> float:
        """The mean of their changes."""
        return float(self.changes.mean())

    @property
    def errors(self) -> NDArray[np.float64]:
        """What each child adds to the error of the mean: its squares' sum is the variance of the mean."""
        number = self.number
        return (self.changes - self.change) / sqrt(number * (number - 1))


class Case(NamedTuple):
    """A child who was worked with, and the like children; None where there are not two."""

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

    `effect`: the mean of the cases' effects, percentage points; `low` and `high`: where it lies with 95 % confidence as far as chance goes,
    by how the children differ among themselves, each counted once however many cases it is like.
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

    school: str
    possible: tuple[Row, Row, Row, Row]
    absent: tuple[Row, Row, Row, Row]

    def course(self, place: int) -> Course:
        return Course(*(Sums(int(some[place]), int(away[place])) for some, away in zip(self.possible, self.absent, strict=True)))

    def like(self, some: NDArray[np.bool_]) -> Like | None:
        """Some of the children; None where there are not two."""
        places = np.flatnonzero(some)
        if len(places) < LEAST_LIKE:
            return None
        possible, absent = (np.array([row[places] for row in rows[1:]], np.float64) for rows in (self.possible, self.absent))
        attendance = 100 * (1 - absent / possible)
        means = [tuple(map(float, rows.mean(axis=1))) for rows in (possible, absent)]
        return Like(self.school, places, attendance[2] - attendance[0], means[0], means[1])  # type: ignore[arg-type]

    def whole(self, least: int) -> NDArray[np.bool_]:
        """Whose sessions of every period are enough to say something of the child."""
        enough: NDArray[np.bool_] = np.minimum.reduce(self.possible) >= max(1, least)
        return enough

    def in_bands_of(self, place: int, edges: Sequence[float]) -> NDArray[np.bool_]:
        """Whose rates of absence before the referral and before the first intervention lie in the same bands as those of the child at a
        place: edges in per cent, rising, each the lowest rate of its band. Compared without rounding."""
        alike = np.ones(len(self.possible[0]), np.bool_)
        for possible, absent in zip(self.possible[:2], self.absent[:2], strict=True):
            bands = np.searchsorted(edges, 100.0 * absent.astype(np.float64) / np.maximum(possible, 1), side="right")
            alike &= bands == bands[place]
        return alike


def followed(panel: Panel, place: int, others: NDArray[np.bool_], edges: Sequence[float], least: int) -> Case | None:
    """The case of the child at a place; `others`: who of the school is in its year group and not worked with. None where there are too
    few sessions to say anything of the child."""
    whole = panel.whole(least)
    if not whole[place]:
        return None
    like = others & whole & panel.in_bands_of(place, edges)
    like[place] = False
    return Case(panel.course(place), panel.like(like))


def impact(cases: Iterable[Case]) -> Impact | None:
    """None under ten cases with like children, two each."""
    compared = [(case.course, case.like) for case in cases if case.like]
    if len(compared) < LEAST:
        return None
    effects = [course.change - like.change for course, like in compared]
    low, high = _confidence(effects, _in_common([like for _, like in compared]))
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


def _in_common(likes: Iterable[Like]) -> float:
    """By how much the variance of the sum of the cases' effects is more than those of the effects together, since cases have like children
    in common, whose errors are then the same (after Abadie and Imbens, Econometrica 74(1), 2006: matching with replacement)."""
    schools = defaultdict[str, list[Like]](list)
    for like in likes:
        schools[like.school].append(like)
    more = 0.0
    for some in schools.values():
        errors = np.concatenate([like.errors for like in some])
        of_children = np.bincount(np.concatenate([like.places for like in some]), weights=errors)
        more += float((of_children**2).sum() - (errors**2).sum())
    return max(0.0, more)


def _confidence(effects: Sequence[float], in_common: float) -> tuple[float, float]:
    """95 % of the mean, by Student's t: Cornish and Fisher's expansion, good to 0.005 from nine degrees of freedom on."""
    number, degrees = len(effects), len(effects) - 1
    t = _Z + (_Z**3 + _Z) / (4 * degrees) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * degrees**2)
    mean, half = fmean(effects), t * sqrt(number * variance(effects) + in_common) / number
    return mean - half, mean + half
