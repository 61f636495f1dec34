"""PNG without its metadata, on the bytes: the picture, its colours and its size on paper stay, every other chunk goes.

Text (tEXt, zTXt, iTXt: XMP too), times, EXIF, private chunks, an animation's later frames and whatever follows the picture go. A picture
that unpacks to more than it says, or says more than a picture can be, is refused.

Source: PNG specification, third edition (W3C), chapters 4, 5, 7 and 11.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from services.referrals.domain.clean.unfit import Unfit

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
RAW: Final = 400_000_000
"""Bytes of a picture when it is unpacked: 100 million pixels in full colour."""
_STEP: Final = 1_000_000
_STAYS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"})
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Of a pixel, by colour type."""
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column, first row, columns between, rows between."""
_CUT: Final = "the picture is cut off or damaged: save it again and send that"


def cleaned(data: bytes) -> bytes:
    """Unfit for what is cut off, damaged, or larger than it says or than `RAW`."""
    kept = [SIGNATURE]
    size: int | None = None
    unpacked = _Unpacked()
    for place, (name, body) in enumerate(_chunks(data)):
        if (place == 0) != (name == b"IHDR"):
            raise Unfit(_CUT)
        if name == b"IHDR":
            size = _raw_size(body)
            unpacked.most = size
        if name == b"IDAT":
            unpacked.add(body)
        if name in _STAYS:
            kept.append(_written(name, body))
    if size is None or unpacked.size != size:
        raise Unfit(_CUT)
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Up to the one that ends the picture."""
    at, name = len(SIGNATURE), b""
    while name != b"IEND":
        if at + 12 > len(data):
            raise Unfit(_CUT)
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data) or zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise Unfit(_CUT)
        yield name, data[at + 8 : end]
        at = end + 4


def _written(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def _raw_size(header: bytes) -> int:
    """How many bytes the picture unpacks to: each line with the byte that tells its filter."""
    if len(header) != 13:
        raise Unfit(_CUT)
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not (width and height and colours in _SAMPLES and depth in (1, 2, 4, 8, 16) and interlaced in (0, 1)):
        raise Unfit(_CUT)
    bits = _SAMPLES[colours] * depth
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    size = 0
    for column, row, right, down in passes:
        wide, high = -(-(width - column) // right), -(-(height - row) // down)
        if wide > 0 and high > 0:
            size += high * (1 + (wide * bits + 7) // 8)
    if size > RAW:
        raise Unfit("the picture is too large when it is unpacked: save a smaller one")
    return size


class _Unpacked:
    """Counts what the picture unpacks to, a step at a time; nothing of it is kept."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj()
        self.size = 0
        self.most = 0

    def add(self, body: bytes) -> None:
        left = body
        try:
            while left and not self._zlib.eof:
                self.size += len(self._zlib.decompress(left, _STEP))
                left = self._zlib.unconsumed_tail
                if self.size > self.most:
                    raise Unfit("the picture unpacks to more than it says: save it again and send that")
        except zlib.error:
            raise Unfit(_CUT) from None
