"""File names as they may be shown and written: any bytes may stand in one on the disk."""

import os
from pathlib import Path

LONGEST = 255
"""Bytes of a name on the file systems in use."""


def readable(name: str | Path) -> str:
    """The name, or path, with what is not UTF-8 in it replaced: it can be printed, and stand in JSON."""
    return os.fsencode(name).decode("utf-8", "replace")


def shortened(name: str, most: int) -> str:
    """The name in at most so many bytes of UTF-8, with its ending; `most` has room for that."""
    if len(name.encode()) <= most:
        return name
    ending = Path(name).suffix
    return name.removesuffix(ending).encode()[: most - len(ending.encode())].decode("utf-8", "ignore") + ending
