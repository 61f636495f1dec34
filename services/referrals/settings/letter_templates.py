"""Templates of letters, read from a folder of TOML files when the service starts: the company's, and those of schools and Local Authorities
that word a letter otherwise."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from services.referrals.domain.kinds import Practice, Practices
from services.referrals.domain.letters.template import BadTemplate, Period, Template, blocks, check, check_asks
from services.referrals.errors import NotALetter, NotAnEntry
from services.referrals.settings.dated import BadPractice

FOLDER: Final = Path(__file__).resolve().parents[3] / "deploy" / "letters"
"""The files that come with the package."""
COMPANY: Final = "company"

_NAME: Final = re.compile(r"company|la-[0-9]{3}|school-[0-9]{6}")
_VERSION: Final = frozenset({"from", "sender", "letters", "nobody_has_said"})
_LETTER: Final = frozenset({"records", "subject", "signature", "text", "asks", "period"})
_NOBODY: Final = ("send", "ask")
_OPTIONAL: Final = frozenset({"asks", "period"})


class BadLetters(BadPractice):
    """A file of letters cannot be used. The message is one line that names the file, the line and what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where replies go."""

    lines: tuple[str, ...]
    telephone: str
    email: str


@dataclass(frozen=True, slots=True)
class Version:
    since: date
    templates: Mapping[str, Template]
    address: Address | None
    asks: bool | None
    """Whether a letter to a parent of whom nobody has said whether they may be written to waits for a person's yes."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Every version of every file, by the file's name."""

    files: Mapping[str, tuple[Version, ...]]

    def of(self, kind: str, school: str, authority: str, on: date) -> Template:
        """The school's own letter of a day, else its LA's, else the company's. NotALetter, with the kinds that there are."""
        found = self._versions(school, authority, on)
        for version in found:
            if template := version.templates.get(kind):
                return template
        raise NotALetter(f"kind: one of: {', '.join(sorted({name for version in found for name in version.templates}))}")

    def address(self, school: str, authority: str, on: date) -> Address:
        return next(version.address for version in self._versions(school, authority, on) if version.address)

    def asks(self, school: str, authority: str, on: date) -> bool:
        """Whether a letter to somebody of whom nobody has said that they may be written to waits for a yes; the school's word first."""
        return next(version.asks for version in self._versions(school, authority, on) if version.asks is not None)

    def all(self, school: str, authority: str, on: date) -> list[Template]:
        """What may be sent for a school, by kind."""
        kinds = {name for version in self._versions(school, authority, on) for name in version.templates}
        return [self.of(kind, school, authority, on) for kind in sorted(kinds)]

    def _versions(self, school: str, authority: str, on: date) -> list[Version]:
        named = (f"school-{school}", f"la-{authority}", COMPANY)
        found = [_in_force(self.files[name], on) for name in named if name in self.files]
        return [version for version in found if version]


def load_letters(folder: Path | None, practices: Practices) -> Templates:
    """Every file of a folder; BadLetters for the first that cannot be used."""
    where = folder or FOLDER
    files = {file.stem: _file(file, practices) for file in sorted(where.glob("*.toml"))}
    if COMPANY not in files:
        raise BadLetters(f"{where / COMPANY}.toml is not there")
    if files[COMPANY][0].address is None:
        raise BadLetters(f"{where / COMPANY}.toml: the first [[version]] says the sender's address")
    if any(version.asks is None for version in files[COMPANY]):
        raise BadLetters(f"{where / COMPANY}.toml: each [[version]] says nobody_has_said: {' or '.join(_NOBODY)}")
    return Templates(files)


def _file(file: Path, practices: Practices) -> tuple[Version, ...]:
    if not _NAME.fullmatch(file.stem):
        raise BadLetters(f"{file}: it is named company.toml, la-<code>.toml or school-<URN>.toml")
    try:
        raw = file.read_text()
        said = tomllib.loads(raw)
    except (OSError, ValueError) as error:
        raise BadLetters(f"{file}: {error}") from None
    versions = [_version(file, raw, one, practices) for one in said.get("version", [])]
    if not versions or said.keys() != {"version"} or len({one.since for one in versions}) < len(versions):
        raise BadLetters(f"{file}: it holds [[version]]s, each with a day of its own from which it holds")
    return tuple(sorted(versions, key=lambda version: version.since))


