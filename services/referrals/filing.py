"""Which sorts of document there are, read from `documents.toml` when the service starts."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from services.referrals.domain.document_kinds import LETTER, DocumentKinds, Filing
from services.referrals.practice import FOLDER, BadPractice


def load_filing(folder: Path | None = None) -> Filing:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    file = (folder or FOLDER) / "documents.toml"
    try:
        said = tomllib.loads(file.read_text())
    except OSError as error:
        raise BadPractice(f"{file}: {error.strerror}") from None
    except ValueError as error:
        raise BadPractice(f"{file}: not TOML: {error}") from None
    versions: dict[date, DocumentKinds] = {}
    for version in said.get("version", []):
        since = version.get("from")
        if type(since) is not date or since in versions or version.keys() != {"from", "kinds"}:
            raise BadPractice(f"{file}: each [[version]] says from which day it holds, such as: from = 2024-08-19, and its kinds")
        versions[since] = DocumentKinds(since, _kinds(version["kinds"], f"{file}, from {since}"))
    if not versions:
        raise BadPractice(f"{file}: there is no [[version]] in it")
    return Filing(list(versions.values()))


def _kinds(said: Any, where: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(one, str) and one and one == " ".join(one.split()).lower() for one in said):
        raise BadPractice(f"{where}: kinds is a list of names in lower case")
    if LETTER not in said or len(set(said)) < len(said):
        raise BadPractice(f"{where}: kinds names each once, {LETTER} among them: it is the sort of a sent letter's copy")
    return tuple(said)
