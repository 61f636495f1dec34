"""Between which days children are of compulsory school age, by the birth dates on their school's rolls."""

from collections.abc import Collection
from dataclasses import dataclass

from services.attendance.domain.school_age import SchoolAge, school_age
from services.attendance.store.rolls import Rolls


@dataclass(frozen=True, slots=True)
class Ages:
    """Built in the composition root. Asked for the few children over whom a concern is about to be raised."""

    rolls: Rolls

    async def of(self, urn: str, children: Collection[str]) -> dict[str, SchoolAge]:
        """By child; those whose birth date no roll tells are left out."""
        if not children:
            return {}
        people = await self.rolls.people(urn, children)
        return {child: school_age(person.born) for child, person in people.items() if person.born}
