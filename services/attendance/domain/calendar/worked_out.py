"""When a school was open as its register shows: a session in which no child has a mark that counts was closed.

A session is known once the register of it, or of a later one, has been taken. Marks that can be entered ahead (see codes.py) do not
show that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from services.attendance.domain.codes import CODES, POSSIBLE, table
from services.attendance.domain.register_page import CHILDREN
from services.attendance.domain.year_groups import YEAR_GROUPS
from shared.academic_year import SLOTS

COUNTS = 1
"""Some child has a mark of a possible session."""
TAKEN = 2
"""Some child has one that nobody enters ahead: the register was taken."""
CLOSURE = 4
"""Some child has the mark of a planned closure of the whole school."""

_FLAGS = table(
    {
        code.byte: COUNTS * (code.klass in POSSIBLE) + TAKEN * (code.klass in POSSIBLE and not code.ahead) + CLOSURE * (code.text == "#")
        for code in CODES
    }
)


class Marked(Protocol):
    """A register page: who is on it, and the marks slot by slot."""

    @property
    def children(self) -> list[str | None]: ...

    @property
    def marks(self) -> bytearray: ...


@dataclass(frozen=True)
class Shown:
    """What a year's register shows: by year group (None: not known), a byte of flags for each slot."""

    groups: Mapping[str | None, bytes]

    @cached_property
    def everybody(self) -> bytes:
        """The flags of all year groups together."""
        both = 0
        for flags in self.groups.values():
            both |= int.from_bytes(flags, "little")
        return both.to_bytes(SLOTS, "little")

    def known_until(self, come: int) -> int:
        """Behind the last slot, of those that have come, whose register was taken."""
        return max((at + 1 for at, flags in enumerate(self.everybody[:come]) if flags & TAKEN), default=0)

    def is_open(self, at: int) -> bool:
        return bool(self.everybody[at] & COUNTS)

    def is_planned_closure(self, at: int) -> bool:
        return self.everybody[at] & (COUNTS | CLOSURE) == CLOSURE

    def open_for(self, at: int) -> tuple[str, ...]:
        """The year groups for which alone a session was open; none where it was for all, or for children whose year group is not known."""
        if self.groups.get(None, bytes(SLOTS))[at] & COUNTS:
            return ()
        some = [group for group in self._attending if self.groups[group][at] & COUNTS]
        return () if len(some) == len(self._attending) else tuple(some)

    @cached_property
    def _attending(self) -> list[str]:
        """Year groups that have attended at all, in their order."""
        return [group for group in YEAR_GROUPS if any(flags & COUNTS for flags in self.groups.get(group, b""))]


def shown(pages: Iterable[Marked], year_groups: Mapping[str, str | None]) -> Shown:
    """What the pages of a school and year show; `year_groups` by child. Some 3 microseconds a child."""
    groups: dict[str | None, int] = {}
    for page in pages:
        flags = page.marks.translate(_FLAGS)
        for place, child in enumerate(page.children):
            if child is not None:
                group = year_groups.get(child)
                groups[group] = groups.get(group, 0) | int.from_bytes(flags[place::CHILDREN], "little")
    return Shown({group: bits.to_bytes(SLOTS, "little") for group, bits in groups.items()})
