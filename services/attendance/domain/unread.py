"""A mapping whose values stay as they were stored until somebody asks for one: a page has hundreds of writers and thousands of notes, and a
feed looks at few of them. Whatever is stored again unasked is stored as it was.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Generic, TypeVar

import msgspec

Value = TypeVar("Value")


class Unread(MutableMapping[int, Value], Generic[Value]):
    """`held`: values, or what `read` makes them from."""

    __slots__ = ("_held", "_read")

    def __init__(self, held: dict[int, Any], read: Callable[[msgspec.Raw], Value]) -> None:
        self._held = held
        self._read = read

    def __getitem__(self, key: int) -> Value:
        value = self._held[key]
        if type(value) is msgspec.Raw:
            value = self._held[key] = self._read(value)
        read: Value = value
        return read

    def __setitem__(self, key: int, value: Value) -> None:
        self._held[key] = value

    def __delitem__(self, key: int) -> None:
        del self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[int]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    @property
    def stored(self) -> dict[int, Any]:
        """To be written: what nobody asked for is still what was read."""
        return self._held
