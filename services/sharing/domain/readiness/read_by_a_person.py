"""What no search can tell of words that are served, and which words a person has read: just these, told from others by their hash."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Final

from services.sharing.domain.words import on

_DIGITS: Final = 8
"""Of a hash, hexadecimal: what was read is told from what was not."""


def to_be_read(days: Sequence[date], many: str, words: object) -> str:
    """`days`: of each, in their order; `many`: how many there are, in words; `words`: what is to be read, as JSON can say it."""
    between = " to ".join(dict.fromkeys((on(days[0]), on(days[-1]))))
    which = hashlib.sha256(json.dumps(words).encode()).hexdigest()[:_DIGITS]
    return (
        f"Whether they tell of needs, or of others whom no record knows, only who reads them can say: {many}, of {between} (hash {which})."
    )
