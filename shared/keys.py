"""Keys of the disposal cohorts, in a folder outside the database, its backups and the bus.

Layout, minted by `retention` alone, each service being given its own subfolder only:

    root          2028-08-31.key        32 random bytes
    attendance    2028-08-31.key        derived for the service from the root (HKDF-SHA256)
                  2028-08-31.closing    opens what is sealed, seals nothing new
                  2028-08-31.destroyed  there is no key any more; what comes under it has been disposed of
                  index.key             for keyed hashes of look-ups
                  ledger.key            for keyed hashes in the purge ledger (attendance and retention)
                  scans.key             for keyed hashes of scans of signatures (sharing)

A process keeps a key for `hold_seconds` at most and then looks again, so that closing needs no roll-call.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import Disposed, Transient, WorldAway

State = Literal["open", "closing", "destroyed", "missing"]


class CohortDisposed(Disposed):
    """The cohort's key has been destroyed."""


class CohortClosing(Transient):
    """The cohort's key is being closed and seals nothing new."""


class KeyMissing(WorldAway):
    """There is no key for this cohort (yet)."""


@dataclass(frozen=True)
class CohortKey:
    state: State
    secret: bytes = field(repr=False)


class KeyProvider(Protocol):
    """Where a service gets its keys. A folder here; a key management service behind the same two questions."""

    def cohort(self, cohort: str) -> CohortKey: ...

    def named(self, name: str) -> bytes: ...


class KeyFolder:
    """A service's own subfolder."""

    def __init__(self, folder: Path, hold_seconds: float) -> None:
        self._folder = folder
        self._hold = hold_seconds
        self._held: dict[str, tuple[float, CohortKey]] = {}
        self._named: dict[str, tuple[float, bytes]] = {}

    def cohort(self, cohort: str) -> CohortKey:
        """The key and its state; KeyMissing where none was ever minted. The state may be `hold_seconds` old."""
        held = self._held.get(cohort)
        now = time.monotonic()
        if held and now - held[0] < self._hold:
            return held[1]
        key = self._read(cohort)
        if key.state == "missing":
            self._held.pop(cohort, None)
            raise KeyMissing(cohort)
        self._held[cohort] = (now, key)
        return key

    def _read(self, cohort: str) -> CohortKey:
        if (self._folder / f"{cohort}.destroyed").exists():
            return CohortKey("destroyed", b"")
        # the marker is looked for after the key was read: a key read before closing is then at most `hold` old
        try:
            secret = (self._folder / f"{cohort}.key").read_bytes()
        except FileNotFoundError:
            return CohortKey("destroyed" if (self._folder / f"{cohort}.destroyed").exists() else "missing", b"")
        return CohortKey("closing" if (self._folder / f"{cohort}.closing").exists() else "open", secret)

    def named(self, name: str) -> bytes:
        """A key that belongs to no cohort; KeyMissing where it was not minted. A file's children are looked up by a hash each."""
        held = self._named.get(name)
        now = time.monotonic()
        if held and now - held[0] < self._hold:
            return held[1]
        try:
            secret = (self._folder / f"{name}.key").read_bytes()
        except FileNotFoundError:
            self._named.pop(name, None)
            raise KeyMissing(name) from None
        self._named[name] = (now, secret)
        return secret


class KeyMint:
    """What `retention` alone may do: mint, close and destroy."""

    def __init__(self, folder: Path, services: tuple[str, ...]) -> None:
        self._folder = folder
        self._services = services

    def mint(self, cohort: str) -> bool:
        """Make a cohort's keys unless they are there or were destroyed. Two replicas at once make one and the same."""
        destroyed = self._folder / "root" / f"{cohort}.destroyed"
        if destroyed.exists():
            return False
        try:
            made = self._mint(cohort)
        except FileNotFoundError:  # what was there a moment ago: another replica destroys it
            if not destroyed.exists():
                raise
        if destroyed.exists():
            self.destroy(cohort)  # the root was read before its destruction, and what came of it written after
            return False
        return made

    def _mint(self, cohort: str) -> bool:
        made = _create(self._folder / "root" / f"{cohort}.key", os.urandom(32))
        root = (self._folder / "root" / f"{cohort}.key").read_bytes()
        for service in self._services:
            made |= _create(self._folder / service / f"{cohort}.key", derive(root, service))
        return made

    def mint_named(self, name: str, services: tuple[str, ...]) -> None:
        """Make a key that belongs to no cohort, the same for each of `services`."""
        _create(self._folder / "root" / f"{name}.key", os.urandom(32))
        secret = (self._folder / "root" / f"{name}.key").read_bytes()
        for service in services:
            _create(self._folder / service / f"{name}.key", secret)

    def state(self, cohort: str) -> State:
        root = self._folder / "root"
        for state in ("destroyed", "closing"):
            if (root / f"{cohort}.{state}").exists():
                return "destroyed" if state == "destroyed" else "closing"
        return "open" if (root / f"{cohort}.key").exists() else "missing"

    def cohorts(self) -> list[str]:
        """Dates whose key exists, the earliest first."""
        return sorted(path.stem for path in (self._folder / "root").glob("????-??-??.key"))

    def close(self, cohort: str) -> None:
        for folder in self._folders():
            _create(folder / f"{cohort}.closing", b"")

    def reopen(self, cohort: str) -> None:
        """A sweep that had to give up leaves the key as it was."""
        for folder in self._folders():
            (folder / f"{cohort}.closing").unlink(missing_ok=True)

    def destroy(self, cohort: str) -> None:
        """Overwrite in place, sync and unlink every copy, and drafts that a crash left: what was only unlinked was readable on the disk."""
        for folder in self._folders():
            _create(folder / f"{cohort}.destroyed", b"")
            for path in (folder / f"{cohort}.key", *folder.glob(f".{cohort}.key.*")):
                with suppress(FileNotFoundError):  # there is none, or another replica was faster
                    _shred(path)
            (folder / f"{cohort}.closing").unlink(missing_ok=True)
            _sync(folder)

    def shred_drafts(self, older_than_seconds: float) -> None:
        """Drafts that a crash left between writing and naming; one that is younger may be in somebody's hands."""
        for folder in self._folders():
            for draft in folder.glob(".*.*"):
                with suppress(FileNotFoundError):  # another replica shreds it too
                    if time.time() - draft.stat().st_mtime > older_than_seconds:
                        _shred(draft, links=True)

    def _folders(self) -> list[Path]:
        return [self._folder / name for name in ("root", *self._services)]


def derive(root: bytes, service: str) -> bytes:
    """A service's own key of a cohort: who holds it learns neither the root nor another service's."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"iewo/{service}".encode()).derive(root)


def _create(path: Path, content: bytes) -> bool:
    """Write a file whole, or leave the one that is there. A reader never sees half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        return False
    finally:
        with suppress(FileNotFoundError):  # another replica destroys the key
            _shred(draft, links=True)
    _sync(path.parent)
    return True


def _shred(path: Path, *, links: bool = False) -> None:
    """Overwrite and unlink; a file with a second name is only unlinked, since the other name is the key itself."""
    if not links or path.stat().st_nlink == 1:
        with path.open("r+b") as file:
            file.write(os.urandom(max(32, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
    path.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
