"""The keys of schools' credentials on this machine: a file each, readable by its owner alone, in the user's configuration folder.

<configuration>/iewo/keys/<credential>.json    {"credential", "key", "schools": [URN, ...], "url"}
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from clients.iewo.endpoints import Endpoints, find
from clients.iewo.failure import Code, Failure, Missing

if TYPE_CHECKING:
    from clients.iewo.http import Service


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
    """What a command was given to call `attendance` by; None where nothing was said of it."""

    where: Path | None
    """The endpoints file."""
    url: str | None
    token: str | None
    key_file: Path | None

    def of_school(self, school: str | None) -> "Service":
        """`attendance`, as a context: by the user's own token, else the named key, else the key on this machine that stands for the school,
        else a development token.

        `school` is None where it is not said: then the only key on this machine, if it is one and the endpoints have no token either.
        """
        from clients.iewo.http import service

        known = find(self.where)
        if self.token:
            return service("attendance", known, self.url, self.token)
        if self.key_file:
            key = read(self.key_file)
            return service("attendance", known, self.url or key.url, key.key)
        fits = [key for key in self._kept(known) if school is None or school in key.schools]
        if fits and (school or (len(fits) == 1 and "tokens" not in known.said)):
            return service("attendance", known, fits[-1].url, fits[-1].key)
        return service("attendance", known, self.url, _development_token(known, school) if school else None)

    def of_feed(self, feed: str, school: str | None = None) -> "Service":
        """The same for a feed: where neither token, key nor school is said, by the key on this machine that the feed is known to, else on a
        development stack as the head of service."""
        from clients.iewo.http import segment, service

        if self.token or self.key_file or school:
            return self.of_school(school)
        known = find(self.where)
        for key in self._kept(known):
            with service("attendance", known, key.url, key.key) as attendance:
                try:
                    attendance.get(f"/v1/feeds/{segment(feed)}")
                except Failure as error:
                    if isinstance(error, Missing) or error.code is Code.NOT_ALLOWED:  # another school's, or a key that has ended
                        continue
                    raise
            return service("attendance", known, key.url, key.key)
        head = _development_token(known, None)
        return service("attendance", known, self.url, head) if head else self.of_school(None)

    def _kept(self, known: Endpoints) -> list[SchoolKey]:
        here = self.url or known.said.get("attendance")
        return [key for key in kept().values() if here in (None, key.url)]


def _development_token(known: Endpoints, school: str | None) -> str | None:
    """On a development stack, a token of the school's own, or the head of service's, is made when none is given."""
    from shared.development import sign_token

    keys = known.token_keys
    if keys is None:
        return None
    if school is None:
        return sign_token(keys, role="head of service", sub="head-of-service")
    return sign_token(keys, role="school", sub=f"school {school}", schools=[school])
