"""The unique pupil number: its shape and its check letter.

Source: Government Data Standards Catalogue 2.0; Department for Education, CIN census rule 1510. 13 characters: check
letter, three digits of the issuing authority, four of the school, two of the year, three of serial. A temporary UPN has
a serial of two digits and a final letter. Authorities that no longer exist stay valid in UPNs (CIN rule 1530), so the
authority is not looked up.
"""

import re
from enum import Enum
from operator import mul

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""A = 0 to Z = 22, without I, O and S."""

_PLACES = range(2, 14)
_VALUES = bytes.maketrans(f"0123456789{LETTERS}".encode(), bytes((*range(10), *range(len(LETTERS)))))
_SHAPE = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")


class Verdict(Enum):
    """What is to be done with a UPN: take it, take it with a warning (real data has wrong letters), refuse it."""

    OK = "ok"
    WRONG_LETTER = "wrong check letter"
    WRONG_SHAPE = "not a UPN"


def normalise(text: str) -> str:
    """As it is stored: without surrounding spaces, in capitals."""
    return text.strip().upper()


def is_temporary(upn: str) -> bool:
    """Whether a UPN of the right shape is one that a school gave until the real one is known."""
    return upn[-1].isalpha()


def check_letter(upn: str) -> str:
    """The first letter that characters 2 to 13 ask for: each times its place, summed, modulo 23."""
    return LETTERS[sum(map(mul, _PLACES, upn[1:].encode("ascii").translate(_VALUES))) % 23]


def verdict(upn: str) -> Verdict:
    """The verdict on a normalised UPN."""
    if not _SHAPE.fullmatch(upn):
        return Verdict.WRONG_SHAPE
    return Verdict.OK if upn[0] == check_letter(upn) else Verdict.WRONG_LETTER
