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

from clients.iewo.endpoints import Endpoints
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


@dataclass(frozen=True, slots=True)
class Access:
    """Where a school's request goes and by which token; None where the endpoints say."""

    url: str | None
    token: str | None


def access(known: Endpoints, school: str | None, url: str | None, token: str | None, key_file: Path | None) -> Access:
    """The user's own token, else the named key, else the key on this machine that stands for the school, else a development token.

    `school` is None where it is not said: then the only key on this machine, if it is one and the endpoints have no token either.
    """
    if token:
        return Access(url, token)
    if key_file:
        key = read(key_file)
        return Access(url or key.url, key.key)
    here = url or known.said.get("attendance")
    fits = [key for key in kept().values() if (school is None or school in key.schools) and here in (None, key.url)]
    if fits and (school or (len(fits) == 1 and "tokens" not in known.said)):
        return Access(fits[-1].url, fits[-1].key)
    return Access(url, _development_token(known, school) if school else None)


def _development_token(known: Endpoints, school: str) -> str | None:
    """On a development stack, a token of the school's own is made when none is given."""
    from shared.development import sign_token

    keys = known.token_keys
    return sign_token(keys, role="school", sub=f"school {school}", schools=[school]) if keys else None
