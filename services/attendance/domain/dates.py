"""Dates as schools write them."""

import re
from datetime import date

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def parse_day(text: str) -> date | None:
    """2026-09-07 or 07/09/2026, day first; None for anything else."""
    text = text.strip()
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif british := _BRITISH.fullmatch(text):
        day, month, year = british.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
