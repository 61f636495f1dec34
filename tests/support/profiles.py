"""The profiles that come with the package, and thresholds that differ from the national ones."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from services.attendance.domain.concerns.profile import Profile, Profiles
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.judging.authorities import load_profiles

PROFILES: Final[Profiles] = load_profiles()
NATIONAL: Final[Profile] = PROFILES.of("", date(2026, 11, 20))


def thresholds(**changes: Any) -> Thresholds:
    return replace(NATIONAL.thresholds, **changes)
