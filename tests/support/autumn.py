"""A day on which the tests live: a weekday in November, so that there are weeks of this academic year behind it whenever they run."""

from datetime import date
from typing import Final

from shared.academic_year import of
from tests.support.school import school_days


def _next_autumn(today: date) -> date:
    """The next weekday that is a 20 November, or one just after it."""
    year = today.year
    while (day := school_days(1, date(year, 11, 22))[0]) < today:
        year += 1
    return day


_REAL: Final = date.today()  # noqa: DTZ011  (the services live on the same day)
TODAY: Final = _next_autumn(_REAL)
CLOCK: Final = {"IEWO_CLOCK_OFFSET_DAYS": str((TODAY - _REAL).days)}
"""The setting that moves a service there."""

YEAR: Final = of(TODAY)


def this_term(count: int) -> list[date]:
    """The weekdays to date; fifty of them and more lie in this academic year."""
    return school_days(count, TODAY)


def last_term(count: int) -> list[date]:
    """The last weekdays before the summer."""
    return school_days(count, date(YEAR, 7, 20))
