"""The academic year, its register slots and the date on which what belongs to it is disposed of.

An academic year is named by the calendar year in which it begins: 2026 is 2026/27.
"""

from datetime import date, timedelta
from typing import Literal

Session = Literal["AM", "PM"]

SLOTS = 2 * 366
"""Session slots of a register year, 1 August to 31 July, leap day included."""


def of(day: date) -> int:
    """The academic year of a day, 1 September to 31 August: the clock by which records are kept and disposed of."""
    return day.year if day.month >= 9 else day.year - 1


def of_session(day: date) -> int:
    """The academic year to which a session belongs. A session in August is held only because the new term has begun.

    Source: Education Act 1996 s.579(1): a school year begins with the first school term to begin after July.
    """
    return day.year if day.month >= 8 else day.year - 1


def first_day(year: int) -> date:
    """The day of slots 0 and 1."""
    return date(year, 8, 1)


def slot(day: date, session: Session) -> int:
    """The place of a session in its register year, 0 to 731: twice the days since 1 August, plus one in the afternoon."""
    return 2 * (day - first_day(of_session(day))).days + (session == "PM")


def day_of(year: int, slot: int) -> tuple[date, Session]:
    """The session that stands in a slot."""
    return first_day(year) + timedelta(days=slot // 2), "PM" if slot % 2 else "AM"


def slots_by(day: date, year: int) -> int:
    """How many slots of a register year have come by the end of a day: 0 before the year begins, all of them after its end."""
    current = of_session(day)
    return slot(day, "PM") + 1 if current == year else SLOTS if current > year else 0


def cohort(year: int) -> str:
    """The disposal cohort of what belongs to an academic year: 31 August at the end of the year that follows, as ISO date."""
    return f"{year + 2}-08-31"


def cohort_on_arrival(year: int, today: date) -> str:
    """The cohort of what arrives today for an academic year. What comes after its own date is due when the year of its coming ends."""
    own = cohort(year)
    return own if today.isoformat() <= own else f"{of(today) + 1}-08-31"


def next_date(cohort: str) -> str:
    """The date of disposal after this one."""
    return f"{int(cohort[:4]) + 1}{cohort[4:]}"


def label(year: int) -> str:
    """As people write it: 2026/27."""
    return f"{year}/{(year + 1) % 100:02d}"
