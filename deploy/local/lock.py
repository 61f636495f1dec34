"""One stack at a time in a folder."""

import fcntl
import os
from pathlib import Path

from deploy.local.process import ServerError


class FolderLock:
    """Held from `take` to `release`, or until this process ends, in whichever way: the kernel lets it go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: int | None = None

    @property
    def held(self) -> bool:
        return self._held is not None

    def take(self) -> None:
        """ServerError when a process, this one included, holds it already."""
        file = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode().strip() or "not known yet"
            os.close(file)
            raise ServerError(f"a stack already runs from {self._folder} (pid {holder}): use it, or stop it first") from None
        os.truncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._held = file

    def release(self) -> None:
        """Does nothing when it is not held. The file stays: removing it would let two hold one each."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
