"""Which days' records are still kept by rule, so that something new may be said of them."""

from datetime import date

from shared import academic_year


def is_kept(day: date, today: date) -> bool:
    """This academic year and the one before: what is older is disposed of on 31 August at the end of the year that follows it.

    August counts with the term that begins in it, as in the register.
    """
    return academic_year.of_session(day) >= academic_year.of(today) - 1
