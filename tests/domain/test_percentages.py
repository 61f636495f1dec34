"""How a share of sessions is shown: nearest to a tenth, and never across a threshold."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.percentages import absence, absence_rate, attendance, attendance_rate, nearest

COUNTS = st.integers(1, 800).flatmap(lambda possible: st.tuples(st.integers(0, possible), st.just(possible)))


@pytest.mark.parametrize(
    ("absent", "possible", "shown", "beside"),
    [
        (11, 104, "10.6", "89.4"),
        (55, 60, "91.7", "8.3"),
        (1250, 2501, "49.9", "50.1"),
        (2, 4, "50.0", "50.0"),
        (996, 10000, "9.9", "90.1"),
        (1004, 10000, "10.1", "89.9"),
        (211, 2000, "10.6", "89.4"),
        (0, 60, "0.0", "100.0"),
        (1, 5000, "0.1", "99.9"),
        (4999, 5000, "99.9", "0.1"),
        (60, 60, "100.0", "0.0"),
    ],
)
def test_a_rate_is_the_nearest_tenth_on_its_own_side_of_a_threshold(absent: int, possible: int, shown: str, beside: str) -> None:
    assert (absence(absent, possible), attendance(absent, possible)) == (shown, beside)


@given(COUNTS)
def test_absence_and_attendance_make_a_hundred_and_keep_to_their_side(counts: tuple[int, int]) -> None:
    absent, possible = counts
    exact, away, there = Fraction(100 * absent, possible), Fraction(absence(*counts)), Fraction(attendance(*counts))
    assert away + there == 100
    assert abs(away - exact) < Fraction(1, 10)
    for line in (0, 10, 50, 100):
        assert [away < line, away == line, away > line] == [exact < line, exact == line, exact > line]


@given(COUNTS)
def test_a_rate_that_is_worked_out_already_reads_the_same(counts: tuple[int, int]) -> None:
    absent, possible = counts
    assert absence_rate(100 * absent / possible) == absence(*counts)
    assert attendance_rate(100 * (possible - absent) / possible) == attendance(*counts)


@pytest.mark.parametrize(("rate", "shown"), [(91.45, "91.5"), (91.44, "91.4"), (0.04, "0.0"), (49.96, "50.0"), (-0.25, "-0.3")])
def test_what_has_no_threshold_is_the_nearest_tenth(rate: float, shown: str) -> None:
    assert nearest(rate) == shown
