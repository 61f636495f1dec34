"""Whether an address is certainly nobody's confidential one. What is in doubt is withheld: where somebody lives whom it protects may be
concluded from where others do.

Source: UK GDPR Art. 5(1)(f): what is held is not disclosed to whom it endangers.
"""

import re
from collections.abc import Iterable
from typing import Final

from services.sharing.domain.material import Material
from services.sharing.domain.paper.people import Known, People
from shared.mentions import Mentions, search
from shared.shapes import POSTCODE
from shared.words import letters, plain

_POSTCODE: Final = re.compile(POSTCODE, re.IGNORECASE)
_YES: Final = "yes"
_NONE: Final = frozenset(
    letters(said)
    for said in (
        "not known",
        "not recorded",
        "not given",
        "not provided",
        "no address",
        "no fixed abode",
        "n / a",
        "as above",
        "same as above",
    )
)
"""What is typed where there is no address."""


class Homes:
    """Of one family. `told`: every address that no part of the pack may name."""

    def __init__(self, material: Material, known: People, told: Iterable[str], search_told: Mentions | None) -> None:
        everybody = (known.parent, *known.others)
        hidden = [one for one in everybody if one.hidden]
        at_least = max(len(hidden), len(material.case.hidden), int(material.withheld.confidential))
        self._all_told = len({letters(one) for one in told if is_address(one)}) >= at_least
        self._search = search_told
        self._child_with_hidden = any(_lives_with(one) for one in hidden)
        self._open = [one for one in everybody if not one.hidden]

    def is_certain(self, one: Known) -> bool:
        """Whether this address of one whose own is not confidential is certainly nobody's who is protected: of each of these it is known
        where they live, and the child does not live with both."""
        address = one.address
        named = address is not None and self._search is not None and self._search.are_in(address)
        with_both = self._child_with_hidden and _lives_with(one)
        return address is not None and is_address(address) and not named and self._all_told and not with_both

    def child_is_with(self, home: str) -> bool:
        """Whether the child certainly lives at somebody's who is not protected, and is said to live with nobody who is."""
        return not self._child_with_hidden and any(self.is_certain(one) and same_place(home, one.address or "") for one in self._open)


def same_place(one: str, other: str) -> bool:
    """Two writings of one address: letter for letter, or by the same postcode, the same figures and the same house and street."""
    if letters(one) == letters(other):
        return bool(letters(one))
    (street, codes), (others, theirs) = _parts(one), _parts(other)
    named = search((street,))
    same = codes and codes == theirs and _figures(street) and _figures(street) == _figures(others)
    return bool(same and named and named.are_in(others))


def is_address(said: str) -> bool:
    """A house may have a name alone ("The Old Smithy, Example Haven"); a word without a figure says nothing about where somebody lives."""
    return any(map(str.isdigit, said)) or (len(said.split()) > 1 and letters(said) not in _NONE)


def _lives_with(one: Known) -> bool:
    return one.record is not None and one.record.lives_with == _YES


def _parts(address: str) -> tuple[str, set[str]]:
    """Without its postcode, and that."""
    told = plain(address)
    return _POSTCODE.sub("", told), {letters(found) for found in _POSTCODE.findall(told)}


def _figures(street: str) -> list[str]:
    return re.findall(r"\d+[a-z]?\b", street.casefold())
