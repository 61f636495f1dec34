"""A school's credential: a one-time code that an operator hands out, and the key that the school gets for it.

Both are random and kept as SHA-256 hashes only: 100 and 256 bits cannot be guessed from those, nor tried out.
"""

import re
from base64 import b32encode
from collections import deque
from hashlib import sha256
from typing import Final

CODE_BYTES: Final = 13
"""Of which a code uses 100 bits."""
SECRET_BYTES: Final = 32
CODE_DAYS: Final = 7
"""A code that nobody used by then is good for nothing."""

WRONG_CODES: Final = 10
WRONG_SECONDS: Final = 600.0
"""So many wrong codes from one address within so long, and further ones are told to wait."""
ADDRESSES: Final = 1000
"""Addresses remembered, the longest unheard of which makes room."""

# Crockford's base 32: no letter that could be taken for a digit
_TO_CROCKFORD: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LOOKALIKES: Final = str.maketrans("OIL", "011")


def code_of(random: bytes) -> str:
    """A code of `CODE_BYTES` random bytes, as people read it out: four groups of five."""
    text = b32encode(random).decode()[:20].translate(_TO_CROCKFORD)
    return "-".join(text[at : at + 5] for at in range(0, 20, 5))


def code_hash(typed: str) -> str:
    """Of a code in any letter case, with O for 0, I or L for 1, and anything between the groups."""
    return sha256(re.sub("[^0-9A-Z]", "", typed.upper()).translate(_LOOKALIKES).encode()).hexdigest()


def key_of(credential: str, random: bytes) -> str:
    """The key of a credential (24 hexadecimal digits) from `SECRET_BYTES` random bytes; `shared.school_keys` reads it."""
    return f"iewo_{credential}_{random.hex()}"


class WrongCodes:
    """Wrong codes lately, by the address from which they came. Times are those of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def wait(self, address: str, now: float) -> float:
        """Seconds for which wrong codes from there are told to wait; 0 when they are not."""
        times = self._times.get(address)
        if times is None or len(times) < WRONG_CODES:
            return 0
        return max(0.0, times[0] + WRONG_SECONDS - now)

    def add(self, address: str, now: float) -> None:
        times = self._times.pop(address, None) or deque(maxlen=WRONG_CODES)
        while len(self._times) >= ADDRESSES:
            del self._times[next(iter(self._times))]
        times.append(now)
        self._times[address] = times
