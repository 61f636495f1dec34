"""What a report says, before anybody lays it out: sections of words, tables and bars, the same for paper and for the workbook.

It names no child. What governors see has been through the rule on small counts (suppression.py) before it comes here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shared.percentages import absence_rate, attendance_rate, nearest

Audience = Literal["head", "governors"]
Style = Literal["text", "count", "percent", "points"]


@dataclass(frozen=True, slots=True)
class Cell:
    """As it is printed; `number` is the same, where it is one, and `beside` what stands behind it."""

    text: str
    number: float | None = None
    style: Style = "text"
    beside: str = ""


HIDDEN: Final = Cell("c")
"""A count under six, or one from which such a count could be worked out."""
NONE: Final = Cell("–")
"""There is nothing that it could be of, or nobody has published it."""


def words(text: str) -> Cell:
    return Cell(text)


def count(number: int | None) -> Cell:
    """None is hidden."""
    return HIDDEN if number is None else Cell(f"{number:,}", number, "count")


def percent(rate: float | None) -> Cell:
    return _percent(rate, nearest)


def attendance(rate: float | None) -> Cell:
    return _percent(rate, attendance_rate)


def absence(rate: float | None) -> Cell:
    return _percent(rate, absence_rate)


def _percent(rate: float | None, rounded: Callable[[float], str]) -> Cell:
    return NONE if rate is None else Cell(f"{rounded(rate)} %", float(rounded(rate)), "percent")


def points(change: float) -> Cell:
    """Percentage points, with a sign."""
    shown = nearest(change)
    return Cell(shown.replace("-", "–") if change < 0 else f"+{shown}", float(shown), "points")


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row. `total`: the last row is one."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """`own`: of the school itself."""

    label: str
    value: float
    own: bool


@dataclass(frozen=True, slots=True)
class Bars:
    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    words: tuple[str, ...] = ()
    bars: Bars | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    label: str
    cell: Cell
    beside: str


@dataclass(frozen=True, slots=True)
class Report:
    school: str
    urn: str
    audience: Audience
    period: str
    """In words: "first half of the autumn term 2026"."""
    first: date
    last: date
    made: date
    company: str
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
