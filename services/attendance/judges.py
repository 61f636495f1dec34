"""Who judges a school's register: a bench by its local authority's profile of the day and by its own settings."""

from dataclasses import dataclass
from datetime import date

from services.attendance.domain.concerns.profile import Profiles
from services.attendance.domain.judging import Bench
from services.attendance.store.schools import Schools


@dataclass(frozen=True, slots=True)
class Judges:
    """Built in the composition root."""

    profiles: Profiles
    schools: Schools

    async def of(self, urn: str, today: date) -> Bench:
        """A school that is not known is judged by the national profile."""
        school = await self.schools.get(urn)
        profile = self.profiles.of(school.authority if school else "", today)
        return Bench(profile, school.proposes if school else None)
