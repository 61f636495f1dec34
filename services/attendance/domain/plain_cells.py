"""Columns of cells as numbers, exactly: a number stands for one text only, and what has no number is not plain.

A cell is looked at as one little-endian number of two or eight of its bytes: a column costs a few sums over all of its rows together.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.upn import LETTERS

Cells = NDArray[np.uint8]
"""Rows of as many bytes."""
Numbers = NDArray[np.int64]
Twos = NDArray[np.uint16]
Eights = NDArray[np.uint64]

PADDING: Final = 16
"""Bytes behind a text, as many at least as any cell is long."""
DAYS_A_YEAR: Final = 12 * 31
"""Numbers of days: each month has 31."""

_ZERO: Final = ord("0")
_NONE: Final = 255


class NotPlain(Exception):
    """A file has to be read row by row."""


class Text(NamedTuple):
    """A text with `PADDING` behind it, from each of its bytes on: that one, two, and eight of them."""

    ones: Cells
    twos: Twos
    eights: Eights

    @classmethod
    def of(cls, padded: bytes) -> "Text":
        starts = len(padded) - 8
        twos: Twos = np.ndarray((starts,), "<u2", padded, strides=(1,))
        eights: Eights = np.ndarray((starts,), "<u8", padded, strides=(1,))
        return cls(np.frombuffer(padded, np.uint8), twos, eights)


def _values(texts: str) -> Cells:
    """By byte, the place among some characters; `_NONE` for any other."""
    values = np.full(256, _NONE, np.uint8)
    values[list(texts.encode())] = np.arange(len(texts))
    return values


def _little(text: str | bytes) -> int:
    return int.from_bytes(text.encode() if isinstance(text, str) else text, "little")


_LETTER: Final = _values(LETTERS)
_LAST: Final = _values("0123456789" + LETTERS)
_WEIGHTS: Final = np.arange(2, 14)
_TENS: Final = 10 ** np.arange(10, -1, -1, dtype=np.int64)
_LASTS: Final = 10 + len(LETTERS)
_LETTERS: Final = np.frombuffer(LETTERS.encode(), np.uint8)
_LAST_ONES: Final = np.frombuffer(f"0123456789{LETTERS}".encode(), np.uint8)

_CENTURY: Final = np.uint16(_little("20"))
_NO_DAY: Final = np.uint64(_little("00-00-00"))
# added to a digit it reaches the high half of its byte from ten on, added to what a dash leaves from one on
_OVER: Final = np.uint64(_little(bytes((6, 6, 15, 6, 6, 15, 6, 6))))
_HIGH: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
_PAIRS: Final = np.uint64(0x00FF_0000_FF00_00FF)
# the highest bit of a byte says that a month is over 12 or a day over 31, or that it is 0
_TOO_LATE: Final = np.uint64((0x80 - 13 << 24) + (0x80 - 32 << 48))
_TOO_EARLY: Final = np.uint64(0x7F + (0x80 << 24) + (0x80 << 48))
_ODD: Final = np.uint64((0x80 << 24) + (0x80 << 48))
# brings all three together in the highest two bytes; what else comes of it stays below or falls out above
_IN_DAYS: Final = np.uint64((DAYS_A_YEAR << 48) + (31 << 24) + 1)
_AM, _PM = (np.uint16(_little(text)) for text in ("AM", "PM"))


def upn_runs(text: Text, starts: NDArray[np.intp]) -> tuple[Numbers, NDArray[np.intp]]:
    """The UPNs that begin there, one for each run of equal ones, as numbers that stand in the order of their texts, and the rows of each
    run; NotPlain where one is not right. Rows of one child stand together, as a rule."""
    front, back = text.eights[starts], text.eights[starts + 5]
    changes = np.flatnonzero((front[1:] != front[:-1]) | (back[1:] != back[:-1])) + 1
    begins = np.concatenate(([0], changes))
    cells = text.ones[starts[begins][:, None] + np.arange(13)]
    return upn_keys(cells), np.diff(begins, append=len(starts))


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


def days(text: Text, starts: NDArray[np.intp]) -> NDArray[np.int32]:
    """Dates of this century, year-month-day in ten bytes, as `day_number` gives them; NotPlain for anything else. Whether there is such a
    day is not looked at."""
    if (text.twos[starts] != _CENTURY).any():
        raise NotPlain
    digits = text.eights[starts + 2] ^ _NO_DAY
    if ((digits | (digits + _OVER)) & _HIGH).any():
        raise NotPlain
    # in byte 0 the year, in byte 3 the month, in byte 6 the day
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & _PAIRS
    if ((pairs + _TOO_LATE | _TOO_EARLY - pairs) & _ODD).any():
        raise NotPlain
    numbers: NDArray[np.int32] = (pairs * _IN_DAYS >> np.uint64(48)).astype(np.int32) + np.int32(day_number(2000) - 31 - 1)
    return numbers


def day_number(year: int) -> int:
    """Of the first day of a calendar year. Numbers grow with the days."""
    return year * DAYS_A_YEAR


def day_text(number: int) -> str:
    months, day = divmod(number, 31)
    return f"{months // 12:04}-{months % 12 + 1:02}-{day + 1:02}"


def afternoons(text: Text, starts: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether a session is PM; NotPlain where it is neither that nor AM."""
    cells = text.twos[starts]
    late: NDArray[np.bool_] = cells == _PM
    if not (late | (cells == _AM)).all():
        raise NotPlain
    return late


def codes(text: Text, starts: NDArray[np.intp], short: NDArray[np.bool_]) -> Twos:
    """Codes of two ASCII bytes, or of one where they are `short`, as numbers."""
    cells = text.twos[starts]
    numbers: Twos = np.where(short, cells & np.uint16(0xFF), cells)
    return numbers


def code_text(number: int) -> str:
    return number.to_bytes(2, "little").rstrip(b"\0").decode()
