"""A register page as it is sealed and stored.

Version 3, little-endian: `B version, I n, n bytes of head (msgpack), H width`, 92 bytes in which a bit stands for each slot that holds any
mark (the highest bit of a byte first), and for each of those slots the marks of the first `width` children. Weekends and holidays cost
nothing, and a place that was never given costs nothing.

Version 2 is read too: pages of 128 children, whose width is one byte and whose cells are numbered accordingly.
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

VERSION = 3
SMALL_PAGES = 2
"""The version before, and how many children a page had."""
SMALL = 128

_HEAD = struct.Struct("<BI")
_WIDTHS = {VERSION: struct.Struct("<H"), SMALL_PAGES: struct.Struct("<B")}
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
        (
            _HEAD.pack(VERSION, len(head)),
            head,
            _WIDTHS[VERSION].pack(width),
            np.packbits(held).tobytes(),
            grid[np.flatnonzero(held), :width].tobytes(),
        )
    )


def decode(blob: bytes) -> Page:
    """The page of a stored blob."""
    version, length = _HEAD.unpack_from(blob)
    if version not in _WIDTHS:
        raise ValueError(f"register page of version {version}")
    at = _HEAD.size + length
    head = _READ.decode(memoryview(blob)[_HEAD.size : at])
    runs = _numbered_anew(head.runs) if version == SMALL_PAGES else head.runs
    (width,) = _WIDTHS[version].unpack_from(blob, at)
    marks = bytearray(CELLS)
    stored = np.frombuffer(blob, np.uint8, offset=at + _WIDTHS[version].size)
    _lay_out(np.frombuffer(marks, np.uint8).reshape(SLOTS, CHILDREN), stored, width)
    return Page(
        children=head.children,
        marks=marks,
        spoken=Unread(head.spoken, _READ_SPOKEN),
        blank=Unread(head.blank, _READ_SPOKEN),
        runs=Unread(runs, _READ_RUNS),
        state=Unread(head.state, read_stood),
        withdrawn=set(head.withdrawn),
    )


def _lay_out(grid: NDArray[np.uint8], stored: NDArray[np.uint8], width: int) -> None:
    held = np.flatnonzero(np.unpackbits(stored[:_HELD]))
    grid[held, :width] = stored[_HELD:].reshape(len(held), width)


def _numbered_anew(runs: dict[int, msgspec.Raw]) -> dict[int, msgspec.Raw]:
    """Of a small page, by the numbers that its cells have now; they stand in the same order."""
    return {cell // SMALL * CHILDREN + cell % SMALL: stored for cell, stored in runs.items()}


def _in_order(items: Mapping[Key, Any]) -> dict[Key, Any]:
    """As it is stored; in order, as they are on most pages already."""
    if isinstance(items, Unread) and items.ordered:
        return items.stored
    return dict(sorted((items.stored if isinstance(items, Unread) else items).items()))
