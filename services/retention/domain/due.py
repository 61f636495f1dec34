"""What a sweep on a day would find: how many children of each school go, and how many stay."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SchoolDue:
    """Children with records of one school in a cohort. `school`: None of what belongs to no school."""

    school: str | None
    goes: int
    stays: int


def by_school(held: Mapping[str | None, Collection[str]], kept: Collection[str]) -> tuple[SchoolDue, ...]:
    """By URN, what belongs to no school last. A child of two schools is counted at both. A document that names no child, such as a day's
    silence, is counted nowhere, but its school is there."""
    schools = sorted(held, key=lambda school: (school is None, school or ""))
    stays = {school: len({*held[school]} & {*kept}) for school in schools}
    return tuple(SchoolDue(school, len({*held[school]}) - stays[school], stays[school]) for school in schools)
