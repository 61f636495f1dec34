"""Looks for words in every file below a folder, byte by byte: what was disposed of must be in none."""

from collections.abc import Sequence
from pathlib import Path


def files_with(folder: Path, words: Sequence[str]) -> list[str]:
    """Names of the files that hold one of the words, in UTF-8; files that vanish meanwhile are passed over."""
    needles = [word.encode() for word in words]
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except OSError:
            continue
        if any(needle in content for needle in needles):
            found.append(str(path.relative_to(folder)))
    return found
