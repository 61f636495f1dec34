"""How long nothing was done in an open case, in school days."""

from collections.abc import Iterable
from datetime import date


def alarms_by_now(acted: date, school_days: Iterable[date], limit: int, today: date) -> int:
    """How many times the limit has passed since the day of the latest entry, or of the opening; neither that day nor today counts.

    0 while there is nothing to be told, and one more with each further limit: silence is told again, and not every day.
    """
    return sum(acted < day < today for day in school_days) // limit
