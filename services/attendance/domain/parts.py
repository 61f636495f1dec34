"""Parts: the stored format of what a feed carries, in pieces that a message handler finishes within a second.

A part of marks, all numbers little-endian:

    1 byte    version, 1
    2 bytes   academic year
    4 bytes   children, c
    4 bytes   marks, m
    4 bytes   bytes of notes, n
    13c       UPNs, ASCII
    2c        marks of each child
    2m        slots
    m         marks
    n         notes, JSON in UTF-8: a list of [index of the mark, then the fields of the note]

Version 2 is for children of whom some have a pupil id (see child_key): instead of the UPNs it has

    4 bytes   bytes of names, k
    k         names, JSON in UTF-8: [keys, {pupil id: UPN beside it}]

A part of a roll is JSON in UTF-8: {"version": 1, "rows": [...]}, each row as `RollRow.to_json` gives it.
"""

# array[int] is a type for the type checker only
from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

import msgspec

from services.attendance.domain.child_key import SIGN
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.roll_row import RollRow

PART_BYTES: Final = 1_000_000
"""The largest part: it is sealed and stored as one document."""

PART_MARKS: Final = 50_000
"""Marks in a part at most: half a second's work at 100,000 marks a second."""

_VERSION: Final = 1
_NAMED: Final = 2
_HEAD: Final = struct.Struct("<BHIII")
_LENGTH: Final = struct.Struct("<I")
_UPN: Final = 13


def marks_parts(batch: MarksBatch) -> Iterator[tuple[bytes, MarksBatch]]:
    """The parts of a batch, in its order, each packed, within `PART_MARKS` and `PART_BYTES`, and as it is."""
    for start in range(0, len(batch), PART_MARKS):
        yield from _within_size(batch.cut(start, min(start + PART_MARKS, len(batch))))


def _within_size(batch: MarksBatch) -> Iterator[tuple[bytes, MarksBatch]]:
    packed = pack_marks(batch)
    if len(packed) <= PART_BYTES:
        yield packed, batch
    else:  # long comments; a single mark with its comment is far below the limit
        half = len(batch) // 2
        yield from _within_size(batch.cut(0, half))
        yield from _within_size(batch.cut(half, len(batch)))


def pack_marks(batch: MarksBatch) -> bytes:
    """One part, whatever its size."""
    notes = msgspec.json.encode([(index, *note) for index, note in batch.notes.items()])
    version, names = _names(batch)
    head = _HEAD.pack(version, batch.year, len(batch.keys), len(batch.marks), len(notes))
    return b"".join((head, names, _little(batch.counts), _little(batch.slots), batch.marks, notes))


def _names(batch: MarksBatch) -> tuple[int, bytes]:
    """The version that can say who the children are, and how it says it."""
    upns = "".join(batch.keys)
    if not batch.beside and SIGN not in upns:
        return _VERSION, upns.encode("ascii")
    names = json.dumps([batch.keys, batch.beside], ensure_ascii=False).encode()
    return _NAMED, _LENGTH.pack(len(names)) + names


def unpack_marks(part: bytes) -> MarksBatch:
    """What `pack_marks` packed. Raises ValueError for anything else."""
    if len(part) < _HEAD.size or part[0] not in (_VERSION, _NAMED):
        raise ValueError("not a part of marks of a version that is known")
    version, year, children, marks, notes = _HEAD.unpack_from(part)
    begin, length = _HEAD.size, _UPN * children
    if version == _NAMED:
        begin, length = begin + _LENGTH.size, *_LENGTH.unpack_from(part.ljust(begin + _LENGTH.size), begin)
    if len(part) != begin + length + 2 * children + 3 * marks + notes:
        raise ValueError("a part of marks is cut short")
    cuts = accumulate((begin, length, 2 * children, 2 * marks, marks, notes))
    names, counts, slots, codes, said = (part[start:end] for start, end in pairwise(cuts))
    keys, beside = json.loads(names) if version == _NAMED else (_upns(names), {})
    return MarksBatch(
        year,
        keys,
        _numbers(counts),
        _numbers(slots),
        codes,
        {index: tuple(note) for index, *note in json.loads(said)},
        beside,
    )


def _upns(names: bytes) -> list[str]:
    text = names.decode("ascii")
    return [text[at : at + _UPN] for at in range(0, len(text), _UPN)]


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _numbers(little: bytes) -> array[int]:
    numbers = array("H")
    numbers.frombytes(little)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def roll_parts(rows: Sequence[RollRow]) -> Iterator[bytes]:
    """The packed parts of a roll, in its order, each within `PART_BYTES`."""
    if not rows:
        return
    packed = pack_roll(rows)
    if len(packed) <= PART_BYTES:
        yield packed
    else:
        half = len(rows) // 2
        yield from roll_parts(rows[:half])
        yield from roll_parts(rows[half:])


def pack_roll(rows: Sequence[RollRow]) -> bytes:
    """One part, whatever its size."""
    return json.dumps({"version": _VERSION, "rows": [row.to_json() for row in rows]}, ensure_ascii=False).encode()


def unpack_roll(part: bytes) -> list[RollRow]:
    """What `pack_roll` packed. Raises ValueError for another version."""
    stored = json.loads(part)
    if stored["version"] != _VERSION:
        raise ValueError("not a part of a roll of a version that is known")
    return [RollRow.from_json(row) for row in stored["rows"]]
