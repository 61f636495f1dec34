"""What has the shape of somebody's particulars, whoever they are: a telephone number, a postcode, an e-mail address.

Numbers as they are written in England, with the country's code or without (Ofcom's National Telephone Numbering Plan: nine or ten digits
after the nought); postcodes as Royal Mail forms them.
"""

import re
from collections.abc import Iterator
from typing import Final

from shared.words import plain

POSTCODE: Final = r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\b"
TELEPHONE: Final = r"(?<![\w/])(?:\+\s?\d|00\s?\d|0)(?:[\s().-]{0,2}\d){8,13}(?![\w/])"
MAILBOX: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_SORTS: Final = (
    ("a telephone number", re.compile(TELEPHONE)),
    ("a postcode", re.compile(POSTCODE)),
    ("an e-mail address", re.compile(MAILBOX)),
)


def particulars(text: str) -> Iterator[str]:
    """Which sorts of them stand in a text, each once."""
    shown = plain(text)
    for what, pattern in _SORTS:
        if pattern.search(shown):
            yield what
