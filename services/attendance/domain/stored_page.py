"""A register page as it is sealed and stored.

Version 2, little-endian: `B version, I n, n bytes of head (msgpack), B width`, 92 bytes in which a bit stands for each slot that holds any
mark (the highest bit of a byte first), and for each of those slots the marks of the first `width` children. Weekends and holidays cost
nothing, and a place that was never given costs nothing.
"""

import struct
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.attendance.domain.concerns.stood import read_stood
from services.attendance.domain.register_page import CELLS, CHILDREN, Page, slots_held
from services.attendance.domain.runs import Run
from services.attendance.domain.spoken import Spoken
from services.attendance.domain.unread import Unread
from shared.academic_year import SLOTS

VERSION = 2

_HEAD = struct.Struct("<BI")
_HELD = (SLOTS + 7) // 8


class Head(msgspec.Struct, array_like=True, gc=False):
    """All of a page but its marks, as it is stored. What is `Raw` is read when it is asked for."""

    children: list[str | None]
    runs: dict[int, msgspec.Raw]
    """Lists of `Run`."""
    spoken: dict[int, msgspec.Raw]
    """`Spoken`, like the next."""
    blank: dict[int, msgspec.Raw]
    state: dict[str, msgspec.Raw]
    """Of each child, `Stood` by rule."""
    withdrawn: list[int]


Key = TypeVar("Key", int, str)

_WRITE = msgspec.msgpack.Encoder()
_READ = msgspec.msgpack.Decoder(Head)
_READ_RUNS = msgspec.msgpack.Decoder(list[Run]).decode
_READ_SPOKEN = msgspec.msgpack.Decoder(Spoken).decode


def encode(page: Page) -> bytes:
    """The blob that is sealed and stored; equal pages give equal bytes."""
    head = _WRITE.encode(
        Head(
            page.children,
            _in_order(page.runs),
            _in_order(page.spoken),
            _in_order(page.blank),
            _in_order(page.state),
            sorted(page.withdrawn),
        )
    )
    width = len(page.children)
    grid = np.frombuffer(page.marks, np.uint8).reshape(SLOTS, CHILDREN)
    held = slots_held(grid)
    return b"".join(
        (_HEAD.pack(VERSION, len(head)), head, bytes([width]), np.packbits(held).tobytes(), grid[np.flatnonzero(held), :width].tobytes())
    )


def decode(blob: bytes) -> Page:
    """The page of a stored blob."""
    version, length = _HEAD.unpack_from(blob)
    if version != VERSION:
        raise ValueError(f"register page of version {version}")
    at = _HEAD.size + length
    head = _READ.decode(memoryview(blob)[_HEAD.size : at])
    marks = bytearray(CELLS)
    _lay_out(np.frombuffer(marks, np.uint8).reshape(SLOTS, CHILDREN), np.frombuffer(blob, np.uint8, offset=at))
    return Page(
        children=head.children,
        marks=marks,
        spoken=Unread(head.spoken, _READ_SPOKEN),
        blank=Unread(head.blank, _READ_SPOKEN),
        runs=Unread(head.runs, _READ_RUNS),
        state=Unread(head.state, read_stood),
        withdrawn=set(head.withdrawn),
    )


def _lay_out(grid: NDArray[np.uint8], stored: NDArray[np.uint8]) -> None:
    width = int(stored[0])
    held = np.flatnonzero(np.unpackbits(stored[1 : 1 + _HELD]))
    grid[held, :width] = stored[1 + _HELD :].reshape(len(held), width)


def _in_order(items: Mapping[Key, Any]) -> dict[Key, Any]:
    """As it is stored; in order, as they are on most pages already."""
    stored: dict[Key, Any] = items.stored if isinstance(items, Unread) else dict(items)
    if isinstance(items, Unread) and not items.grown:
        return stored
    keys = [*stored]
    return stored if keys == sorted(keys) else dict(sorted(stored.items()))
