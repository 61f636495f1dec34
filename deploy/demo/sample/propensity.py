"""How absence is spread over the children of a phase: most miss a little, a few miss half or more.

Below the Department's line of persistent absence rates follow a power of a uniform draw; above it they fall off
exponentially. The share above the line is the published rate of persistent absence, and the mean of the whole the
published rate of absence.
"""

from math import log

from deploy.demo.sample.published import Phase, mixes

PERSISTENT = 0.1
MOST = 0.97
GOLDEN = 0.6180339887498949
USUAL: dict[Phase, float] = {"Primary": 0.035, "Secondary": 0.040, "Special": 0.045}
"""Mean rate of the children below the line: our assumption, no figure is published."""


def spread(phase: Phase, offset: float, count: int) -> list[float]:
    """A rate of absence (0 to 0.97) for each of `count` children; any run of neighbours covers the distribution.

    The places are a golden-ratio sequence: a small school has its share of persistent absentees whatever the seed.
    """
    return [rate(phase, (offset + index * GOLDEN) % 1.0) for index in range(count)]


def rate(phase: Phase, place: float) -> float:
    """The rate at a place (0 to 1) of the distribution."""
    mix, usual = mixes()[phase], USUAL[phase]
    below = 1.0 - mix.persistent_perc / 100
    if place < below:
        return float(PERSISTENT * (place / below) ** (PERSISTENT / usual - 1.0))
    beyond = (mix.absence_perc / 100 - below * usual) / (1.0 - below) - PERSISTENT
    return min(MOST, PERSISTENT - beyond * log((1.0 - place) / (1.0 - below)))
