"""On which days a court's office takes an information: none on a Saturday, a Sunday or a bank holiday.

Source: Criminal Procedure Rules 2020 (SI 2020/759) r. 2.2, "business day". The six months of Magistrates' Courts Act 1980 s.127 end on
their day all the same: nothing lengthens them, so what is due on such a day has to be laid before it.
"""

from datetime import date, timedelta

from shared.bank_holidays import name_of


def laid_by(day: date, written: str) -> str:
    """The last day for an information as it is `written`, with what is to be known of it:
    `2027-01-01 (New Year's Day: lay it by 31 December 2026)`."""
    note = not_a_court_day(day)
    return f"{written} ({note})" if note else written


def not_a_court_day(day: date) -> str | None:
    """Why no court sits on the last day for an information, and until when it has to be laid; None where one sits."""
    why = _closed(day)
    if why is None:
        return None
    before = day - timedelta(days=1)
    while _closed(before):
        before -= timedelta(days=1)
    return f"{why}: lay it by {before.day} {before:%B %Y}"


def _closed(day: date) -> str | None:
    return name_of(day) or (f"a {day:%A}" if day.isoweekday() > 5 else None)
