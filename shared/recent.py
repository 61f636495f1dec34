"""What was read a moment ago. Nothing that matters if a process dies is kept in one; every cache has an age."""

import time
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

HELD = 256
"""Entries, the oldest of which makes room, where nothing else is said."""


class Recent(Generic[Key, Value]):
    """Values by key, each good for `seconds` from when it was kept; `held` of them at most."""

    def __init__(self, seconds: float, held: int = HELD) -> None:
        self._seconds = seconds
        self._held = held
        self._kept: dict[Key, tuple[float, Value]] = {}

    def get(self, key: Key) -> Value | None:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() - kept[0] > self._seconds:
            self._kept.pop(key, None)
            return None
        return kept[1]

    def keep(self, key: Key, value: Value) -> None:
        self._kept.pop(key, None)
        while len(self._kept) >= self._held:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (time.monotonic(), value)

    def take(self, key: Key) -> Value | None:
        """`get`, and nobody else gets it."""
        value = self.get(key)
        self.drop(key)
        return value

    def drop(self, key: Key) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()
