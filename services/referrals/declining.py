"""Why proposals may be declined, read from `declining.toml` when the service starts."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Final

from services.referrals.domain.declining import Declining, Reason, Reasons
from services.referrals.practice import FOLDER, BadPractice

_CODE: Final = re.compile("[a-z][a-z-]{0,39}")
_SAID: Final = frozenset({"says", "needs_words"})


def load_declining(folder: Path | None = None) -> Declining:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    file = (folder or FOLDER) / "declining.toml"
    try:
        said = tomllib.loads(file.read_text())
    except OSError as error:
        raise BadPractice(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise BadPractice(f"{file}: not TOML: {error}") from None
    versions: dict[date, Reasons] = {}
    for version in said.get("version", []):
        since = version.get("from")
        if type(since) is not date or since in versions or version.keys() != {"from", "reasons"}:
            raise BadPractice(f"{file}: each [[version]] says from which day it holds, such as: from = 2024-08-19, and its reasons")
        versions[since] = _reasons(since, version["reasons"], f"{file}, from {since}")
    if not versions:
        raise BadPractice(f"{file}: there is no [[version]] in it")
    return Declining(list(versions.values()))


def _reasons(since: date, said: Any, where: str) -> Reasons:
    if not isinstance(said, dict) or not said:
        raise BadPractice(f"{where}: reasons is a table with a line for each code")
    return Reasons(since, {code: _reason(code, one, where) for code, one in said.items()})


def _reason(code: str, said: Any, where: str) -> Reason:
    if not _CODE.fullmatch(code):
        raise BadPractice(f"{where}: a code is lower-case letters and dashes: {code}")
    if not isinstance(said, dict) or not isinstance(said.get("says"), str) or not said.keys() <= _SAID:
        raise BadPractice(f'{where}: {code} says something like {{ says = "...", needs_words = true }}')
    if type(said.get("needs_words", False)) is not bool:
        raise BadPractice(f"{where}: {code}: needs_words is true or false")
    return Reason(**said)
