"""A register page as it is sealed and stored.

Version 1, little-endian: `B version, I n, n bytes of JSON head, marks` where the marks' trailing empty slots are left out.
"""

import struct
from collections.abc import Iterable, Mapping

import msgspec

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.register_page import CELLS, Page, Spoken
from services.attendance.domain.runs import Run

VERSION = 1


Writer = tuple[int, int, str, dict[str, str]]
"""A writer's number, then its `Spoken`: children, slots, and the odd ones by place."""


class Head(msgspec.Struct):
    """All of a page but its marks, as it is stored."""

    children: list[str | None]
    runs: list[tuple[int, list[Run]]]
    spoken: list[Writer]
    blank: list[Writer]
    state: dict[str, dict[RuleName, tuple[int, bool]]]
    withdrawn: list[int]


_WRITE = msgspec.json.Encoder(order="deterministic")
_READ = msgspec.json.Decoder(Head)


def encode(page: Page) -> bytes:
    """The blob that is sealed and stored; equal pages give equal bytes."""
    head = Head(
        children=page.children,
        runs=sorted(page.runs.items()),
        spoken=_writers(page.spoken),
        blank=_writers(page.blank),
        state=page.state,
        withdrawn=sorted(page.withdrawn),
    )
    text = _WRITE.encode(head)
    return b"".join((struct.pack("<BI", VERSION, len(text)), text, bytes(page.marks).rstrip(b"\0")))


def decode(blob: bytes) -> Page:
    """The page of a stored blob."""
    version, length = struct.unpack_from("<BI", blob)
    if version != VERSION:
        raise ValueError(f"register page of version {version}")
    head = _READ.decode(memoryview(blob)[5 : 5 + length])
    marks = bytearray(CELLS)
    marks[: len(blob) - 5 - length] = blob[5 + length :]
    return Page(
        children=head.children,
        marks=marks,
        spoken=_spoken(head.spoken),
        blank=_spoken(head.blank),
        runs=dict(head.runs),
        state=head.state,
        withdrawn=set(head.withdrawn),
    )


def _writers(said: Mapping[int, Spoken]) -> list[Writer]:
    return [
        (by, spoken.children, _text(spoken.slots), {str(place): _text(bits) for place, bits in spoken.odd.items()})
        for by, spoken in sorted(said.items())
    ]


def _spoken(writers: Iterable[Writer]) -> dict[int, Spoken]:
    return {
        by: Spoken(children, _bits(slots), {int(place): _bits(bits) for place, bits in odd.items()}) for by, children, slots, odd in writers
    }


def _text(bits: int) -> str:
    """Bits as `lowest.hex`, without the empty slots below the lowest: a day's feed is a few characters wherever it stands in the year."""
    lowest = (bits & -bits).bit_length() - 1 if bits else 0
    return f"{lowest}.{bits >> lowest:x}"


def _bits(text: str) -> int:
    lowest, _, digits = text.partition(".")
    return int(digits, 16) << int(lowest)
