"""Telephone numbers, postcodes and addresses, as far as two writings of one are the same.

Numbers are compared by their digits, with +44 and 0044 read as 0. An address is told by postcode and numbers, or by its letters and
digits where it has no postcode: for a visit warning one too many is shown rather than one too few.
"""

import re
from dataclasses import dataclass
from typing import Final

from shared.streets import one_form
from shared.words import folded, letters

_POSTCODE: Final = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)[\W_]*([0-9][A-Z]{2})\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBERS: Final = re.compile(r"\b\d+[a-z]?\b", re.IGNORECASE)
_ABROAD: Final = re.compile(r"^(?:0044|\+44|44(?=\d{10}$))0?")


def digits(telephone: str) -> str:
    """As it is dialled in England: digits alone, 01632960123."""
    return _ABROAD.sub("0", re.sub(r"(?!^\+)\D", "", telephone.strip())).lstrip("+")


def postcode(text: str) -> str | None:
    """The last postcode in a text, in capitals and without a blank."""
    found = _POSTCODE.findall(text)
    return "".join(found[-1]).upper() if found else None


@dataclass(frozen=True, slots=True)
class Place:
    """An address, read."""

    postcode: str | None
    street: str
    numbers: frozenset[str]

    def is_same(self, other: "Place") -> bool:
        """Whether two texts mean one address, as far as their writing tells."""
        if self.street == other.street:
            return None in (self.postcode, other.postcode) or self.postcode == other.postcode
        if self.postcode is None or self.postcode != other.postcode:
            return False
        return bool(self.numbers & other.numbers) or not (self.numbers or other.numbers)


def place(address: str) -> Place:
    street = _POSTCODE.sub("", address)
    written = " ".join(one_form(word) for word in _WORD.findall(folded(street)))
    return Place(postcode(address), letters(written), frozenset(number.casefold() for number in _NUMBERS.findall(street)))
