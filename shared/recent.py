"""What was read a moment ago. Nothing that matters if a process dies is kept in one; every cache has an age, and what is older is let go,
whether or not anybody asks for it again: it may be of somebody who has been disposed of."""

import time
from collections import OrderedDict
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
    """Values by key, each good for `seconds` from when it was kept; `held` of them at most."""

    def __init__(self, seconds: float, held: int = HELD) -> None:
        self._seconds = seconds
        self._held = held
        # whose first entry is found at once; in a plain dict it stands behind the places of all that were let go
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        """The oldest first."""
        _ALL.add(self)

    def get(self, key: Key) -> Value | None:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() - kept[0] > self._seconds:
            self._kept.pop(key, None)
            return None
        return kept[1]

    def keep(self, key: Key, value: Value) -> None:
        self._kept.pop(key, None)
        while len(self._kept) >= self._held:
            self._kept.popitem(last=False)
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

    def let_go(self) -> None:
        """Of what is past its age."""
        past = time.monotonic() - self._seconds
        while self._kept and next(iter(self._kept.values()))[0] < past:
            self._kept.popitem(last=False)


async def let_go_of_all() -> None:
    """The chore of every process."""
    for one in list(_ALL):
        one.let_go()
