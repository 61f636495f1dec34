"""Profiles of Local Authorities (LAs) as packs need them, read from the folder of TOML files that `attendance` reads too: here its
[[enforcement]] versions, and of each [[version]] the threshold for a penalty notice.

`national.toml` says everything; an LA's [[enforcement]] says what differs from the national one of its day. [enforcement.rules] is about
every measure and ground, [enforcement.for."penalty notice"] or [enforcement.for."prosecution, leave in term time"] about those alone. The
more particular wins, and within one rule only what is said.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from services.sharing.domain.demands import Rules
from services.sharing.domain.profile import GROUNDS, MEASURES, NATIONAL, Profile, Profiles, Threshold

FOLDER: Final = Path(__file__).resolve().parents[2] / "deploy" / "authorities"
"""Those that come with the package."""

COMBINATIONS: Final = tuple((measure, ground) for measure in MEASURES for ground in GROUNDS)
_SCOPES: Final = frozenset((*MEASURES, *GROUNDS, *(f"{measure}, {ground}" for measure, ground in COMBINATIONS)))
_RULES: Final = frozenset({"rules", "for"})
_SECTIONS: Final = frozenset({"version", "opening", "enforcement"})
"""Of a file; `attendance` reads the first two."""
Said = Mapping[str, Any]


class BadProfile(Exception):
    """A profile cannot be used. The message is one line that names the file and what is wrong in it."""


def load_profiles(folder: Path | None = None) -> Profiles:
    """Every profile of a folder; BadProfile for the first that cannot be used."""
    where = folder or FOLDER
    national = _read(where / f"{NATIONAL}.toml")
    versions = _versions(national, where / f"{NATIONAL}.toml")
    if not versions:
        raise BadProfile(f"{where / NATIONAL}.toml: there is no [[enforcement]] in it")
    if not national.get("version"):
        raise BadProfile(f"{where / NATIONAL}.toml: there is no [[version]] in it")
    profiles, thresholds = {}, {}
    for file in (where / f"{NATIONAL}.toml", *sorted(where.glob("[0-9][0-9][0-9].toml"))):
        said = _read(file)
        own = _versions(said, file)
        layers = {since: (versions[_day_in_force(versions, since)], version) for since, version in own.items()}
        profiles[file.stem] = [_profile(file, said, since, both) for since, both in layers.items()]
        thresholds[file.stem] = _thresholds(file, said, national)
    return Profiles(profiles, thresholds)


def _read(file: Path) -> Said:
    try:
        said = tomllib.loads(file.read_text())
    except OSError as error:
        raise BadProfile(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise BadProfile(f"{file}: not TOML: {error}") from None
    if unknown := sorted(said.keys() - {"name", *_SECTIONS}):
        raise BadProfile(f"{file}: there is no setting {unknown[0]}: a file has a name, [[version]], [[opening]] and [[enforcement]]")
    for section in _SECTIONS & said.keys():
        if not isinstance(said[section], list) or not all(isinstance(one, dict) for one in said[section]):
            raise BadProfile(f"{file}: {section}: a file has tables of it, each begun with [[{section}]]")
    if not isinstance(said.get("name", file.stem), str) or said.get("name") == "":
        raise BadProfile(f"{file}: name: it is a text")
    return said


def _versions(said: Said, file: Path, array: str = "enforcement") -> dict[date, Said]:
    """By the day from which each holds."""
    versions: dict[date, Said] = {}
    for version in said.get(array, []):
        since = version.get("from")
        if type(since) is not date:
            raise BadProfile(f"{file}: each [[{array}]] says from which day it holds, such as: from = 2024-08-19")
        if since in versions:
            raise BadProfile(f"{file}: there are two [[{array}]] from {since}: which one holds?")
        _check_tables(f"{file}, [[{array}]] from {since}", version)
        versions[since] = {name: value for name, value in version.items() if name != "from"}
    return versions


def _check_tables(where: str, version: Said) -> None:
    about = version.get("for", {})
    scopes = [(f"for.{scope}", said) for scope, said in about.items()] if isinstance(about, dict) else []
    for name, said in (("rules", version.get("rules", {})), ("for", about), *scopes):
        if not isinstance(said, dict):
            raise BadProfile(f"{where}: {name}: it is a table")


def _day_in_force(versions: Mapping[date, Said], on: date) -> date:
    return max((since for since in versions if since <= on), default=min(versions))


def _profile(file: Path, said: Said, since: date, layers: tuple[Said, ...]) -> Profile:
    """The later layers win."""
    where = f"{file}, [[enforcement]] from {since}"
    settings: dict[str, Any] = {}
    for layer in layers:
        if unknown := sorted(layer.get("for", {}).keys() - _SCOPES):
            raise BadProfile(f"{where}: for.{unknown[0]} is no measure, ground, or measure and ground such as: prosecution, {GROUNDS[0]}")
        settings = _merged(settings, {name: value for name, value in layer.items() if name not in _RULES})
    settings.setdefault("history_mailbox", None)
    demands = {(measure, ground): _rules(where, layers, measure, ground) for measure, ground in COMBINATIONS}
    known = {"code": file.stem, "name": said.get("name", file.stem), "since": since, "threshold": _NONE, "demands": demands}
    if clash := sorted(settings.keys() & known.keys()):
        raise BadProfile(f"{where}: {clash[0]}: there is no such setting")
    try:
        return Profile.model_validate({**settings, **known})
    except ValidationError as error:
        raise BadProfile(f"{where}: {_first(error)}") from None


def _rules(where: str, layers: tuple[Said, ...], measure: str, ground: str) -> Rules:
    found: dict[str, Any] = {}
    for layer in layers:
        about = layer.get("for", {})
        for rules in (layer.get("rules", {}), *(about.get(scope, {}) for scope in (ground, measure, f"{measure}, {ground}"))):
            found = _merged(found, rules)
    try:
        return Rules.model_validate(found)
    except ValidationError as error:
        raise BadProfile(f"{where}: {measure}, {ground}: {_first(error)}") from None


def _merged(before: Said, said: Said) -> dict[str, Any]:
    """Tables are merged, all else replaces what stood there."""
    both = {
        name: _merged(before[name], value) if isinstance(value, dict) and isinstance(before.get(name), dict) else value
        for name, value in said.items()
    }
    return {**before, **both}


def _thresholds(file: Path, said: Said, national: Said) -> dict[date, Threshold]:
    """What `attendance` has checked already when it started: the same files."""
    nations = _versions(national, file, "version")
    found = {}
    for since, version in _versions(said, file, "version").items():
        whole = {**nations[_day_in_force(nations, since)], **version}
        found[since] = _threshold(f"{file}, [[version]] from {since}", whole)
    return found


def _threshold(where: str, said: Said) -> Threshold:
    if missing := [name for name in ("ten_sessions", "ten_weeks", "counted_codes") if name not in said]:
        raise BadProfile(f"{where}: {missing[0]} is not said")
    for name in ("ten_sessions", "ten_weeks"):
        if type(said[name]) is not int or said[name] < 1:
            raise BadProfile(f"{where}: {name}: it is a number from 1 on")
    codes = said["counted_codes"]
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise BadProfile(f"{where}: counted_codes: it is a list of codes")
    return Threshold(said["ten_sessions"], said["ten_weeks"], frozenset(codes))


_NONE: Final = Threshold(0, 0, frozenset())
"""Until a day is asked for: thresholds have dates of their own."""


def _first(error: ValidationError) -> str:
    fault = error.errors()[0]
    place = ".".join(map(str, fault["loc"]))
    return f"there is no setting {place}" if fault["type"] == "extra_forbidden" else f"{place}: {fault['msg']}"
