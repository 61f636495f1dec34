"""One watcher to a folder, on whatever system: the kernel lets go of the lock when the process ends, in whichever way."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from clients.iewo.failure import Failure

NAME = ".iewo-watch.lock"


class FolderLock:
    """A context. Raises Failure when another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = -1

    def __enter__(self) -> Self:
        self._held = os.open(self._folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._held)
        except OSError:
            os.close(self._held)
            raise Failure(f"another `iewo feed watch` is at work in {self._folder}: one is enough") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # the file stays: removing it would let two hold one each
        os.close(self._held)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
