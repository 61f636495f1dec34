"""Columns of cells as numbers, exactly: a number stands for one text only, and what has no number is not plain."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.upn import LETTERS

Cells = NDArray[np.uint8]
"""Rows of as many bytes."""
Numbers = NDArray[np.int64]

_ZERO, _DASH, _A, _P, _M = b"0-APM"
_NONE: Final = 255

CODES: Final = 1 << 14


class NotPlain(Exception):
    """A file has to be read row by row."""


def _values(texts: str) -> Cells:
    """By byte, the place among some characters; `_NONE` for any other."""
    values = np.full(256, _NONE, np.uint8)
    values[list(texts.encode())] = np.arange(len(texts))
    return values


_LETTER: Final = _values(LETTERS)
_LAST: Final = _values("0123456789" + LETTERS)
_WEIGHTS: Final = np.arange(2, 14)
_TENS: Final = 10 ** np.arange(10, -1, -1, dtype=np.int64)
_LASTS: Final = 10 + len(LETTERS)
_LETTERS: Final = np.frombuffer(LETTERS.encode(), np.uint8)
_LAST_ONES: Final = np.frombuffer(f"0123456789{LETTERS}".encode(), np.uint8)


def upn_keys(cells: Cells) -> Numbers:
    """UPNs, 13 bytes each, as numbers that stand in the order of their texts; NotPlain where one is not right (see upn.py)."""
    first, middle, last = (
        _LETTER[cells[:, 0]].astype(np.int64),
        cells[:, 1:12].astype(np.int64) - _ZERO,
        _LAST[cells[:, 12]].astype(np.int64),
    )
    if (first == _NONE).any() or (middle < 0).any() or (middle > 9).any() or (last == _NONE).any():
        raise NotPlain
    value = np.where(last > 9, last - 10, last)
    if ((middle @ _WEIGHTS[:11] + value * _WEIGHTS[11]) % len(LETTERS) != first).any():
        raise NotPlain
    keys: Numbers = (first * 10**11 + middle @ _TENS) * _LASTS + last
    return keys


def upn_texts(keys: Numbers) -> list[str]:
    """The UPNs of which these are the numbers."""
    rest, last = np.divmod(keys, _LASTS)
    first, middle = np.divmod(rest, 10**11)
    cells = np.empty((len(keys), 13), np.uint8)
    cells[:, 0], cells[:, 12] = _LETTERS[first], _LAST_ONES[last]
    cells[:, 1:12] = middle[:, None] // _TENS % 10 + _ZERO
    text = cells.tobytes().decode("ascii")
    return [text[at : at + 13] for at in range(0, len(text), 13)]


def days(cells: Cells) -> Numbers:
    """Dates, ten bytes each, year-month-day, as numbers that grow with them; NotPlain for anything else. Whether there is such a day is not
    looked at."""
    digits = cells.astype(np.int64) - _ZERO
    dashes = digits[:, (4, 7)]
    digits[:, (4, 7)] = 0
    if (dashes != _DASH - _ZERO).any() or (digits < 0).any() or (digits > 9).any():
        raise NotPlain
    year, month, day = digits[:, :4] @ _TENS[-4:], digits[:, 5:7] @ _TENS[-2:], digits[:, 8:] @ _TENS[-2:]
    if (month < 1).any() or (month > 12).any() or (day < 1).any() or (day > 31).any():
        raise NotPlain
    numbers: Numbers = (year * 12 + month - 1) * 31 + day - 1
    return numbers


def day_text(number: int) -> str:
    months, day = divmod(number, 31)
    return f"{months // 12:04}-{months % 12 + 1:02}-{day + 1:02}"


def sessions(cells: Cells) -> Numbers:
    """AM and PM as 0 and 1."""
    if (cells[:, 1] != _M).any() or ((cells[:, 0] != _A) & (cells[:, 0] != _P)).any():
        raise NotPlain
    numbers: Numbers = (cells[:, 0] == _P).astype(np.int64)
    return numbers


def codes(cells: Cells, short: NDArray[np.bool_]) -> Numbers:
    """Codes of two ASCII bytes, or of one where they are `short`, as numbers below `CODES`."""
    first, second = cells[:, 0].astype(np.int64), cells[:, 1].astype(np.int64)
    numbers: Numbers = first + np.where(short, 0, second << 7)
    return numbers


def code_text(number: int) -> str:
    first, second = number & 0x7F, number >> 7
    return chr(first) + (chr(second) if second else "")
