"""Why proposals may be declined, read from `declining.toml` when the service starts."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from services.referrals.domain.declining import Declining, Reason, Reasons
from services.referrals.settings import dated
from services.referrals.settings.dated import FOLDER, BadPractice

_CODE: Final = re.compile("[a-z][a-z-]{0,39}")
_SAID: Final = frozenset({"says", "needs_words"})


def load_declining(folder: Path | None = None) -> Declining:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    file = (folder or FOLDER) / "declining.toml"
    versions: list[Reasons] = []
    for since, version in dated.versions(file).items():
        if version.keys() != {"from", "reasons"}:
            raise BadPractice(f"{file}: each [[version]] says from which day it holds, and its reasons")
        versions.append(_reasons(since, version["reasons"], f"{file}, from {since}"))
    return Declining(versions)


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
