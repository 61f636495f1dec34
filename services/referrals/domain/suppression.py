"""Counts under six are not shown to governors, nor anything from which one could be worked out.

A count of one to five is hidden, and its total is shown: so whoever knows the rest could subtract. Several small counts may hide each
other: if together they are six or more, and not so many that each must be a five, all that is known of them is their sum. Else each is
hidden with those that follow it, large or nought, until they together come to six or more; what is left over at the end is hidden with
those before it. Six and more that are all ones would be told by their sum: then every count is hidden. Where even the total is under six,
or there is nothing but ones, the total is hidden too.

That this is enough even for a reader who knows this rule, the tests try on every small table. In the first case any other small counts
with the same sum are hidden in the same way; in the second the first of those hidden together may be anything from 1 to 5, and the last one
makes up the rest. A nought is about nobody and is shown; so a table lists every kind there is, not those with counts alone.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

LEAST: Final = 6
"""The least count that is shown (statistics of schools are commonly published so: a handful of pupils can be recognised)."""


class Counts(NamedTuple):
    """None is what is hidden."""

    cells: tuple[int | None, ...]
    total: int | None


def suppressed(counts: Sequence[int]) -> Counts:
    """Counts with their total, as they may be shown. Their order must not depend on them."""
    total, small = sum(counts), [place for place, count in enumerate(counts) if is_small(count)]
    ones = len(small) >= LEAST and all(counts[place] == 1 for place in small)
    if is_small(total) or (ones and len(small) == len(counts)):
        return Counts((None,) * len(counts), None)
    if ones:
        return Counts((None,) * len(counts), total)
    hidden = small if _hide_each_other([counts[place] for place in small]) else _with_their_neighbours(counts)
    return Counts(tuple(None if place in hidden else count for place, count in enumerate(counts)), total)


def is_small(count: int) -> bool:
    """Whether a count that stands alone is hidden."""
    return 0 < count < LEAST


def _hide_each_other(small: Sequence[int]) -> bool:
    """Whether nothing but their sum can be known of them, and that is not small itself."""
    return max(LEAST, len(small) + 1) <= sum(small) < (LEAST - 1) * len(small)


def _with_their_neighbours(counts: Sequence[int]) -> set[int]:
    """Places that are hidden, so that those of each group come to nought, or to six and more."""
    groups: list[list[int]] = []
    open_, sum_ = list[int](), 0
    for place, count in enumerate(counts):
        open_.append(place)
        sum_ += count
        if not is_small(sum_):
            groups.append(open_)
            open_, sum_ = [], 0
    while open_ and is_small(sum_):
        last = groups.pop()  # there is one with enough: the total is six or more
        open_ = [*last, *open_]
        sum_ += sum(counts[place] for place in last)
    return {place for group in [*groups, open_] if len(group) > 1 for place in group}
