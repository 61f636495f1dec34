"""What lists call children: from the index by which people are found, where it was confirmed just now, else asked of `attendance`.

A list of two hundred children would else have `attendance` open the rolls of all their schools each time it is looked at. A name that a
roll has just changed stands in a list as it was for as long as a school's place in the index does: some seconds.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.referrals import asks
from services.referrals.names.find import Finder
from shared.bus import Bus


class Named(Protocol):
    """A child as a list shows it. `records`: of a joined child all of them, the one that is kept first; else none."""

    @property
    def forename(self) -> str | None: ...
    @property
    def surname(self) -> str | None: ...
    @property
    def year_group(self) -> str | None: ...
    @property
    def records(self) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Naming:
    """Built in the composition root."""

    bus: Bus
    finder: Finder

    async def of(self, wanted: Iterable[tuple[str, str]]) -> Mapping[str, Named] | None:
        """The children of (school, child) pairs, by child; None when somebody has to be asked for and `attendance` does not answer now."""
        pairs = list(wanted)
        known: dict[str, Named] = {child: found for school, child in pairs if (found := self.finder.known(school, child))}
        if len(known) == len(pairs):
            return known
        asked = await asks.people(self.bus, ((school, child) for school, child in pairs if child not in known))
        return None if asked is None else {**known, **asked}


def name_in(people: Mapping[str, Named] | None, child: str) -> str | None:
    """Of what `Naming.of` gave; None for a child whom nobody can name now."""
    found = people.get(child) if people else None
    return " ".join(filter(None, (found.forename, found.surname))) or None if found else None
