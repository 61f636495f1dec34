"""What the company's officers record, read from `interventions.toml` when the service starts."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args

from services.referrals.domain.kinds import Kind, Practice, Practices, Tells
from services.referrals.settings import dated
from services.referrals.settings.dated import FOLDER, BadPractice

_SETTINGS: Final = frozenset({"from", "no_action_school_days", "reasons", "kinds"})
_NEEDED: Final = frozenset({"starts_clock", "for_others"})
_YES_OR_NO: Final = _NEEDED | {"asks_seen"}
_SAID: Final = _YES_OR_NO | {"tells"}


def load_practices(folder: Path | None = None) -> Practices:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    file = (folder or FOLDER) / "interventions.toml"
    said = dated.versions(file)
    return Practices([_practice(since, version, f"{file}, from {since}") for since, version in said.items()])


def _practice(since: date, said: Mapping[str, Any], where: str) -> Practice:
    if unknown := sorted(said.keys() - _SETTINGS):
        raise BadPractice(f"{where}: there is no setting {', '.join(unknown)}")
    if missing := sorted(_SETTINGS - said.keys()):
        raise BadPractice(f"{where}: {', '.join(missing)} is not said")
    days, reasons, kinds = said["no_action_school_days"], said["reasons"], said["kinds"]
    if type(days) is not int or days < 1:
        raise BadPractice(f"{where}: no_action_school_days is a whole number of at least 1")
    if not isinstance(reasons, list) or not reasons or not all(isinstance(one, str) and one for one in reasons):
        raise BadPractice(f"{where}: reasons is a list of words")
    if not isinstance(kinds, dict) or not kinds:
        raise BadPractice(f"{where}: kinds is a table with a line for each kind")
    return Practice(since, {name: _kind(name, kind, where) for name, kind in kinds.items()}, tuple(reasons), days)


def _kind(name: str, said: Any, where: str) -> Kind:
    if name != name.strip().lower():
        raise BadPractice(f"{where}: a kind's name is in lower case: {name}")
    if not isinstance(said, dict) or not said.keys() >= _NEEDED or not all(type(said.get(one, False)) is bool for one in _YES_OR_NO):
        raise BadPractice(f"{where}: {name} says starts_clock and for_others, each true or false")
    if said.get("tells", "support") not in get_args(Tells):
        raise BadPractice(f"{where}: {name} tells one of: {', '.join(get_args(Tells))}")
    if unknown := sorted(said.keys() - _SAID):
        raise BadPractice(f"{where}: {name} says {', '.join(unknown)}, which there is not")
    return Kind(name, **said)
