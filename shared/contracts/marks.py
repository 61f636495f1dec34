"""What `attendance` answers about the marks of many children of one school at once: the codes alone, where no history is asked for."""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from shared.frozen import Frozen

MOST: Final = 500
"""Periods in one question: at ten marks a week an answer about so many half terms stays under the largest message of the bus."""


class ChildPeriod(Frozen):
    """Both days included."""

    child: str
    first: date
    last: date


class AskMarks(Frozen):
    """query.attendance.marks: the codes that stand of some children in a period each."""

    SUBJECT: ClassVar[str] = "query.attendance.marks"
    school: str
    periods: Annotated[tuple[ChildPeriod, ...], Field(max_length=MOST)]


class Mark(Frozen):
    day: date
    session: Literal["AM", "PM"]
    code: str


class ChildMarks(Frozen):
    """In the order of time. What is planned, and a session that is said to have no mark, is not among them."""

    child: str
    marks: tuple[Mark, ...]
    counted: int = 0
    """Sessions of unauthorised absence, as the school's authority counts, in the school weeks that end with the period."""


class Marks(Frozen):
    periods: tuple[ChildMarks, ...]
    """One for each period that was asked for, in their order."""
    threshold: int | None = None
    """So many of `counted` are the authority's threshold for a penalty notice."""
