"""Which sorts of document there are, read from `documents.toml` when the service starts."""

from pathlib import Path
from typing import Any

from services.referrals.domain.document_kinds import LETTER, DocumentKinds, Filing
from services.referrals.settings import dated
from services.referrals.settings.dated import FOLDER, BadPractice


def load_filing(folder: Path | None = None) -> Filing:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    file = (folder or FOLDER) / "documents.toml"
    versions: list[DocumentKinds] = []
    for since, version in dated.versions(file).items():
        if version.keys() != {"from", "kinds"}:
            raise BadPractice(f"{file}: each [[version]] says from which day it holds, and its kinds")
        versions.append(DocumentKinds(since, _kinds(version["kinds"], f"{file}, from {since}")))
    return Filing(versions)


def _kinds(said: Any, where: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(one, str) and one and one == " ".join(one.split()).lower() for one in said):
        raise BadPractice(f"{where}: kinds is a list of names in lower case")
    if LETTER not in said or len(set(said)) < len(said):
        raise BadPractice(f"{where}: kinds names each once, {LETTER} among them: it is the sort of a sent letter's copy")
    return tuple(said)
