"""What governors are shown gives no hidden count away, not even to somebody who knows the rule by which it was hidden."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.suppression import LEAST, Counts, suppressed


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ((), (), 0),
        ((0, 0), (0, 0), 0),
        ((6, 12, 0), (6, 12, 0), 18),
        ((3,), (None,), None),
        ((0, 5, 0), (None, None, None), None),
        ((3, 20, 9), (None, None, 9), 32),
        ((20, 9, 3), (20, None, None), 32),
        ((20, 0, 3), (None, None, None), 23),
        ((2, 0, 3, 1, 8), (None, 0, None, None, 8), 14),
        ((1, 5, 40, 2, 2, 2), (None, None, 40, None, None, None), 52),
        ((3, 20, 4, 9), (None, 20, None, 9), 36),
        ((3, 20, 2, 9), (None, None, None, None), 34),
        ((5, 20, 5, 9, 7), (None, None, None, None, 7), 46),
        ((1, 1, 1, 1, 1, 1, 20), (None,) * 7, 26),
        ((1, 1, 1, 1, 1, 1), (None,) * 6, None),
    ],
)
def test_small_counts_are_hidden_with_those_beside_them(counts: tuple[int, ...], shown: tuple[int | None, ...], total: int | None) -> None:
    assert suppressed(counts) == Counts(shown, total)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_what_is_shown_is_true_and_never_small(counts: list[int]) -> None:
    cells, total = suppressed(counts)
    for count, cell in zip(counts, cells, strict=True):
        assert cell is None or (cell == count and not 0 < count < LEAST)
    assert total in (None, sum(counts))
    assert total is None if 0 < sum(counts) < LEAST else total is not None or set(counts) == {1}
    assert cells.count(None) != 1 or len(cells) == 1, "the total less the others would be the one"


@cache
def _alike(length: int, most: int) -> dict[Counts, list[set[int]]]:
    """By what is shown, the values that each count may have: every table that there can be."""
    found: dict[Counts, list[set[int]]] = defaultdict(lambda: [set() for _ in range(length)])
    for counts in product(range(most), repeat=length):
        for values, count in zip(found[suppressed(counts)], counts, strict=True):
            values.add(count)
    return dict(found)


@pytest.mark.parametrize(("length", "most"), [(1, 40), (2, 30), (3, 22), (4, 13), (5, 9), (6, 7)])
def test_nobody_who_knows_the_rule_can_solve_for_a_hidden_count(length: int, most: int) -> None:
    """Every table of so many counts is hidden by the same rule; those that look alike must differ in each hidden count. What lies near the
    edge of what is tried is left out: its likes are beyond it."""
    tried = 0
    for shown, values in _alike(length, most).items():
        if shown.total is not None and shown.total >= most:
            continue
        for cell, possible in zip(shown.cells, values, strict=True):
            tried += cell is None
            assert cell is not None or len(possible) > 1, shown
    assert tried > (length > 1) * 10


@given(st.lists(st.one_of(st.integers(0, 30), st.sampled_from([0, 1, 5])), min_size=2, max_size=9), st.data())
def test_another_table_looks_the_same(counts: list[int], data: st.DataObject) -> None:
    """For longer tables: whichever count is hidden, some table with another one there is shown in the same way."""
    shown = suppressed(counts)
    places = [place for place, cell in enumerate(shown.cells) if cell is None]
    if not places or shown.total is None:
        return
    wanted = data.draw(st.sampled_from(places))
    others = (other for other in _likes(counts, places, wanted) if other[wanted] != counts[wanted])
    assert any(suppressed(other) == shown for other in others)


def _likes(counts: list[int], places: list[int], wanted: int) -> Iterator[list[int]]:
    """Tables with the same total: some taken from one place and given to another, two of them exchanged, all but one or two of
    them ones, or two of them twos beside two that are large; then, of small ones, all."""
    whole = sum(counts[place] for place in places)
    for other in places:
        for by in range(-40, 41):
            yield _with(counts, {wanted: counts[wanted] + by, other: counts[other] - by})
        yield _with(counts, {wanted: counts[other], other: counts[wanted]})
        yield _with(counts, dict.fromkeys(places, 1) | {other: whole - len(places) + 1})
    for first, second in permutations(places, 2):
        rest = whole - (len(places) - 2)
        for large in range(LEAST, rest - LEAST + 1):
            yield _with(counts, dict.fromkeys(places, 1) | {first: large, second: rest - large})
    for two, first, second in permutations([place for place in places if place != wanted], 3):
        for large in range(LEAST, whole - 2 * 2 - LEAST + 1):
            yield _with(counts, dict.fromkeys(places, 0) | {wanted: 2, two: 2, first: large, second: whole - 2 * 2 - large})
    if len(places) <= 5 and whole <= 30:
        for hidden in _sums(len(places), whole):
            yield _with(counts, dict(zip(places, hidden, strict=True)))


def _sums(parts: int, whole: int) -> Iterator[tuple[int, ...]]:
    """Every way to make up a whole of so many parts."""
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        yield from ((first, *rest) for rest in _sums(parts - 1, whole - first))


def _with(counts: list[int], some: dict[int, int]) -> list[int]:
    made = [some.get(place, count) for place, count in enumerate(counts)]
    return made if min(made) >= 0 and sum(made) == sum(counts) else counts
