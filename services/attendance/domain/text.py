"""From the bytes of an uploaded file to its physical lines, a piece at a time: a large file never stands in memory twice.

UTF-8 with or without byte order mark, UTF-16 with one, and Windows-1252, which is what is left when a file without a mark is
not UTF-8 (Excel's plain "CSV" in England).
"""

import codecs
from collections.abc import Iterator
from itertools import islice
from typing import Final

from services.attendance.domain.errors import FileRefused

PIECE: Final = 1 << 16
"""Bytes decoded at once."""

LONGEST_LINE: Final = 1_000_000
"""Characters of a line that are kept: far more than a row that can be taken has."""

AHEAD: Final = 1_000_000
"""Characters of the lines that are read ahead, about: they stand in memory with the rows made of them, at worst four bytes each."""

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

File = bytes | bytearray


def encoding_of(data: File) -> str:
    """The name of the codec that reads the file. Raises FileRefused for what is no text."""
    if data.startswith(UTF_16):
        return "utf-16"
    if b"\0" in data:
        raise FileRefused('holds NUL bytes, so it is not text: save it as "CSV UTF-8"')
    return "utf-8-sig" if _is_utf_8(data) else "cp1252"


def pieces(data: File) -> Iterator[str]:
    """The text in its order. Raises FileRefused where the bytes are no text."""
    encoding = encoding_of(data)
    try:
        yield from _decoded(data, encoding)
    except UnicodeDecodeError:
        # from None: the error object carries the bytes of the file
        wanted = "UTF-16" if encoding == "utf-16" else "UTF-8 or Windows-1252"
        raise FileRefused(f'not {wanted}: save it as "CSV UTF-8"') from None


def _is_utf_8(data: File) -> bool:
    try:
        for _ in _decoded(data, "utf-8"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: File, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), PIECE):
        yield decoder.decode(bytes(data[start : start + PIECE]))
    yield decoder.decode(b"", final=True)


def blocks(texts: Iterator[str]) -> Iterator[list[str]]:
    """The physical lines, some at a time, for LF, CR LF and CR alike; no other character ends a line.

    The end of a line that is longer than `LONGEST_LINE` is dropped; a row cut off so is never whole.
    """
    rest = ""
    for piece in texts:
        text = rest + piece
        held = text.endswith("\r")  # the other half of a line end may follow
        lines = _split(text[:-1] if held else text)
        rest = lines.pop()[:LONGEST_LINE] + "\r" * held
        yield lines
    yield lines if (lines := _split(rest))[-1] else lines[:-1]


def _split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Lines:
    """The physical lines of a file, read ahead only as far as is asked for. `at`: how many have been taken."""

    def __init__(self, some: Iterator[list[str]]) -> None:
        self._blocks = some
        self._window: list[str] = []
        self._first = 0
        self.at = 0

    def ahead(self, count: int) -> list[str]:
        """The next lines, at most so many; fewer only where the file ends or where they are of more than `AHEAD` characters."""
        while len(self._window) - self._first < count and (block := self._next()) is not None:
            self._window = self._window[self._first :] + block
            self._first = 0
        return self._window[self._first : self._first + count]

    def _next(self) -> list[str] | None:
        """Some further lines; None where there are none or enough has been read ahead."""
        enough = sum(map(len, islice(self._window, self._first, None))) > AHEAD
        return None if enough else next(self._blocks, None)

    def take(self, count: int) -> None:
        """Go on behind lines that `ahead` has given."""
        self._first += count
        self.at += count
