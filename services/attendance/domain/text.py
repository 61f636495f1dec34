"""From the bytes of an uploaded file to its text."""

import codecs

from services.attendance.domain.errors import FileRefused

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, with or without byte order mark, line ends as they came.

    Raises FileRefused for whatever is not UTF-8 text, with what to do about it.
    """
    if data.startswith(_ZIP):
        raise FileRefused('a workbook and not a text file: save it as "CSV UTF-8"')
    if data.startswith(_UTF_16):
        raise FileRefused('UTF-16 and not UTF-8: save it as "CSV UTF-8"')
    if b"\0" in data:
        raise FileRefused('holds NUL bytes, so it is not UTF-8 text: save it as "CSV UTF-8"')
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # from None: the error object carries the bytes of the file
        raise FileRefused('not UTF-8: save it as "CSV UTF-8"') from None
    if not text.strip():
        raise FileRefused("it is empty")
    return text
