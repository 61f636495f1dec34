"""What a file says under several keys of one child: contrary marks for a session are found here as those of one key are by the key."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


def named_twice(names: Sequence[str], several: Mapping[str, str]) -> dict[int, str]:
    """The places, among the keys of a file, of those of which another is the same child's; with the child.

    `several`: the child of every key of those who have several.
    """
    places = {place: several[key] for place, key in enumerate(names) if key in several} if several else {}
    often = Counter(places.values())
    return {place: child for place, child in places.items() if often[child] > 1}


def contrary(entries: Iterable[int], twice: Mapping[int, str]) -> "list[array[int]]":
    """The places of the entries (see mark_tables), by child and session, of those of whom not all say the same."""
    if not twice:
        return []
    rows: dict[tuple[str, int], array[int]] = {}
    marks: dict[tuple[str, int], set[int]] = {}
    for row, entry in enumerate(entries):
        if entry >= 0 and (child := twice.get(entry >> 32)):
            cell = child, entry >> 8 & 0xFFFFFF
            rows.setdefault(cell, array("I")).append(row)
            marks.setdefault(cell, set()).add(entry & 0xFF)
    return [some for cell, some in rows.items() if len(marks[cell]) > 1]
