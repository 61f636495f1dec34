"""Between which days children are of compulsory school age, by the birth dates on their school's rolls."""

from collections.abc import Collection
from typing import Final

from services.attendance.domain.school_age import SchoolAge, school_age
from services.attendance.store.rolls import Rolls
from shared.recent import Recent

KEPT_SECONDS: Final = 600.0
"""What is kept is looked at only while the rolls have the versions in which they were read."""
SCHOOLS: Final = 64
"""Schools whose children's ages are kept: some 0.2 megabytes each."""


class Ages:
    """Built in the composition root. Asked for the few children over whom a concern stands or is about to be raised."""

    def __init__(self, rolls: Rolls) -> None:
        self._rolls = rolls
        self._recent: Recent[str, tuple[dict[str, int], dict[str, SchoolAge]]] = Recent(KEPT_SECONDS, SCHOOLS)

    async def of(self, urn: str, children: Collection[str]) -> dict[str, SchoolAge]:
        """By child; those whose birth date no roll tells are left out."""
        if not children:
            return {}
        versions = await self._rolls.versions(urn)
        kept = self._recent.get(urn)
        if kept is None or kept[0] != versions:
            births = await self._rolls.births(urn)
            kept = versions, {child: school_age(born) for child, born in births.items()}
            self._recent.keep(urn, kept)
        return {child: kept[1][child] for child in children if child in kept[1]}
