"""A telephone number that is on record, however it is written."""

import re
from typing import Final

_SHORTEST: Final = 6
"""Digits: a shorter one is no number."""


def loosely(number: str) -> str | None:
    """A pattern for the digits, with anything but letters and digits between them; the country's code may stand for the first nought."""
    digits = re.sub(r"\D", "", number)
    if len(digits) < _SHORTEST:
        return None
    rest = digits.removeprefix("0044").removeprefix("44").removeprefix("0")
    return r"(?:\+?(?:00)?44[\W_]*|(?<!\d))(?:\(?0\)?[\W_]*)?" + r"[\W_]*".join(rest) + r"(?!\d)"
