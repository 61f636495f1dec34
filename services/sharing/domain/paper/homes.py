"""Whether an address is certainly nobody's confidential one. What is in doubt is withheld: where somebody lives whom it protects may be
concluded from where others do.

Source: UK GDPR Art. 5(1)(f): what is held is not disclosed to whom it endangers.
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.paper.people import Known, People
from services.sharing.domain.paper.places import other_places, same_place
from shared.mentions import Mentions
from shared.words import letters

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


class _Protected(NamedTuple):
    """Somebody whose address is confidential, by roll and record or by what officers were told."""

    names: frozenset[str]
    has_address: bool


class Homes:
    """Of one family. `told`: every address that no part of the pack may name."""

    def __init__(self, material: Material, known: People, told: Iterable[str], search_told: Mentions | None) -> None:
        everybody = (known.parent, *known.others)
        hidden = [one for one in everybody if one.hidden]
        self._told = tuple(told)
        self._each_told = _each_told(material, hidden)
        self._search = search_told
        self._child_with_hidden = any(_lives_with(one) for one in hidden)
        self._open = [one for one in everybody if not one.hidden]

    def is_certain(self, one: Known) -> bool:
        """Whether this address of one whose own is not confidential is certainly nobody's who is protected: of each of these an address is
        known, all that is told of them are certainly other places, and the child does not live with both."""
        address = one.address
        if not address or not self._each_told or (self._search and self._search.are_in(address)):
            return False
        with_both = self._child_with_hidden and _lives_with(one)
        return not with_both and all(other_places(address, told) for told in self._told)

    def child_is_with(self, home: str) -> bool:
        """Whether the child certainly lives at somebody's who is not protected, and is said to live with nobody who is."""
        return not self._child_with_hidden and any(self.is_certain(one) and same_place(home, one.address or "") for one in self._open)


def is_address(said: str) -> bool:
    """A house may have a name alone ("The Old Smithy, Example Haven"); a word without a figure says nothing about where somebody lives."""
    return any(map(str.isdigit, said)) or (len(said.split()) > 1 and letters(said) not in _NONE)


def _each_told(material: Material, hidden: Iterable[Known]) -> bool:
    """Whether an address is known of each who is protected, and who that is: two addresses of one person are none of another."""
    on_record = [_Protected(names_of(one), bool(one.address)) for one in hidden]
    told = [_Protected(frozenset(map(letters, one.names)), bool(one.addresses)) for one in material.case.hidden]
    return bool(on_record or told) and _all_have(on_record, told) and _all_have(told, on_record)


def _all_have(these: Collection[_Protected], those: Collection[_Protected]) -> bool:
    """Each by itself, or among those by a name that nobody else here has."""

    def alone(one: _Protected) -> bool:
        return sum(not one.names.isdisjoint(other.names) for other in these) == 1

    def found(one: _Protected) -> bool:
        return any(other.has_address and not one.names.isdisjoint(other.names) for other in those)

    return all(one.has_address or (alone(one) and found(one)) for one in these)


def names_of(one: Known) -> frozenset[str]:
    """By record and roll, in letters alone."""
    on_roll = (one.record.on_roll if one.record else None, one.carer.name if one.carer else None)
    return frozenset(letters(name) for name in (one.name, *on_roll) if name)


def _lives_with(one: Known) -> bool:
    return one.record is not None and one.record.lives_with == _YES
