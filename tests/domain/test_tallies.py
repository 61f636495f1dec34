"""A page is counted at once; each child's figures are those that its series gives by itself."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.codes import BY_BYTE, CLEARED, NO_MARK
from services.attendance.domain.concerns.judge import lacks
from services.attendance.domain.standing import class_table, classes_of, standing_of
from services.attendance.domain.tallies import Classes, tallies
from shared.academic_year import SLOTS
from tests.support.profiles import NATIONAL

BYTES = [NO_MARK, CLEARED, *BY_BYTE]
WIDTH = 8


def rows(classes: bytes) -> Classes:
    return np.frombuffer(classes, np.uint8).reshape(-1, WIDTH)


@settings(deadline=None)
@given(st.integers(0, SLOTS), st.randoms(use_true_random=False), st.integers(0, 12))
def test_each_child_stands_as_its_own_series_says(slots: int, chance: random.Random, weeks: int) -> None:
    thresholds = NATIONAL.thresholds
    weights = [chance.random() for _ in BYTES]
    classes = classes_of(bytes(chance.choices(BYTES, weights, k=WIDTH * slots)), class_table())
    (sums,) = tallies(rows(classes), 0)
    lacking = sums.lacking(range(weeks), thresholds)
    for place in range(WIDTH):
        standing = standing_of(classes[place::WIDTH])
        assert sums.of(place, classes[place::WIDTH]) == standing
        assert lacking[place] == lacks(standing, range(weeks), thresholds)


def test_a_year_of_the_same_mark_fills_no_neighbours_bits() -> None:
    for byte in BY_BYTE:
        classes = classes_of(bytes([byte]) * (WIDTH * SLOTS), class_table())
        assert tallies(rows(classes), 0)[0].of(0, classes[0::WIDTH]) == standing_of(classes[0::WIDTH])
