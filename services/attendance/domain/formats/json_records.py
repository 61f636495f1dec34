"""The records of a JSON document of pages, as Wonde's API gives them, each decoded only when it is looked at.

A page is {"data": [...], "meta": {...}}. A document is a page, an array or lines of pages, or an object whose values are pages or
arrays ({"students": ..., "attendance": ..., "attendance-codes": ...}). Records are counted from 1 in the order in which they stand.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.text import UTF_16, File

LARGEST: Final = 32_000_000
"""Bytes of a document: where each of its records begins stands in memory."""

RECORD: Final = 200_000
"""Bytes of a record; a student with four contacts has some thousands."""

DEPTH: Final = 5
"""Levels of pages and collections above a record."""

_BOM: Final = b"\xef\xbb\xbf"
_OF_A_RECORD: Final = frozenset({"id", "student", "student_id", "upi"})
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ANY: Final = msgspec.json.Decoder(dict[str, Any])
_LINES: Final = msgspec.json.Decoder(msgspec.Raw)

_MALFORMED: Final = (msgspec.DecodeError, UnicodeDecodeError)


def records(data: File) -> list[msgspec.Raw]:
    """Raises FileRefused for what is not such a document."""
    if len(data) > LARGEST:
        raise FileRefused(f"a JSON document is {LARGEST // 1_000_000} MB at most: push its pages one by one")
    if data.startswith(UTF_16):
        raise FileRefused("JSON in UTF-16: save it as UTF-8")
    text = data[len(_BOM) :] if data.startswith(_BOM) else data
    try:
        return [record for document in _documents(text) for record in _open(document, DEPTH)]
    except RecursionError:
        raise FileRefused("its JSON is nested too deeply") from None
    except _MALFORMED:
        # from None: the decoder's message may repeat what stands in the file
        raise FileRefused("its JSON is not well-formed") from None


def decoded(record: msgspec.Raw) -> dict[str, Any] | None:
    """None for a record that is too large, too deep or not well-formed."""
    try:
        return _ANY.decode(record) if len(memoryview(record)) <= RECORD else None
    except (*_MALFORMED, RecursionError):
        return None


def _documents(text: File) -> list[msgspec.Raw]:
    try:
        return [_LINES.decode(text)]
    except msgspec.DecodeError:
        return _LINES.decode_lines(text)


def _open(document: msgspec.Raw, depth: int) -> Iterator[msgspec.Raw]:
    if depth == 0:
        raise RecursionError
    first = bytes(memoryview(document)[:1])
    held = _held(_OBJECT.decode(document)) if first == b"{" else _ARRAY.decode(document) if first == b"[" else None
    if held is None:
        yield document
    for one in held or ():
        yield from _open(one, depth - 1)


def _held(values: dict[str, msgspec.Raw]) -> list[msgspec.Raw] | None:
    """What a page or a collection of pages holds; None where the object is a record."""
    if "data" in values:
        return [values["data"]]
    if _OF_A_RECORD & values.keys():
        return None
    return [value for name, value in values.items() if name != "meta"]
