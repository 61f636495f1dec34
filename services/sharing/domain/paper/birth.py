"""A date of birth as people write it."""

import re
from calendar import month_name
from collections.abc import Iterable
from datetime import date

_BETWEEN = r"[\s./,-]+(?:of\s+)?"
_MONTHS = "|".join("Sept(?:ember)?|Sep" if name == "September" else f"{name[:3]}(?:{name[3:]})?" for name in month_name[1:])
_NTH = r"(?:st|nd|rd|th)?"
ANY = (
    rf"(?:\d{{1,2}}{_NTH}{_BETWEEN}(?:\d{{1,2}}|{_MONTHS}){_BETWEEN}\d{{2,4}}"
    rf"|(?:{_MONTHS}){_BETWEEN}\d{{1,2}}{_NTH}{_BETWEEN}\d{{4}}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}})"
)
"""Any date with its year."""
SAID = rf"\b(?:born|d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|birthday)\b[^.\n\d]{{0,20}}{ANY}(?!\d)"
"""A date of which somebody says that it is one of birth."""


def written(born: Iterable[date]) -> str | None:
    """A pattern for these days however they are written; None without any."""
    forms = [rf"(?<!\d)(?:{form})(?!\d)" for day in sorted(set(born)) for form in _forms(day)]
    return "|".join(forms) or None


def _forms(day: date) -> tuple[str, ...]:
    number, month, year = rf"0?{day.day}{_NTH}", _month(day), rf"(?:{day.year}|{day.year % 100:02})"
    return (
        f"{number}{_BETWEEN}{month}{_BETWEEN}{year}",
        f"{_month(day)}{_BETWEEN}{number}{_BETWEEN}{day.year}",
        rf"{day.year}[-/.]0?{day.month}[-/.]0?{day.day}",
    )


def _month(day: date) -> str:
    name = month_name[day.month]
    return rf"(?:0?{day.month}|{name}|Sept\.?|Sep\.?)" if day.month == 9 else rf"(?:0?{day.month}|{name}|{name[:3]}\.?)"


def parts(text: str) -> re.Match[str] | None:
    """The date within what was said."""
    return re.search(ANY, text, re.IGNORECASE)
