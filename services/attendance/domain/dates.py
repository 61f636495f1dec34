"""Dates as schools write them, and periods as registers hold them."""

import re
from datetime import date

from shared.academic_year import SLOTS, of_session, slot

# exports of databases and workbooks write a day as its midnight, some with the zone in which it is one
_MIDNIGHT = r"(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_MIDNIGHT}")
_BRITISH = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}){_MIDNIGHT}")


def parse_day(text: str) -> date | None:
    """2026-09-07, or day first: 07/09/2026, 7-9-2026, 07.09.2026; either with a midnight behind it. None for anything else."""
    text = text.strip()
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif british := _BRITISH.fullmatch(text):
        day, _, month, year = british.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def span_of(year: int, first: date, last: date) -> tuple[int, int]:
    """The slots of a year that lie in a period; begins with a morning."""
    begin = slot(first, "AM") if of_session(first) == year else 0
    end = slot(last, "PM") + 1 if of_session(last) == year else SLOTS
    return begin, end
