"""The parts of an XLSX file, which is a ZIP archive: looked up by name, unpacked as a stream, never written anywhere.

Names are only compared, so that paths in them lead nowhere. What a part says of its own size is believed only in its disfavour: a
stream ends where its size is reached, and a checksum that is wrong then refuses the file.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.xml_stream import PIECE
from services.attendance.domain.text import File

LARGEST: Final = 32_000_000
"""Bytes of a workbook as it is sent."""

UNPACKED: Final = 256_000_000
"""Bytes of all parts unpacked, by the directory: a sheet of a million rows of marks, which is read as a stream."""

KEPT: Final = 32_000_000
"""Bytes of a part of which something is kept, unpacked: all but the sheets."""

RATIO: Final = 200
"""Times that a part of more than a megabyte may grow; sheets grow ten to thirty times."""

ENTRIES: Final = 2_000
"""Parts; a school's workbook has a dozen."""

SHEETS: Final = "xl/worksheets/"

_ENTRY: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 1
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError)


class Archive:
    """Raises FileRefused for what is no archive, or one that unpacks to more than a workbook does."""

    def __init__(self, data: File) -> None:
        if len(data) > LARGEST:
            raise FileRefused(f"a workbook is {LARGEST // 1_000_000} MB at most: push it in parts, or as CSV")
        # before the directory is read: each entry of it costs half a kilobyte
        if data.count(_ENTRY) > ENTRIES:
            raise FileRefused(f"a workbook has at most {ENTRIES} parts")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise FileRefused("a ZIP archive that cannot be read: save the workbook again") from None
        self._entries = {entry.filename.lstrip("/").lower(): entry for entry in self._zip.infolist()}
        self._check_sizes()

    def _check_sizes(self) -> None:
        entries = self._zip.infolist()
        if sum(entry.file_size for entry in entries) > UNPACKED or any(map(_swells, entries)):
            raise FileRefused("a ZIP archive that unpacks to far more than a workbook does")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise FileRefused("a workbook with a password: save it without one")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece. Raises FileRefused where it is not there or cannot be read."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise FileRefused("a ZIP archive without the parts of a workbook: save it as XLSX or CSV")
        if entry.file_size > KEPT and not name.lower().startswith(SHEETS):
            raise FileRefused("a workbook with too many texts: push it in parts, or as CSV")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileRefused("a ZIP archive packed as no workbook is")
        try:
            with self._zip.open(entry) as part:
                while piece := part.read(PIECE):
                    yield piece
        except _BROKEN:
            raise FileRefused("a workbook with a part that cannot be unpacked: save it again") from None


def _swells(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(1_000_000, RATIO * entry.compress_size)
