"""What has the shape of an address, whoever lives there: a house in a street, a postcode."""

import re
from typing import Final

from shared.shapes import POSTCODE
from shared.words import plain

_STREETS: Final = (
    "Street|Road|Lane|Avenue|Close|Drive|Crescent|Way|Court|Place|Terrace|Gardens|Grove|Row|Hill|Square|Mews|Walk|View|Park|Rise|Green"
    "|St|Rd|Ln|Ave"
)
_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_STREET: Final = rf"\b\d+[a-zA-Z]?,?\s+(?!(?:{_MONTHS})\b)(?:[A-Z][\w'’-]*\s+){{1,3}}(?:{_STREETS})\b"
SAID: Final = rf"{_STREET}|(?i:{POSTCODE})"
_SAID: Final = re.compile(SAID)
ADDRESS_FOR_SERVICE: Final = "address for service"
"""The rule of which a person's reason says how an address is told that is in no pack."""


def names_address(text: str) -> bool:
    return _SAID.search(plain(text)) is not None
