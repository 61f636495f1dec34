"""JPEG without its metadata, on the bytes: the picture itself is not decoded and loses nothing.

Of the application segments only those stay without which the picture looks otherwise: JFIF without its thumbnail, the colour profile, and
Adobe's colour transform. EXIF (place, time, camera, thumbnail), XMP, IPTC, comments and whatever follows the picture go. A camera that was
held upright says so in EXIF alone, so that one number is kept, in an EXIF segment of its own.

Sources: ITU-T T.81 annex B (markers), JFIF 1.02, EXIF 2.32 4.6 (orientation is tag 0x0112), ICC.1 annex B.4.
"""

import struct
from typing import Final

from services.referrals.domain.clean.unfit import Unfit

PIXELS: Final = 100_000_000
"""Of a picture; twice what a telephone takes. What claims more is made to exhaust who opens it."""

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APPLICATIONS: Final = frozenset(range(0xE0, 0xF0))
_CUT: Final = "the picture is cut off or damaged: save it again and send that"


def cleaned(data: bytes) -> bytes:
    """Unfit for what is cut off, damaged or larger than `PIXELS`."""
    kept = [b"\xff\xd8"]
    orientation, at, framed = 1, 2, False
    while True:
        marker, at = _marker(data, at)
        if marker == _END:
            break
        if marker == _START or marker in _ALONE:
            continue
        segment, at = _segment(data, at)
        if marker in _FRAMES:
            _check_size(segment)
            framed = True
        elif marker == 0xE1 and segment.startswith(b"Exif\0\0"):
            orientation = _orientation(segment[6:])
        if (shown := _kept(marker, segment)) is not None:
            kept.append(_written(marker, shown))
        if marker == _SCAN:
            end = _end_of_scan(data, at)
            kept.append(data[at:end])
            at = end
    if not framed:
        raise Unfit(_CUT)
    place = 2 if len(kept) > 1 and kept[1].startswith(b"\xff\xe0") else 1
    if orientation != 1:
        kept.insert(place, _written(0xE1, _exif(orientation)))
    return b"".join([*kept, b"\xff\xd9"])


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at a place and the place behind it. Any number of fill bytes may stand before it."""
    if data[at : at + 1] != b"\xff":
        raise Unfit(_CUT)
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data) or data[at] == 0:
        raise Unfit(_CUT)
    return data[at], at + 1


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise Unfit(_CUT)
    end = at + int(struct.unpack_from(">H", data, at)[0])
    if end < at + 2 or end > len(data):
        raise Unfit(_CUT)
    return data[at + 2 : end], end


def _written(marker: int, segment: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(segment) + 2) + segment


def _check_size(frame: bytes) -> None:
    if len(frame) < 6:
        raise Unfit(_CUT)
    height, width = struct.unpack_from(">HH", frame, 1)
    if width * height > PIXELS:
        raise Unfit("the picture has more than 100 million pixels: save a smaller one")


def _kept(marker: int, segment: bytes) -> bytes | None:
    """The segment as it stays; None for one that goes."""
    if marker == _COMMENT:
        return None
    if marker not in _APPLICATIONS:
        return segment
    if marker == 0xE0 and segment.startswith(b"JFIF\0") and len(segment) >= 14:
        return segment[:12] + b"\0\0"
    is_profile = marker == 0xE2 and segment.startswith(b"ICC_PROFILE\0")
    is_transform = marker == 0xEE and segment.startswith(b"Adobe") and len(segment) == 12
    return segment if is_profile or is_transform else None


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the picture's own bytes end: at the next marker that is neither a restart nor a stuffed byte."""
    while True:
        at = data.find(b"\xff", at)
        behind = at
        while data[behind : behind + 1] == b"\xff":
            behind += 1
        if at < 0 or behind >= len(data):
            raise Unfit(_CUT)
        if data[behind] != 0 and not 0xD0 <= data[behind] <= 0xD7:
            return at
        at = behind + 1


def _orientation(tiff: bytes) -> int:
    """1 to 8; 1, as it stands, where EXIF does not say or cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    first = int(struct.unpack_from(f"{order}I", tiff, 4)[0])
    if first + 2 > len(tiff):
        return 1
    count = int(struct.unpack_from(f"{order}H", tiff, first)[0])
    for entry in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, values, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
        if (tag, kind, values) == (0x0112, 3, 1):
            return int(value) if 1 <= value <= 8 else 1
    return 1


def _exif(orientation: int) -> bytes:
    """EXIF that says how the camera was held and nothing else."""
    return b"Exif\0\0" + struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
