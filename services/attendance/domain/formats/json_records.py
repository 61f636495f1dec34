"""The records of a JSON document of pages, as Wonde's API gives them, each decoded only when it is looked at.

What a page holds is counted before it is taken apart: a list of 15 million zeros is a small file, and as objects it fills the memory.

A page is {"data": [...], "meta": {...}}. A document is a page, an array or lines of pages, or an object whose values are pages or
arrays ({"students": ..., "attendance": ..., "attendance-codes": ...}). Records are counted from 1 in the order in which they stand.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec
import numpy as np

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.text import UTF_16, File

LARGEST: Final = 32_000_000
"""Bytes of a document."""

RECORDS: Final = 200_000
"""Records of a document: where each begins stands in memory. A year of a school's marks, of which Wonde gives 200 a page."""

RECORD: Final = 200_000
"""Bytes of a record; a student with four contacts has some thousands."""

DEPTH: Final = 5
"""Levels of pages and collections above a record."""

_BOM: Final = b"\xef\xbb\xbf"
_OF_A_RECORD: Final = frozenset({"id", "student", "student_id", "upi"})
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ANY: Final = msgspec.json.Decoder(dict[str, Any])
_BLOCK: Final = 1 << 18
"""Bytes counted together."""

_QUOTE, _COMMA = b'",'
_STEPS: Final = np.zeros(256, np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1

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
        found = list(islice((record for document in _documents(text) for record in _open(document, DEPTH)), RECORDS + 1))
    except RecursionError:
        raise FileRefused("its JSON is nested too deeply") from None
    except _MALFORMED:
        # from None: the decoder's message may repeat what stands in the file
        raise FileRefused("its JSON is not well-formed") from None
    if len(found) > RECORDS:
        raise _too_many()
    return found


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
        if text.count(b"\n") > RECORDS:
            raise _too_many() from None
        return _LINES.decode_lines(text)


def _open(document: msgspec.Raw, depth: int) -> Iterator[msgspec.Raw]:
    if depth == 0:
        raise RecursionError
    first = bytes(memoryview(document)[:1])
    if first in (b"{", b"[") and _holds(memoryview(document)) > RECORDS:
        raise _too_many()
    held = _held(_OBJECT.decode(document)) if first == b"{" else _ARRAY.decode(document) if first == b"[" else None
    if held is None:
        yield document
    for one in held or ():
        yield from _open(one, depth - 1)


def _too_many() -> FileRefused:
    return FileRefused(f"a JSON document holds at most {RECORDS:,} records: push its pages one by one")


def _holds(document: memoryview) -> int:
    """How many things stand in an object or array, at most; a small one cannot hold too many."""
    if len(document) <= RECORD:
        return 0
    count, depth, inside, rest = 1, 0, 0, b""
    for start in range(0, len(document), _BLOCK):
        block = (rest + document[start : start + _BLOCK]).replace(rb"\\", b"..")
        rest = b"\\" if block.endswith(b"\\") else b""  # what it escapes is in the next block
        cells = np.frombuffer(block.removesuffix(rest).replace(rb"\"", b".."), np.uint8)
        within = (np.cumsum(cells == _QUOTE, dtype=np.int32) + inside) & 1
        depths = np.cumsum(_STEPS[cells] * (1 - within), dtype=np.int32) + depth
        count += int(np.count_nonzero((cells == _COMMA) & (within == 0) & (depths == 1)))
        inside, depth = int(within[-1]), int(depths[-1])
    return count


def _held(values: dict[str, msgspec.Raw]) -> list[msgspec.Raw] | None:
    """What a page or a collection of pages holds; None where the object is a record."""
    if "data" in values:
        return [values["data"]]
    if _OF_A_RECORD & values.keys():
        return None
    return [value for name, value in values.items() if name != "meta"]
