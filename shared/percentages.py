"""How a share of sessions is shown to people: to the nearest tenth of a per cent, and never across a threshold.

A threshold itself is shown only where it is met exactly: 49.96 % absent reads 49.9 %, and 10.04 % reads 10.1 %, so that whoever says "90 %
or less" and whoever says "below 90 %" reads the same child alike. So are none and all. Attendance is what absence leaves: the two make 100.

Source: Department for Education, pupil absence statistics, methodology: persistently absent is who missed 10 % or more of their own
possible sessions, severely absent who missed 50 % or more.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Final

THRESHOLDS: Final = (0, 100, 500, 1000)
"""Of absence, in tenths of a per cent. Attendance mirrors them."""


@lru_cache(4096)  # a list has hundreds of the same few, and fractions are slow
def absence(absent: int, possible: int) -> str:
    """ "10.6" of 11 of 104. There must be a possible session."""
    return _said(_absence(Fraction(1000 * absent, possible)))


def attendance(absent: int, possible: int) -> str:
    """ "89.4" where 11 of 104 were missed."""
    return _said(1000 - _absence(Fraction(1000 * absent, possible)))


def absence_rate(rate: float) -> str:
    """The same of a rate that is worked out already, per cent."""
    return _said(_absence(_tenths(rate)))


def attendance_rate(rate: float) -> str:
    return _said(1000 - _absence(1000 - _tenths(rate)))


def nearest(rate: float) -> str:
    """Of what has no thresholds, such as the share of pupils who are persistently absent."""
    return _said(_nearest(_tenths(rate)))


def _tenths(rate: float) -> Fraction:
    """By the shortest decimal that is this float: what was meant, where a tenth's half was meant."""
    return 10 * Fraction(repr(float(rate)))


def _nearest(tenths: Fraction) -> int:
    """Half a tenth is rounded up."""
    return int(2 * tenths + 1) // 2 if tenths >= 0 else -_nearest(-tenths)


def _absence(tenths: Fraction) -> int:
    shown = _nearest(tenths)
    if shown not in THRESHOLDS or shown == tenths:
        return shown
    return shown - 1 if tenths < shown else shown + 1


def _said(tenths: int) -> str:
    sign, size = "-" if tenths < 0 else "", abs(tenths)
    return f"{sign}{size // 10}.{size % 10}"
