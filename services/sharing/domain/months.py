"""Months of the calendar: from the 31st of a month they end on the last day of a shorter one."""

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or before for a negative number; the month's last where it has none such."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
