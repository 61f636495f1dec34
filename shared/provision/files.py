"""Files that hold secrets: 0600 in a folder of 0700, replaced whole or not at all."""

import os
import secrets
from pathlib import Path


def private_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def write_secret(path: Path, text: str, mode: int = 0o600) -> None:
    """Writes to a file beside it, syncs and renames: a reader sees the old secret or the new one, never half of one."""
    private_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
