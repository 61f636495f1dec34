"""The folder in which a Local Authority keeps its packs: each appears whole or not at all, and stays through a power cut.

DIR/<pack id>/                                     saved: pack.json, volume-a.pdf, volume-b.pdf, exhibits, manifest.json, manifest.sig
DIR/.partial-<pack id>/                            being written; what a crash left is written anew
DIR/.receiving                                     held by the one run that is at work, and not empty while a pack may be in its hand;
                                                   it stays after a run that was cut off then, and only then
"""

import fcntl
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

IN_HAND = b"a pack may be in hand\n"


class FolderInUse(Exception):
    """Another run is at work in this folder."""


class OtherFiles(Exception):
    """A folder with the pack's name holds something else."""


class PackFolder:
    """One run's hold on the folder. Raises FolderInUse on entering, OSError wherever the disk says no."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cut_off_at: float | None = None
        """When an earlier run, which was cut off with a pack in hand, had asked for it (seconds since 1970)."""
        self._lock = -1

    def __enter__(self) -> Self:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not self._hold():
            pass  # the run before took its file away between our opening and our locking it
        held = os.fstat(self._lock)
        self.cut_off_at = held.st_mtime if held.st_size else None
        return self

    def _hold(self) -> bool:
        """Whether the file that is locked now is the one that others find."""
        file = self.path / ".receiving"
        self._lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if file.exists() and os.path.samestat(file.stat(), os.fstat(self._lock)):
                return True
        except BlockingIOError:
            os.close(self._lock)
            raise FolderInUse from None
        except OSError:
            os.close(self._lock)
            raise
        os.close(self._lock)
        return False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not os.fstat(self._lock).st_size:
            (self.path / ".receiving").unlink(missing_ok=True)
        os.close(self._lock)

    def asking(self) -> None:
        """Note that a pack is asked for now: it may be in hand from now on."""
        os.pwrite(self._lock, IN_HAND, 0)
        os.utime(self._lock, (now := time.time(), now))

    def free(self) -> None:
        """Nothing is in hand, nor held back for an earlier run."""
        self.cut_off_at = None
        os.ftruncate(self._lock, 0)

    def as_found(self) -> None:
        """Nothing is in this run's hand; what an earlier one had there is held back still."""
        if self.cut_off_at is None:
            self.free()
        else:
            os.utime(self._lock, (self.cut_off_at, self.cut_off_at))

    def holds(self, pack: str) -> bool:
        """Whether a pack of this name is saved here."""
        return (self.path / pack).is_dir()

    def save(self, pack: str, files: Mapping[str, bytes]) -> bool:
        """Whether the pack was new here; False when it is there already, byte for byte. Raises OtherFiles."""
        final = self.path / pack
        if final.exists():
            if any(not (final / name).is_file() or (final / name).read_bytes() != content for name, content in files.items()):
                raise OtherFiles
            _sync(self.path)  # the run that renamed it may have died before
            return False
        partial = self.path / f".partial-{pack}"
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir(mode=0o700)
        for name, content in files.items():
            _write(partial / name, content)
        _sync(partial)
        partial.rename(final)
        _sync(self.path)
        return True


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
