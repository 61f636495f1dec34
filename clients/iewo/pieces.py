"""A file in pieces that a service takes: a CSV is cut between rows, each piece under the file's own header line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CHUNK = 256 * 1024
ROW_LINES = 50
"""A row that has not ended after so many lines has a quotation mark that is never closed; the service reads it so too."""

# a workbook, JSON, XML, UTF-16: nothing that could be cut after a line
_WHOLE = (b"PK\x03\x04", b"{", b"[", b"<", b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_OTHER_LINE = re.compile(r": line (\d+)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` to `end` of a file, behind its `header`, which is `header_lines` long; the first line behind it is line `first`."""

    file: Path
    start: int
    end: int
    header: bytes = b""
    header_lines: int = 0
    first: int = 1

    @property
    def size(self) -> int:
        return len(self.header) + self.end - self.start

    def chunks(self, sent: Callable[[int], None]) -> Iterator[bytes]:
        """What is sent, telling how many of the file's bytes went each time."""
        if self.header:
            yield self.header
        left = self.end - self.start
        with self.file.open("rb") as content:
            content.seek(self.start)
            while left and (chunk := content.read(min(CHUNK, left))):
                yield chunk
                left -= len(chunk)
                sent(len(chunk))

    def line(self, line: int) -> int:
        """The line of the file that is this line of the piece."""
        return line if line <= self.header_lines else line - self.header_lines + self.first - 1


def pieces(file: Path, limit: int) -> list[Piece]:
    """The file whole where it is small enough or is no CSV; else pieces of at most `limit` bytes, as far as its rows are."""
    size = file.stat().st_size
    with file.open("rb") as content:
        beginning = content.read(64).removeprefix(_BOM).lstrip()
        if size <= limit or beginning.startswith(_WHOLE):
            return [Piece(file, 0, size)]
        content.seek(0)
        return list(_cut(file, content, limit))


def told_of(piece: Piece, receipt: dict[str, Any]) -> dict[str, Any]:
    """A piece's receipt by the lines of the file."""
    return {name: [_shifted(piece, one) for one in said] if isinstance(said, list) else said for name, said in receipt.items()}


def _shifted(piece: Piece, one: dict[str, Any]) -> dict[str, Any]:
    moved: dict[str, Any] = {name: piece.line(said) if name in ("line", "first_line") else said for name, said in one.items()}
    if reason := moved.get("reason"):
        moved["reason"] = _OTHER_LINE.sub(lambda found: f": line {piece.line(int(found[1]))}", reason)
    return moved


def _cut(file: Path, content: IO[bytes], limit: int) -> Iterator[Piece]:
    rows = _rows(content)
    header, header_lines = b"", 0
    for row, lines in rows:
        header, header_lines = header + row, header_lines + lines
        if row.removeprefix(_BOM).strip():
            break
    start = end = len(header)
    first = line = header_lines + 1
    for row, lines in rows:
        if end > start and len(header) + end - start + len(row) > limit:
            yield Piece(file, start, end, header, header_lines, first)
            start, first = end, line
        end += len(row)
        line += lines
    yield Piece(file, start, end, header, header_lines, first)


def _rows(content: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each row's bytes and how many lines they are. A row ends at a line end outside quotation marks."""
    held: list[bytes] = []
    quotes = 0
    for line in content:
        held.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0 or len(held) == ROW_LINES:
            row = b"".join(held)
            yield row, _lines(row)
            held, quotes = [], 0
    if held:
        row = b"".join(held)
        yield row, _lines(row)


def _lines(row: bytes) -> int:
    """Line ends of any kind; the last row may have none."""
    ends = row.count(b"\n")
    if b"\r" in row:
        ends += row.count(b"\r") - row.count(b"\r\n")
    return ends + (not row.endswith((b"\n", b"\r")))
