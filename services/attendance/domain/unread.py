"""A mapping whose values stay as they were stored until somebody asks for one: a page has hundreds of writers and thousands of notes, and
states of which few turn, and a feed looks at few of them. Whatever is stored again unasked is stored as it was.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Generic, TypeVar

import msgspec

Key = TypeVar("Key")
Value = TypeVar("Value")


class Unread(MutableMapping[Key, Value], Generic[Key, Value]):
    """`held`: values, or what `read` makes them from."""

    __slots__ = ("_held", "_last", "_read", "ordered")

    def __init__(self, held: dict[Key, Any], read: Callable[[msgspec.Raw], Value]) -> None:
        self._held = held
        self._read = read
        self._last: Any = next(reversed(held), None)
        self.ordered = True
        """Whether the keys stand in order, as they did when they were read: what was set since came behind, or was there."""

    def __getitem__(self, key: Key) -> Value:
        value = self._held[key]
        if type(value) is msgspec.Raw:
            value = self._held[key] = self._read(value)
        read: Value = value
        return read

    def __setitem__(self, key: Key, value: Value) -> None:
        if key not in self._held:
            self.ordered = self.ordered and (self._last is None or self._last < key)
            self._last = key
        self._held[key] = value

    def __delitem__(self, key: Key) -> None:
        del self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[Key]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    @property
    def stored(self) -> dict[Key, Any]:
        """To be written: what nobody asked for is still what was read."""
        return self._held
