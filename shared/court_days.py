"""Days on which a court's office and a Local Authority's (LA's) take nothing: a Saturday, a Sunday, a bank holiday.

Source: Criminal Procedure Rules 2020 (SI 2020/759) r. 2.2, "business day". The six months of Magistrates' Courts Act 1980 s.127 end on
their day all the same: nothing lengthens them, so what is due on such a day has to be laid before it; and so a request, made before it.
"""

from datetime import date, timedelta

from shared.bank_holidays import KNOWN_UNTIL, beyond_what_is_known, name_of


def laid_by(day: date, written: str) -> str:
    """The last day for an information as it is `written`, with what is to be known of it:
    `2027-01-01 (New Year's Day: lay it by 31 December 2026)`."""
    return _noted(written, not_a_court_day(day))


def asked_by(day: date, written: str) -> str:
    """The last day for a request, likewise: `2027-04-11 (a Sunday: ask by 9 April 2027)`."""
    return _noted(written, no_day_to_ask(day))


def acted_by(day: date, written: str) -> str:
    """The last day for either, where it is not known for which, likewise: `2027-04-11 (a Sunday: act by 9 April 2027)`."""
    return _noted(written, _note(day, "act by"))


def not_a_court_day(day: date) -> str | None:
    """Why no court sits on the last day for an information, and until when it has to be laid; None where one sits."""
    return _note(day, "lay it by")


def no_day_to_ask(day: date) -> str | None:
    """Why no office is open on the last day for a request, and until when to ask; None where it is."""
    return _note(day, "ask by")


def last_working_day(day: date) -> date:
    """The day itself, or the last working one before it. Past the last bank holiday that is known, weekdays are taken for working days."""
    while _closed(day):
        day -= timedelta(days=1)
    return day


def working_days_later(day: date, days: int) -> date:
    """So many working days after it (1 or more), itself not counted: of a Friday the next one is a Monday as a rule."""
    for _ in range(days):
        day += timedelta(days=1)
        while _closed(day):
            day += timedelta(days=1)
    return day


def answered_by(day: date, in_court: date | None) -> str:
    """`answer by 24 November 2026; last day in court: 2 March 2027`: until when a change is to be answered, and until when an information
    can be laid (None: no clock runs)."""
    court = f"; last day in court: {laid_by(in_court, _long(in_court))}" if in_court else ""
    return f"answer by {_noted(_long(day), _note(day, 'do it by'))}{court}"


def _noted(written: str, note: str | None) -> str:
    return f"{written} ({note})" if note else written


def _note(day: date, do: str) -> str | None:
    """What is to be known of a last day; `do`: what has to be done by the last working day before one that is none."""
    why, before = _closed(day), last_working_day(day)
    notes = [f"{why}: {do} {_long(before)}"] if why else []
    notes += [f"bank holidays are known until {_long(KNOWN_UNTIL)}"] if beyond_what_is_known(day) else []
    return "; ".join(notes) or None


def _closed(day: date) -> str | None:
    return name_of(day) or (f"a {day:%A}" if day.isoweekday() > 5 else None)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
