"""The marks of a feed for one academic year, by child."""

# array[int] is a type for the type checker only
from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from services.attendance.domain.notes import Note


class ChildMarks(NamedTuple):
    """A child's marks in order of slots. `notes`: index into the marks to note."""

    upn: str
    slots: array[int]
    marks: bytes
    notes: Mapping[int, Note]


NO_NOTES: Mapping[int, Note] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MarksBatch:
    """Marks of one academic year, children by UPN, each child's by slot, at most one a slot.

    `counts`: how many marks each child of `upns` has, in step. `slots` (0 to 731) and `marks` (code bytes): the marks
    of all children one behind the other, in step. `notes`: index into the marks to note.
    """

    year: int
    upns: list[str]
    counts: array[int]
    slots: array[int]
    marks: bytes
    notes: dict[int, Note]

    def __len__(self) -> int:
        return len(self.marks)

    def children(self) -> Iterator[ChildMarks]:
        noted = sorted(self.notes)
        start = 0
        for upn, count in zip(self.upns, self.counts, strict=True):
            end = start + count
            here = _between(noted, start, end) if noted else ()
            notes = {index - start: self.notes[index] for index in here} if here else NO_NOTES
            yield ChildMarks(upn, self.slots[start:end], self.marks[start:end], notes)
            start = end

    def cut(self, start: int, end: int) -> MarksBatch:
        """The marks from one index to another; a child's may go to both sides of a cut."""
        ends = list(accumulate(self.counts))
        first, last = bisect_left(ends, start + 1), bisect_left(ends, end)
        counts = self.counts[first : last + 1]
        counts[-1] -= ends[last] - end
        counts[0] -= start - (ends[first] - self.counts[first])
        notes = {index - start: self.notes[index] for index in _between(sorted(self.notes), start, end)}
        return MarksBatch(self.year, self.upns[first : last + 1], counts, self.slots[start:end], self.marks[start:end], notes)


def _between(ordered: list[int], start: int, end: int) -> list[int]:
    return ordered[bisect_left(ordered, start) : bisect_left(ordered, end)]
