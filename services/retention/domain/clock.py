"""When a child's records are due, until when whoever is kept stays, and for which dates a key stands ready.

A record of academic year Y is due on 31 August at the end of Y + 1 (shared/academic_year.py). An intervention in year Z moves every record
of the child to the end of Z + 1, never earlier (child_clock.py). An open case is never due, nor is a child under a hold (stays.py).

Source: UK GDPR art. 5(1)(e) (storage limitation); the period is the company's, agreed with schools and authorities.
"""

from collections.abc import Sequence
from datetime import date

from shared import academic_year

DATES_AHEAD = 3
"""Disposal dates for which a key stands ready: a register, a roll or an intervention of today needs no later one."""


def is_due(cohort: str, on: date) -> bool:
    """Whether what stands in a cohort is disposed of on a day: from its date on."""
    return cohort <= on.isoformat()


def kept_until(swept_on: date) -> str:
    """The cohort to which whoever is kept at a sweep moves: the next 31 August after it, to be looked at again.

    The key of a past cohort falls with it, so nothing that stays may remain in it.
    """
    this = date(swept_on.year, 8, 31)
    return (this if swept_on < this else date(swept_on.year + 1, 8, 31)).isoformat()


def is_within_reach(on: date, minted: Sequence[str]) -> bool:
    """Whether a sweep ahead of time leaves no gap between the dates whose keys are minted and those that it mints for who stays."""
    return bool(minted) and on.isoformat() <= academic_year.next_date(max(minted))


def dates_ahead(today: date) -> tuple[str, ...]:
    """The disposal dates for which a key must stand ready: the next 31 Augusts, today's own included."""
    first = academic_year.of(today) + 1
    return tuple(f"{first + ahead}-08-31" for ahead in range(DATES_AHEAD))
