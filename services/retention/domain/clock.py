"""When a child's records are due, who is kept, and until when.

A record of academic year Y is due on 31 August at the end of Y + 1. An intervention in year Z moves every record of the
child to the end of Z + 1, never earlier. What arrives after its own date is due at the end of the academic year in
which it arrived. An open case is never due, nor is a child under a hold until the hold is released.

Source: UK GDPR art. 5(1)(e) (storage limitation); the period is the company's, agreed with schools and authorities.
"""

from datetime import date
from typing import Literal

from shared import academic_year

Ground = Literal["open case", "hold"]
"""Why a child's records are kept past their date."""

DATES_AHEAD = 3
"""Disposal dates for which a key stands ready: a register, a roll or an intervention of today needs no later one."""


def cohort_of_record(year: int, arrived: date, last_intervention: date | None) -> str:
    """The disposal cohort of a record of an academic year, by the day it came and the child's last intervention."""
    own = academic_year.cohort_on_arrival(year, arrived)
    return own if last_intervention is None else moved(own, last_intervention)


def moved(cohort: str, intervention: date) -> str:
    """The cohort of a child's record after an intervention: the end of the year after it, never an earlier one."""
    return max(cohort, academic_year.cohort(academic_year.of(intervention)))


def ground_to_keep(*, open_case: bool, held: bool) -> Ground | None:
    """Why a child is kept, if so. A hold is named first: it outlasts the case."""
    if held:
        return "hold"
    return "open case" if open_case else None


def is_due(cohort: str, on: date, *, open_case: bool, held: bool) -> bool:
    """Whether what stands in a cohort is disposed of on a day: from its date on, unless a ground keeps it."""
    return cohort <= on.isoformat() and ground_to_keep(open_case=open_case, held=held) is None


def kept_until(swept_on: date) -> str:
    """The cohort to which whoever is kept at a sweep moves: the next 31 August after it, to be looked at again.

    The key of a past cohort falls with it, so nothing that stays may remain in it.
    """
    this = date(swept_on.year, 8, 31)
    return (this if swept_on < this else date(swept_on.year + 1, 8, 31)).isoformat()


def dates_ahead(today: date) -> tuple[str, ...]:
    """The disposal dates for which a key must stand ready: the next 31 Augusts, today's own included."""
    first = academic_year.of(today) + 1
    return tuple(f"{first + ahead}-08-31" for ahead in range(DATES_AHEAD))
