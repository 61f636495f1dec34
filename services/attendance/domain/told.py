"""What a school has been told of its files before, so that a receipt can say what is new.

Kept as short keyed hashes of what was said and of what it was said: who reads them learns nothing of a row, and neither does who
guesses at one without the key.

The stored format, all numbers little-endian: 1 byte version (1), then for each hash 8 bytes of it and 2 bytes of the day on which it
was last said, in days since 1 January 2000; the longest unsaid come first.
"""

import struct
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from typing import Final

import msgspec

from services.attendance.domain.receipts import Remark

KEPT: Final = 20_000
"""Hashes kept; the longest unsaid make room."""
DAYS: Final = 90
"""Days after which what has not been said again is new when it is."""
FRESH: Final = 7
"""Days for which a hash need not be noted anew: a school with the same faults every day costs a write a week."""

_VERSION: Final = b"\x01"
_ENTRY: Final = struct.Struct("<8sH")
_BEGINNING: Final = date(2000, 1, 1)


class Told:
    """What one school was told of one kind of file. `secret`: the key of the hashes, 16 to 64 bytes."""

    def __init__(self, secret: bytes, today: date, packed: bytes = _VERSION) -> None:
        if packed[:1] != _VERSION:
            raise ValueError("what was told, in a version that is not known")
        self._secret = secret
        self._today = (today - _BEGINNING).days
        self._days = {key: day for key, day in _ENTRY.iter_unpack(packed[1:]) if day >= self._today - DAYS}

    def knows(self, remark: Remark) -> bool:
        return self._key(remark) in self._days

    def note(self, remarks: Iterable[Remark]) -> bool:
        """These are told today; whether there is anything to be stored."""
        said = {self._key(remark) for remark in remarks}
        news = [key for key in said if self._today - self._days.get(key, 0) > FRESH]
        self._days |= dict.fromkeys(news, self._today)
        return bool(news)

    def packed(self) -> bytes:
        latest = sorted(self._days.items(), key=lambda entry: (entry[1], entry[0]))[-KEPT:]
        return _VERSION + b"".join(_ENTRY.pack(key, day) for key, day in latest)

    def _key(self, remark: Remark) -> bytes:
        told = msgspec.json.encode((remark.field, remark.reason, tuple(remark.about)))
        return blake2b(told, digest_size=8, key=self._secret).digest()
