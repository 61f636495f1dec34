"""The keys of schools' credentials on this machine: a file each, readable by its owner alone, in the user's configuration folder.

<configuration>/iewo/keys/<credential>.json    {"credential", "key", "schools": [URN, ...], "url"}
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer

from clients.iewo.failure import Code, Failure


@dataclass(frozen=True, slots=True)
class SchoolKey:
    credential: str
    key: str
    schools: list[str]
    url: str
    """The service that knows it."""


def folder() -> Path:
    return Path(typer.get_app_dir("iewo")) / "keys"


def keep(key: SchoolKey, file: Path | None = None) -> Path:
    """Whole or not at all; where it lies."""
    place = file or folder() / f"{key.credential}.json"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as content:
        json.dump(asdict(key), content, indent=2)
    beside.replace(place)
    return place


def read(file: Path) -> SchoolKey:
    """Raises Failure for anything but a key's file."""
    try:
        said: dict[str, Any] = json.loads(file.read_text())
        return SchoolKey(**said)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}", Code.NOT_ALLOWED) from None
    except (ValueError, TypeError):
        raise Failure(f"{file} is not the file of a school's key: make one with `iewo school join`", Code.NOT_ALLOWED) from None


def kept() -> dict[Path, SchoolKey]:
    """All keys on this machine."""
    return {file: read(file) for file in sorted(folder().glob("*.json"))}