def _version(file: Path, raw: str, said: Mapping[str, Any], practices: Practices) -> Version:
    since = said.get("from")
    if type(since) is not date:
        raise BadLetters(f"{file}: each [[version]] says from which day it holds, such as: from = 2024-08-19")
    if unknown := sorted(said.keys() - _VERSION):
        raise BadLetters(f"{file}, from {since}: there is no setting {', '.join(unknown)}")
    address = _address(file, said["sender"]) if "sender" in said else None
    version = f"{file.stem} {since.isoformat()}"
    letters = {kind: _template(file, raw, kind, version, one) for kind, one in said.get("letters", {}).items()}
    for kind, template in letters.items():
        for practice in practices.from_on(since):
            _check_records(f"{file}: {kind}: records", template.records, practice)
    asks = said.get("nobody_has_said")
    if asks is not None and asks not in _NOBODY:
        raise BadLetters(f"{file}, from {since}: nobody_has_said is {' or '.join(_NOBODY)}")
    return Version(since, letters, address, None if asks is None else asks == _NOBODY[1])


def _check_records(where: str, kind: str, practice: Practice) -> None:
    """A letter that has gone must be one that can be recorded, on whatever day it goes."""
    try:
        asks_seen = practice.kind(kind).asks_seen
    except NotAnEntry:
        raise BadLetters(f"{where}: officers record no {kind} from {practice.since} on") from None
    if asks_seen:
        raise BadLetters(f"{where}: a {kind} says whether the child was seen, which no letter does")


def _address(file: Path, said: Mapping[str, Any]) -> Address:
    lines, telephone, email = (said.get(name) for name in ("address", "telephone", "email"))
    if said.keys() != {"address", "telephone", "email"} or not (_texts(lines) and isinstance(telephone, str) and isinstance(email, str)):
        raise BadLetters(f"{file}: sender says address (a list of lines), telephone and email")
    return Address(tuple(lines or ()), telephone, email)


def _template(file: Path, raw: str, kind: str, version: str, said: Mapping[str, Any]) -> Template:
    where = f"{file}: {kind}"
    if not isinstance(said, dict) or not _LETTER - _OPTIONAL <= said.keys() <= _LETTER:
        raise BadLetters(f"{where}: it says {', '.join(sorted(_LETTER - _OPTIONAL))}, and may say {', '.join(sorted(_OPTIONAL))}")
    text, subject, records, signature = said["text"], said["subject"], said["records"], said["signature"]
    if not (all(isinstance(one, str) for one in (text, subject, records)) and _texts(signature)):
        raise BadLetters(f"{where}: subject, text and records are words, signature is a list of lines")
    asks = said.get("asks", {})
    period = _period(where, said.get("period"), asks)
    try:
        check_asks(asks, "\n".join((subject, *signature, text)))
    except BadTemplate as bad:
        raise BadLetters(f"{where}: {bad}") from None
    for short in (subject, *signature):
        with _placed(file, raw, kind, short):
            check(short, asks)
    with _placed(file, raw, kind, text):
        parts = blocks(text, asks)
    return Template(kind, version, records, subject, parts, tuple(signature), asks, period)


@contextmanager
def _placed(file: Path, raw: str, kind: str, text: str) -> Iterator[None]:
    """Says the line of the file: that of the text, which stands there as it is read, and the one within it."""
    try:
        yield
    except BadTemplate as bad:
        place = raw.find(text)
        line = f":{raw.count(chr(10), 0, place) + 1 + bad.line}" if place >= 0 else ""
        raise BadLetters(f"{file}{line}: {kind}: {bad}") from None


def _period(where: str, said: Any, asks: Mapping[str, str]) -> Period | None:
    if said is None:
        return None
    names = {field.name for field in fields(Period)}
    if not isinstance(said, dict) or said.keys() != names or not {said["first"], said["last"]} <= asks.keys():
        raise BadLetters(f"{where}: period says first and last, two dates that are asked for, least_weeks and most_weeks")
    return Period(**said)


def _in_force(versions: tuple[Version, ...], on: date) -> Version | None:
    return next((version for version in reversed(versions) if version.since <= on), None)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)
