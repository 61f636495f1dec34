"""A child's sessions in the pack: day by day, what each code means, and the sums."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.pack.parts import Count, Day, Part, Session, Text

StatisticalClass = Literal[
    "present",
    "late",
    "approved educational activity",
    "authorised absence",
    "unauthorised absence",
    "not a possible session",
    "administrative",
]


def _school_day(day: date) -> date:
    if day.isoweekday() > 5:
        raise ValueError("a register has no session on a Saturday or Sunday")
    return day


Code = Annotated[str, Field(pattern=r"^\S{1,2}$")]


class RegisterDay(Part):
    """The codes of a school day. None: the school has sent no mark for that session."""

    date: Annotated[Day, AfterValidator(_school_day)]
    am: Code | None
    pm: Code | None


class CodeCount(Part):
    """A code that the register uses, what it means, how it counts, and in how many sessions it stands."""

    code: Text
    meaning: Text
    statistical_class: StatisticalClass
    sessions: Count


class Totals(Part):
    """Sessions. possible = attended + absent; absent = authorised + unauthorised; late is part of attended."""

    possible: Count
    attended: Count
    late: Count
    approved_educational_activity: Count
    absent: Count
    authorised: Count
    unauthorised: Count
    not_possible: Count
    no_mark: Count
    attendance_percentage: str | None
    """To a tenth, as shared/percentages.py rounds; None without a possible session."""


class Register(Part):
    """The sessions of a period, both days included, as the register stood on the day of the school's last submission about it."""

    period_from: date
    period_to: date
    register_as_of: date | None
    """None: no mark is held."""
    days: tuple[RegisterDay, ...]
    codes: tuple[CodeCount, ...]
    totals: Totals


class Unauthorised(Part):
    """A session of unauthorised absence. `used_for`: the day on which a notice that rests on it was issued, as far as we were told."""

    date: Day
    session: Session
    code: Code
    used_for: Day | None


class ReliedOn(Part):
    """How many sessions a pack relies on: when it was sent, and by the register as it is now."""

    sent: Count
    now: Count


class MarkChange(Part):
    """A mark that differs between two of the school's submissions, and the day of the later one, None if its record is gone."""

    date: Day
    session: Session
    before: Text | None
    after: Text | None
    submitted_on: Day | None
