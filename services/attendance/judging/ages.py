"""Between which days children are of compulsory school age, by the birth dates on their school's rolls."""

from collections.abc import Collection
from typing import Final, NamedTuple

from services.attendance.store.rolls import Rolls
from shared.recent import Recent
from shared.school_age import SchoolAge, school_age

KEPT_SECONDS: Final = 600.0
"""What is kept is looked at only while the rolls have the versions in which they were read."""
SCHOOLS: Final = 64
"""Schools of whose children ages are kept: some 0.2 megabytes each at most."""


class KnownAges(NamedTuple):
    """By child, of those who were asked for and whose birth date a roll tells; and the versions of the rolls in which it was read."""

    versions: dict[str, int]
    asked: frozenset[str]
    of: dict[str, SchoolAge]


NOBODY: Final = KnownAges({}, frozenset(), {})


class Ages:
    """Built in the composition root. Asked for the few children over whom a concern stands or is about to be raised."""

    def __init__(self, rolls: Rolls) -> None:
        self.rolls = rolls
        self._recent: Recent[str, KnownAges] = Recent(KEPT_SECONDS, SCHOOLS)

    async def of(self, urn: str, children: Collection[str]) -> dict[str, SchoolAge]:
        """By child; those whose birth date no roll tells are left out."""
        if not children:
            return {}
        known = await self.lately(urn, children)
        if known.versions != await self.rolls.versions(urn):
            known = await self._read(urn, frozenset(children))
        return {child: known.of[child] for child in children if child in known.of}

    async def lately(self, urn: str, children: Collection[str]) -> KnownAges:
        """As they were when they were last read: for who looks afterwards whether the rolls have still those versions, and else says so
        (`forget`)."""
        kept, asked = self._recent.get(urn), frozenset(children)
        if kept and asked <= kept.asked:
            return kept
        return await self._read(urn, asked | kept.asked if kept else asked)

    def forget(self, urn: str) -> None:
        self._recent.drop(urn)

    async def _read(self, urn: str, children: frozenset[str]) -> KnownAges:
        versions, births = await self.rolls.births(urn, children)
        known = KnownAges(versions, children, {child: school_age(born) for child, born in births.items()})
        self._recent.keep(urn, known)
        return known
