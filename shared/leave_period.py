"""How far back sessions are looked for that may count beside those of a leave in term time.

Magistrates' Courts Act 1980 s.127: an information is laid within six months, so nothing older is ever relied on.
"""

from datetime import date, timedelta
from typing import Final

from shared.academic_year import first_day, of

SIX_MONTHS: Final = timedelta(days=184)
"""As long as six months of the calendar ever are."""


def looked_from(last: date, today: date) -> date:
    """`last`: of the leave. Not before last academic year, whose registers are the oldest that are kept."""
    return max(last - SIX_MONTHS, first_day(of(today) - 1))
