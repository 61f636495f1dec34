"""The key of a school's credential, as every service that takes one reads it: `iewo_<credential>_<64 hexadecimal digits>`.

A key is kept nowhere but at the school: services store, compare and tell each other its SHA-256 alone. Its 256 random bits can be neither
guessed from that nor tried out.
"""

import re
from hashlib import sha256
from typing import Final

_KEY: Final = re.compile(r"iewo_([0-9a-f]{24})_([0-9a-f]{64})")


def credential_of(key: str) -> str | None:
    """The credential that a key names; None if it has not the form of a key."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def key_hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
