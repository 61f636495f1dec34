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

from services.attendance.domain.check_roll import RollRow
from services.attendance.domain.marks import MarksBatch

PART_BYTES: Final = 1_000_000
"""The largest part: it is sealed and stored as one document."""

PART_MARKS: Final = 50_000
"""Marks in a part at most: half a second's work at 100,000 marks a second."""

_VERSION: Final = 1
_HEAD: Final = struct.Struct("<BHIII")
_UPN: Final = 13


def marks_parts(batch: MarksBatch) -> Iterator[bytes]:
    """The packed parts of a batch, in its order, each within `PART_MARKS` and `PART_BYTES`."""
    for start in range(0, len(batch), PART_MARKS):
        yield from _within_size(batch.cut(start, min(start + PART_MARKS, len(batch))))


def _within_size(batch: MarksBatch) -> Iterator[bytes]:
    packed = pack_marks(batch)
    if len(packed) <= PART_BYTES:
        yield packed
    else:  # long comments; a single mark with its comment is far below the limit
        half = len(batch) // 2
        yield from _within_size(batch.cut(0, half))
        yield from _within_size(batch.cut(half, len(batch)))


def pack_marks(batch: MarksBatch) -> bytes:
    """One part, whatever its size."""
    notes = json.dumps([[index, *note] for index, note in batch.notes.items()], ensure_ascii=False).encode()
    head = _HEAD.pack(_VERSION, batch.year, len(batch.upns), len(batch.marks), len(notes))
    upns = "".join(batch.upns).encode("ascii")
    return b"".join((head, upns, _little(batch.counts), _little(batch.slots), batch.marks, notes))


def unpack_marks(part: bytes) -> MarksBatch:
    """What `pack_marks` packed. Raises ValueError for anything else."""
    if len(part) < _HEAD.size or part[0] != _VERSION:
        raise ValueError("not a part of marks of a version that is known")
    _, year, children, marks, notes = _HEAD.unpack_from(part)
    if len(part) != _HEAD.size + children * (_UPN + 2) + 3 * marks + notes:
        raise ValueError("a part of marks is cut short")
    cuts = accumulate((_HEAD.size, _UPN * children, 2 * children, 2 * marks, marks, notes))
    upns, counts, slots, codes, said = (part[start:end] for start, end in pairwise(cuts))
    return MarksBatch(
        year,
        [upns[at : at + _UPN].decode("ascii") for at in range(0, len(upns), _UPN)],
        _numbers(counts),
        _numbers(slots),
        codes,
        {index: tuple(note) for index, *note in json.loads(said)},
    )


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
