"""What was read a moment ago. Nothing that matters if a process dies is kept in one; every cache has an age, and what is older is let go,
whether or not anybody asks for it again: it may be of somebody who has been disposed of."""

import time
from collections.abc import Callable
from threading import RLock
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

Key = TypeVar("Key")
Value = TypeVar("Value")

HELD = 256
"""Entries, the oldest of which makes room, where nothing else is said."""
LOOKED_AFTER: Final = 15.0
"""Seconds between two times at which a process lets go of what is past its age."""
_ALL: "WeakSet[Recent[Any, Any]]" = WeakSet()


class Recent(Generic[Key, Value]):
    """Values by key, each good for `seconds` from when it was kept; `held` of them at most, or of what `weigh` says of each, as bytes.
    Threads may share one."""

    def __init__(self, seconds: float, held: int = HELD, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        self._seconds = seconds
        self._held = held
        self._weigh = weigh
        self._weight = 0
        self._kept: dict[Key, tuple[float, Value]] = {}
        """The oldest first."""
        self._one_by_one = RLock()
        _ALL.add(self)

    def get(self, key: Key) -> Value | None:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() - kept[0] > self._seconds:
            self.drop(key)
            return None
        return kept[1]

    def keep(self, key: Key, value: Value) -> None:
        """What weighs more than all that may be held is not kept."""
        weight = self._weigh(value)
        with self._one_by_one:
            self.drop(key)
            if weight > self._held:
                return
            while self._weight + weight > self._held:
                self.drop(next(iter(self._kept)))
            self._kept[key] = (time.monotonic(), value)
            self._weight += weight

    def take(self, key: Key) -> Value | None:
        """`get`, and nobody else gets it."""
        with self._one_by_one:
            value = self.get(key)
            self.drop(key)
            return value

    def drop(self, key: Key) -> None:
        with self._one_by_one:
            kept = self._kept.pop(key, None)
            if kept is not None:
                self._weight -= self._weigh(kept[1])

    def clear(self) -> None:
        with self._one_by_one:
            self._kept.clear()
            self._weight = 0

    def let_go(self) -> None:
        """Of what is past its age."""
        past = time.monotonic() - self._seconds
        with self._one_by_one:
            while self._kept and self._kept[oldest := next(iter(self._kept))][0] < past:
                self.drop(oldest)


async def let_go_of_all() -> None:
    """The chore of every process."""
    for one in list(_ALL):
        one.let_go()
