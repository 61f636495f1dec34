"""Who judges a school's register: a bench by its local authority's profile of the day and by its own settings."""

from datetime import date

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.profile import Profiles
from services.attendance.domain.judging import Bench
from services.attendance.store.schools import Schools
from shared.recent import Recent

KEPT_SECONDS = 600.0


class Judges:
    """Built in the composition root."""

    def __init__(self, profiles: Profiles, schools: Schools) -> None:
        self.profiles = profiles
        self.schools = schools
        self._benches: Recent[tuple[str, tuple[RuleName, ...] | None], Bench] = Recent(KEPT_SECONDS)

    async def of(self, urn: str, today: date) -> Bench:
        """A school that is not known is judged by the national profile."""
        school = await self.schools.get(urn)
        profile = self.profiles.of(school.authority if school else "", today)
        proposes = school.proposes if school else None
        kept = self._benches.get(key := (profile.version, proposes))
        if kept is None or kept.profile is not profile:
            kept = Bench(profile, proposes)
            self._benches.keep(key, kept)
        return kept
