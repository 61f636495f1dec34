"""What `attendance` answers about periods of school days: sums of every child of a school, its half terms, its figures."""

from datetime import date
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import Field, model_validator

from shared.frozen import Carrying

LONGEST: Final = 100
"""School days in one span: the sessions of a child in it fit one byte."""
MOST: Final = 400
"""Spans in one question: the answer of a school of 4,000 children stays under the largest message of the bus."""


class Span(Carrying):
    """The school days `begin` up to (not including) `end`, by a day: 0 is the first school day on or after it, -1 the one before."""

    day: date
    begin: int
    end: int

    @model_validator(mode="after")
    def _some_days(self) -> Self:
        if not 0 < self.end - self.begin <= LONGEST:
            raise ValueError(f"a span is 1 to {LONGEST} school days")
        return self


class AskPeriods(Carrying):
    """query.attendance.periods: possible and absent sessions of every child of a school, in some spans of school days."""

    SUBJECT: ClassVar[str] = "query.attendance.periods"
    school: str
    spans: Annotated[tuple[Span, ...], Field(max_length=MOST)]


class PeriodSums(Carrying):
    """One span. `days`: how many of its school days have come and are known; `first` and `last` of them. A byte of each child, in their
    order: what is planned does not count."""

    first: date | None
    last: date | None
    days: int
    possible: bytes
    absent: bytes


class Periods(Carrying):
    """`children`: everybody on the registers of these years, a joined child once. `year_groups`: by academic year, of the children in
    their order, as the year's roll says."""

    children: tuple[str, ...]
    year_groups: dict[int, tuple[str | None, ...]]
    spans: tuple[PeriodSums, ...]


class AskHalfTerms(Carrying):
    """query.attendance.half-terms: the half terms of a school's year, as its calendar shows them."""

    SUBJECT: ClassVar[str] = "query.attendance.half-terms"
    school: str
    year: int


class HalfTerm(Carrying):
    """`name`: `autumn-1`, `autumn-2`, `spring-1` and so on; `autumn` where its break has not shown."""

    name: str
    first: date
    last: date
    """The last school day that is known; of a half term that is running, the last that has come."""
    days: int
    """School days so far."""
    over: bool


class HalfTerms(Carrying):
    half_terms: tuple[HalfTerm, ...]


class AskFigures(Carrying):
    """query.attendance.figures: the Department's figures of a school in a period, both days included, and of each year group."""

    SUBJECT: ClassVar[str] = "query.attendance.figures"
    school: str
    first: date
    last: date


class PeriodFigures(Carrying):
    """Under the Department's column names; `year_groups` of those that have children, in their order. Missing sessions are not counted."""

    columns: dict[str, Any]
    year_groups: dict[str, dict[str, Any]]
