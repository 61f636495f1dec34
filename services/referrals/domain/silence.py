"""Whether a school's register is late: what its silences and their ends say, in whatever order they come."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

Days = Mapping[str, bool]
"""By day (ISO), whether the school is silent; a day that was heard stays heard."""

LISTED: Final = timedelta(days=7)
"""An alarm older than this says nothing of the register of today."""
_KEPT: Final = timedelta(days=60)
"""For so long a day's end is remembered, so that its beginning, delivered late, is no news: events are kept for 30 days."""


def noted(days: Days, day: date, *, silent: bool) -> dict[str, bool]:
    """With what was told of one day."""
    told = {**days, day.isoformat(): silent and days.get(day.isoformat(), True)}
    oldest = (date.fromisoformat(max(told)) - _KEPT).isoformat()
    return {one: state for one, state in told.items() if one >= oldest}


def is_late(days: Days, today: date) -> bool:
    """Whether concerns of the school rest on a register that is not to date."""
    return any(silent and date.fromisoformat(day) >= today - LISTED for day, silent in days.items())
