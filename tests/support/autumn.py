"""A day on which the tests live: a weekday in November, so that there are weeks of this academic year behind it whenever they run. It is
noon there when they begin, so that it is the same day when they end, whatever the hour outside."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from shared.academic_year import of
from tests.support.school import school_days


def next_autumn(today: date) -> date:
    """The next weekday that is a 20 November, or one just after it."""
    year = today.year
    while (day := school_days(1, date(year, 11, 22))[0]) < today:
        year += 1
    return day


def clock(now: datetime) -> dict[str, str]:
    """The setting that moves a service there."""
    noon = datetime.combine(next_autumn(now.date()), datetime.min.time(), UTC) + timedelta(hours=12)
    return {"IEWO_CLOCK_OFFSET_DAYS": str((noon - now) / timedelta(days=1))}


_REAL: Final = datetime.now(UTC)
TODAY: Final = next_autumn(_REAL.date())
CLOCK: Final = clock(_REAL)
YEAR: Final = of(TODAY)


def this_term(count: int) -> list[date]:
    """The weekdays to date; fifty of them and more lie in this academic year."""
    return school_days(count, TODAY)


def last_term(count: int) -> list[date]:
    """The last weekdays before the summer."""
    return school_days(count, date(YEAR, 7, 20))
