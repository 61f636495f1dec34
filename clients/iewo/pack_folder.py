"""The folder in which a Local Authority keeps its packs: each appears whole or not at all, and stays through a power cut.

DIR/<pack id>/pack.json  DIR/<pack id>/pack.pdf    saved
DIR/.partial-<pack id>/                            being written; what a crash left is written anew
DIR/.receiving                                     held by the one run that is at work; not empty after a run that was cut off
"""

import fcntl
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self


class FolderInUse(Exception):
    """Another run is at work in this folder."""


class OtherFiles(Exception):
    """A folder with the pack's name holds something else."""


class PackFolder:
    """One run's hold on the folder. Raises FolderInUse on entering, OSError wherever the disk says no."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cut_off_at: float | None = None
        """When an earlier run, which never came to its end, last asked for a pack (seconds since 1970)."""
        self._lock = -1

    def __enter__(self) -> Self:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self.path / ".receiving", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(self._lock)
            self.cut_off_at = held.st_mtime if held.st_size else None
            os.pwrite(self._lock, b"at work\n", 0)
            os.fsync(self._lock)
        except BlockingIOError:
            os.close(self._lock)
            raise FolderInUse from None
        except OSError:
            os.close(self._lock)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Only a run that gave back everything it had in hand came to its end; see `finish`."""
        os.close(self._lock)

    def asking(self) -> None:
        """Note that a pack is asked for now: it may be in hand from now on."""
        os.utime(self._lock, (now := time.time(), now))

    def finish(self) -> None:
        os.ftruncate(self._lock, 0)

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
