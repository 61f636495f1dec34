"""A local authority's reading of the rules, dated: what a concern is judged by, and which concerns propose a referral."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.thresholds import Thresholds

NATIONAL = "national"
"""The profile of every authority that has none of its own."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of a profile. `name`: the authority's three-digit code, or `national`. `proposes`: rules that propose a referral where
    the school's own settings do not say otherwise."""

    name: str
    since: date
    thresholds: Thresholds
    proposes: frozenset[RuleName]

    @property
    def version(self) -> str:
        """What a concern names: `national 2024-08-19`."""
        return f"{self.name} {self.since.isoformat()}"


class Profiles:
    """Every profile with its versions. ValueError without a national one."""

    def __init__(self, profiles: Mapping[str, Sequence[Profile]]) -> None:
        if not profiles.get(NATIONAL):
            raise ValueError("there is no national profile")
        self._versions = {name: sorted(versions, key=lambda one: one.since) for name, versions in profiles.items()}

    def of(self, authority: str, on: date) -> Profile:
        """The version in force on a day. An authority without one of that day is read as the national profile, whose first version also
        holds for the days before it."""
        return self._latest(authority, on) or self._latest(NATIONAL, on) or self._versions[NATIONAL][0]

    def _latest(self, name: str, on: date) -> Profile | None:
        versions = self._versions.get(name, [])
        place = bisect_right(versions, on, key=lambda one: one.since)
        return versions[place - 1] if place else None
