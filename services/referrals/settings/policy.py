"""The company's policy on checks and training, read from `officers.toml` when the service starts: dated versions, each complete."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args

from services.referrals.domain.clearance import Policy
from services.referrals.domain.officer import ITEMS, Level, StaffRole, Subject
from services.referrals.settings.dated import FOLDER, BadPractice, versions

_SETTINGS: Final = frozenset({"from", "dbs_months", "dbs_levels", "training_months", "told_days", "extension_days", "required"})


class Policies:
    """Which version is in force on which day."""

    def __init__(self, versions: Mapping[date, Policy]) -> None:
        self._versions = versions

    def on(self, day: date) -> Policy:
        """The first version on the days before it."""
        return self._versions[max((since for since in self._versions if since <= day), default=min(self._versions))]


def load_policies(folder: Path | None = None) -> Policies:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    where = (folder or FOLDER) / "officers.toml"
    return Policies({since: _policy(said, f"{where}, from {since}") for since, said in versions(where).items()})


def _policy(said: Mapping[str, Any], where: str) -> Policy:
    if odd := sorted(said.keys() ^ _SETTINGS):
        raise BadPractice(f"{where}: {', '.join(odd)}: not said, or no setting")
    training, required = _table(said, "training_months", where), _table(said, "required", where)
    if set(training) != set(get_args(Subject)):
        raise BadPractice(f"{where}: training_months says months for {', '.join(get_args(Subject))}")
    days = said["told_days"]
    numbers = [said["dbs_months"], said["extension_days"], *training.values(), *(days if isinstance(days, list) else [None])]
    if not all(type(one) is int and 0 < one <= 600 for one in numbers):
        raise BadPractice(f"{where}: months and days are whole numbers from 1 to 600")
    _some_of(said["dbs_levels"], get_args(Level), "dbs_levels", where)
    for role, items in required.items():
        _some_of([role], get_args(StaffRole), "required", where)
        _some_of(items, ITEMS, f"required of {role}", where)
    return Policy(
        since=said["from"],
        dbs_months=said["dbs_months"],
        dbs_levels=frozenset(said["dbs_levels"]),
        training_months=training,  # type: ignore[arg-type]  # compared with the subjects above
        told_days=tuple(sorted(days, reverse=True)),
        extension_days=said["extension_days"],
        required={role: frozenset(items) for role, items in required.items()},  # type: ignore[misc]  # likewise
    )


def _table(said: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    if not isinstance(said[name], dict):
        raise BadPractice(f"{where}: {name} is a table")
    return dict(said[name])


def _some_of(named: object, known: tuple[str, ...], what: str, where: str) -> None:
    if not isinstance(named, list) or not all(one in known for one in named):
        raise BadPractice(f"{where}: {what} names some of: {', '.join(known)}")
