"""Settings about when schools are open, read from the `[[opening]]` of authorities' profiles when the service starts."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from services.attendance.domain.calendar.possibly_closed import Opening, Term
from services.attendance.domain.concerns.profile import NATIONAL
from services.attendance.judging.authorities import FOLDER, BadProfile, Version, versions

_SETTINGS: Final = frozenset({"bridge_days", "others_least", "others_percent", "last_year_days", "terms"})
_SECTION: Final = "opening"


class Openings:
    """By authority, from the latest to the first."""

    def __init__(self, said: Mapping[str, list[Opening]]) -> None:
        self._said = {name: sorted(some, key=lambda one: one.since, reverse=True) for name, some in said.items()}

    def of(self, authority: str, on: date) -> Opening:
        """What is in force on a day: the authority's own, else the national one, whose first also holds for the days before it."""
        for name in (authority, NATIONAL):
            if found := next((one for one in self._said.get(name, []) if one.since <= on), None):
                return found
        return self._said[NATIONAL][-1]


def load_openings(folder: Path | None = None) -> Openings:
    """Of every profile of a folder; BadProfile for the first that cannot be used."""
    where = folder or FOLDER
    national = versions(where / f"{NATIONAL}.toml", {}, _SECTION, _SETTINGS)
    if not national:
        raise BadProfile(f"{where / NATIONAL}.toml: there is no [[{_SECTION}]] in it")
    said = {
        file.stem: national if file.stem == NATIONAL else versions(file, national, _SECTION, _SETTINGS)
        for file in sorted(where.glob("*.toml"))
    }
    return Openings({name: [_opening(where / f"{name}.toml", since, one) for since, one in some.items()] for name, some in said.items()})


def _opening(file: Path, since: date, said: Version) -> Opening:
    try:
        numbers: dict[str, Any] = {name: said[name] for name in _SETTINGS - {"terms"}}
        return Opening(since=since, **numbers, terms=tuple(_term(one) for one in said.get("terms", [])))
    except KeyError as error:
        raise BadProfile(f"{file}, from {since}: {error.args[0]} is not said") from None
    except (TypeError, ValueError) as error:
        raise BadProfile(f"{file}, from {since}: {error}") from None


def _term(said: Any) -> Term:
    if not isinstance(said, dict) or said.keys() != {"first", "last"} or any(type(day) is not date for day in said.values()):
        raise ValueError("a term is { first = 2026-09-02, last = 2026-10-23 }")
    return Term(said["first"], said["last"])
