"""The marks of a feed for one academic year, by child."""

# array[int] is a type for the type checker only
from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from services.attendance.domain.notes import Note


class ChildMarks(NamedTuple):
    """A child's marks in order of slots. `key`: see child_key. `notes`: index into the marks to note."""

    key: str
    slots: array[int]
    marks: bytes
    notes: Mapping[int, Note]


NO_NOTES: Mapping[int, Note] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MarksBatch:
    """Marks of one academic year, children by key (see child_key), each child's by slot, at most one a slot.

    `counts`: how many marks each child of `keys` has, in step. `slots` (0 to 731) and `marks` (code bytes): the marks
    of all children one behind the other, in step. `notes`: index into the marks to note. `beside`: the pupil ids that the
    file has beside the UPNs of some of these children, each with its UPN, both as keys.
    """

    year: int
    keys: list[str]
    counts: array[int]
    slots: array[int]
    marks: bytes
    notes: dict[int, Note]
    beside: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.marks)

    def children(self) -> Iterator[ChildMarks]:
        noted = iter(sorted(self.notes))
        next_noted = next(noted, len(self.marks))
        start = 0
        for key, count in zip(self.keys, self.counts, strict=True):
            end, notes = start + count, NO_NOTES
            if next_noted < end:
                notes = {}
                while next_noted < end:
                    notes[next_noted - start] = self.notes[next_noted]
                    next_noted = next(noted, len(self.marks))
            yield ChildMarks(key, self.slots[start:end], self.marks[start:end], notes)
            start = end

    def cut(self, start: int, end: int) -> MarksBatch:
        """The marks from one index to another; a child's may go to both sides of a cut."""
        ends = list(accumulate(self.counts))
        first, last = bisect_left(ends, start + 1), bisect_left(ends, end)
        counts = self.counts[first : last + 1]
        counts[-1] -= ends[last] - end
        counts[0] -= start - (ends[first] - self.counts[first])
        notes = {index - start: self.notes[index] for index in _between(sorted(self.notes), start, end)}
        some = MarksBatch(self.year, self.keys[first : last + 1], counts, self.slots[start:end], self.marks[start:end], notes)
        return some.stating(self.beside) if self.beside else some

    def stating(self, beside: Mapping[str, str]) -> MarksBatch:
        """With what is said of its own children: pupil ids, each with the UPN beside it."""
        here = set(self.keys)
        return replace(self, beside={pupil: upn for pupil, upn in beside.items() if upn in here})


def _between(ordered: list[int], start: int, end: int) -> list[int]:
    return ordered[bisect_left(ordered, start) : bisect_left(ordered, end)]
