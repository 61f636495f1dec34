"""Profiles of local authorities, read from a folder of TOML files when the service starts: `national.toml`, and `<code>.toml` for each
authority that reads the rules otherwise. An authority's version says what differs from the national one of its day."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.profile import NATIONAL, Profile, Profiles
from services.attendance.domain.concerns.thresholds import Thresholds

FOLDER: Final = Path(__file__).resolve().parents[3] / "deploy" / "authorities"
"""Those that come with the package."""

_NUMBERS: Final = frozenset(field.name for field in fields(Thresholds))
_SETTINGS: Final = _NUMBERS | {"proposes"}
Version = Mapping[str, Any]


class BadProfile(Exception):
    """A profile cannot be used. The message is one line that names the file and what is wrong in it."""


def load_profiles(folder: Path | None = None) -> Profiles:
    """Every profile of a folder; BadProfile for the first that cannot be used."""
    where = folder or FOLDER
    national = _judged_by(where / f"{NATIONAL}.toml", {})
    profiles = {NATIONAL: [_profile(NATIONAL, since, said, where) for since, said in sorted(national.items())]}
    for file in sorted(where.glob("*.toml")):
        if file.stem != NATIONAL:
            if not re.fullmatch("[0-9]{3}", file.stem):
                raise BadProfile(f"{file}: a profile is named national.toml or after an authority's three-digit code")
            profiles[file.stem] = [_profile(file.stem, since, said, where) for since, said in sorted(_judged_by(file, national).items())]
    return Profiles(profiles)


def versions(file: Path, national: Mapping[date, Version], section: str, settings: frozenset[str]) -> dict[date, Version]:
    """What a file says in one of its sections, by the day from which each holds; complete with what the national version of that day
    says. BadProfile where it says what is no setting."""
    try:
        said = tomllib.loads(file.read_text())
    except OSError as error:
        raise BadProfile(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise BadProfile(f"{file}: not TOML: {error}") from None
    found: dict[date, Version] = {}
    tables = said.get(section, [])
    if not isinstance(tables, list) or not all(isinstance(version, dict) for version in tables):
        raise BadProfile(f"{file}: {section}: a file has tables of it, each begun with [[{section}]]")
    for version in tables:
        since = version.get("from")
        if type(since) is not date:
            raise BadProfile(f"{file}: each [[{section}]] says from which day it holds, such as: from = 2024-08-19")
        if since in found:
            raise BadProfile(f"{file}: there are two [[{section}]] from {since}: which one holds?")
        if unknown := sorted(version.keys() - settings - {"from"}):
            raise BadProfile(f"{file}, from {since}: there is no setting {', '.join(unknown)}")
        found[since] = {**_in_force(national, since), **{name: value for name, value in version.items() if name != "from"}}
    return found


def _judged_by(file: Path, national: Mapping[date, Version]) -> dict[date, Version]:
    """None of an authority that reads the rules as the nation does, and whose file is about something else: packs, or another section."""
    found = versions(file, national, "version", _SETTINGS)
    if not found and (not national or not _sections(file)):
        raise BadProfile(f"{file}: there is no [[version]] in it")
    return found


def _sections(file: Path) -> list[str]:
    """Whatever it has versions of."""
    return [name for name, said in tomllib.loads(file.read_text()).items() if isinstance(said, list)]


def _in_force(national: Mapping[date, Version], on: date) -> Version:
    """The national version of a day; the first one on the days before it."""
    return national[max((since for since in national if since <= on), default=min(national))] if national else {}


def _profile(name: str, since: date, said: Version, folder: Path) -> Profile:
    where = f"{folder / name}.toml, from {since}"
    if missing := sorted(_SETTINGS - said.keys()):
        raise BadProfile(f"{where}: {', '.join(missing)} is not said")
    proposes = said["proposes"]
    if not isinstance(proposes, list) or not set(proposes) <= set(get_args(RuleName)):
        raise BadProfile(f"{where}: proposes names some of: {', '.join(get_args(RuleName))}")
    try:
        numbers = {name: said[name] for name in _NUMBERS}
        thresholds = Thresholds(**{**numbers, "counted_codes": frozenset(said["counted_codes"])})
    except (TypeError, ValueError) as error:
        raise BadProfile(f"{where}: {error}") from None
    return Profile(name, since, thresholds, frozenset(proposes))
