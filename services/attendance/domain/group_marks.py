"""From the sorted entries of a feed to its marks by academic year and child."""

# array[int] is a type for the type checker only
from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.notes import Note

Span = tuple[str, int, int]
"""A child's key with the first and behind the last of its entries of a year."""


def group_marks(ordered: Sequence[int], notes: Mapping[int, Note], keys: Sequence[str], oldest_year: int) -> dict[int, MarksBatch]:
    """`ordered`: distinct entries (see mark_tables), sorted. `notes`: by entry. `keys`: by a child's number."""
    marks, slots = _columns(ordered)
    noted = sorted(notes)
    batches = {}
    for year, spans in _spans(ordered, keys, oldest_year).items():
        said: dict[int, Note] = {}
        base = 0
        for _, start, end in spans if noted else ():
            low, high = bisect_left(noted, ordered[start]), bisect_left(noted, ordered[end - 1] + 1)
            for entry in noted[low:high]:
                said[base + bisect_left(ordered, entry, start, end) - start] = notes[entry]
            base += end - start
        batches[year] = MarksBatch(
            year,
            [key for key, _, _ in spans],
            array("H", (end - start for _, start, end in spans)),
            _joined(slots, spans),
            b"".join(marks[start:end] for _, start, end in spans),
            said,
        )
    return batches


def _spans(ordered: Sequence[int], keys: Sequence[str], oldest_year: int) -> dict[int, list[Span]]:
    """By academic year, the spans of its children in the order of their keys."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    start = 0
    while start < len(ordered):
        group = ordered[start] >> 24
        end = bisect_left(ordered, (group + 1) << 24, start)
        spans[oldest_year + (group & 0xFF)].append((keys[group >> 8], start, end))
        start = end
    return {year: sorted(spans[year]) for year in sorted(spans)}


def _columns(ordered: Sequence[int]) -> tuple[bytes, array[int]]:
    """The marks and the slots of entries: bytes 0, and bytes 1 and 2, of eight."""
    entries = np.asarray(ordered, np.int64)
    return entries.astype(np.uint8).tobytes(), array("H", (entries >> 8).astype(np.uint16).tobytes())


def _joined(slots: array[int], spans: list[Span]) -> array[int]:
    joined = array("H")
    for _, start, end in spans:
        joined.extend(slots[start:end])
    return joined
