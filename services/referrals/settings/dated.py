"""The company's settings that hold from a day on: a TOML file with a [[version]] for each such day."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parents[3] / "deploy" / "casework"
"""The files that come with the package."""


class BadPractice(Exception):
    """A file of casework cannot be used. The message is one line that names the file and what is wrong in it."""


def versions(file: Path) -> dict[date, dict[str, Any]]:
    """What each version of a file says, by its first day; BadPractice where the file cannot be read, or a day is missing or said twice."""
    try:
        said = tomllib.loads(file.read_text())
    except OSError as error:
        raise BadPractice(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise BadPractice(f"{file}: not TOML: {error}") from None
    listed = said.get("version")
    if not isinstance(listed, list) or not all(isinstance(version, dict) for version in listed) or not listed:
        raise BadPractice(f"{file}: there is no [[version]] in it")
    found: dict[date, dict[str, Any]] = {}
    for version in listed:
        since = version.get("from")
        if type(since) is not date or since in found:
            raise BadPractice(f"{file}: each [[version]] says from which day it holds, such as: from = 2024-08-19")
        found[since] = version
    return found
