"""What in an exhibit has the shape of somebody's particulars and is not the family's own: a telephone, a postcode, an e-mail address.

Neighbours, friends and other families of the school are on no record of the case, so a search for what is on record does not see them.
Our own letters are not looked at so as exhibits: they have our telephones and addresses on them, and were made for this parent.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.people import People
from shared.shapes import MAILBOX, POSTCODE, TELEPHONE
from shared.words import letters, plain

_POSTCODE = re.compile(POSTCODE, re.IGNORECASE)
_SHAPES = (
    ("a postcode that is not the family's", _POSTCODE, "address"),
    ("a telephone number that is not the family's", re.compile(TELEPHONE), "telephone number"),
    ("an e-mail address that is not the family's", re.compile(MAILBOX), "e-mail address"),
)
_NATIONAL = 10
"""Digits of a number without the country's code and the nought before it."""


class Shapes:
    """Of one pack. What the parent's own record and the case's officer have may stand."""

    def __init__(self, material: Material, known: People, confidential: Confidential) -> None:
        officer, parent = material.case.officer, known.parent
        said = (*parent.telephones, officer.telephone if officer else None, *_POSTCODE.findall(plain(confidential.own or "")))
        mailboxes = (officer.email if officer else None, parent.carer.email if parent.carer else None)
        self._own = frozenset(_same(one) for one in (*said, *mailboxes) if one)

    def others(self, text: str, told: Collection[str], ours: Iterable[str] = ()) -> Iterator[str]:
        """Each shape once, in words. `told`: what the search for what is on record has found there; the same sort is not told twice.
        `ours`: what else may stand in it."""
        text = plain(text)
        known = self._own.union(_same(found[0]) for said in ours for _, shape, _ in _SHAPES for found in shape.finditer(said))
        for what, pattern, sort in _SHAPES:
            if not any(one.endswith(sort) for one in told) and any(_same(found[0]) not in known for found in pattern.finditer(text)):
                yield what


def _same(said: str) -> str:
    """Without what may be written otherwise."""
    digits = re.sub(r"\D", "", said)
    return digits[-_NATIONAL:] if len(digits) >= _NATIONAL else letters(said)
