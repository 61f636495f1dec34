"""Joined records: who is one child with whom, and what is shown of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.combined import gathered
from services.attendance.domain.concerns.stood import Stood
from services.attendance.domain.errors import NotJoined
from services.attendance.domain.joins import Pair, by_file, check, groups, ordered
from services.attendance.domain.page_moves import take_out
from services.attendance.domain.register_page import Page, trail, writer
from services.attendance.domain.roll_book import fields_now, new_entry, of_one, person, tell
from services.attendance.domain.stored_page import decode, encode
from tests.support.columns import Row, apply, columns

A, B, C, D = "a" * 24, "b" * 24, "c" * 24, "d" * 24


def joined(kept: str, other: str) -> Pair:
    return Pair(ordered(kept, other), "joined", kept)


def test_groups_follow_from_pairs_the_one_that_is_kept_first() -> None:
    assert groups([]) == {}
    assert groups([joined(B, A)]) == {A: (B, A), B: (B, A)}
    assert groups([joined(B, A), joined(C, B)]) == dict.fromkeys((A, B, C), (C, A, B))
    assert groups([Pair((A, B), "parted", A), Pair((A, C), "kept apart")]) == {}


def test_a_ring_that_two_at_once_have_made_is_still_one_child() -> None:
    assert groups([joined(A, B), joined(B, C), joined(C, A)]) == dict.fromkeys((A, B, C), (A, B, C))


@pytest.mark.parametrize(
    ("kept", "other", "pairs", "reason"),
    [
        (A, A, [], "the same record"),
        (A, B, [joined(A, B)], "one child already"),
        (B, A, [joined(A, B)], "one child already"),
        (A, B, [Pair((A, B), "kept apart")], "for ever"),
        (A, C, [joined(A, B), Pair((B, C), "kept apart")], "for ever"),
        (C, A, [joined(A, B), Pair((B, C), "kept apart", B)], "for ever"),
        (B, C, [joined(A, B)], f"{B} is joined to {A}"),
        (C, B, [joined(A, B)], f"{B} is joined to {A}"),
    ],
)
def test_what_cannot_be_joined_says_why(kept: str, other: str, pairs: list[Pair], reason: str) -> None:
    with pytest.raises(NotJoined, match=reason):
        check(kept, other, pairs)


def test_a_file_joins_whole_children_and_never_against_a_person() -> None:
    assert by_file(A, B, []) == (A, B)
    assert by_file(B, D, [joined(A, B), joined(C, D)]) == (A, C)
    assert by_file(A, B, [joined(A, B)]) is None
    assert by_file(A, B, [Pair((A, B), "parted", A)]) is None
    assert by_file(A, B, [Pair((A, B), "kept apart")]) is None
    assert by_file(A, C, [joined(A, B), Pair((B, C), "kept apart")]) is None


cells = st.dictionaries(st.integers(0, 40), st.sampled_from(b"/\\OIL-"), max_size=8)
feeds = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([A, B, C]), cells), max_size=10)


def page_of(said: list[tuple[int, str, dict[int, int]]], children: list[str]) -> Page:
    page = Page()
    for child in children:
        page.add(child)
    for number, child, marks in said:
        rows: list[Row] = [(slot, mark, None) for slot, mark in marks.items()]
        if rows and child in children:
            apply(page, writer(number, 0), columns({child: rows}))
    return page


@given(feeds, st.booleans())
def test_a_joined_child_is_what_all_feeds_of_one_record_would_have_given(said: list[tuple[int, str, dict[int, int]]], apart: bool) -> None:
    """Also when the records stand on two pages; and nothing changes on the pages that are stored."""
    pages = [page_of(said, [A, C]), page_of(said, [B])] if apart else [page_of(said, [A, B, C])]
    before = [encode(page) for page in pages]
    shown = [decode(stored) for stored in before]
    gathered(shown, groups([joined(A, B)]))
    assert [encode(page) for page in pages] == before, "parting gives both back: nothing was done to them"
    assert [child for page in shown for child in page.children if child] == [A, C]
    # where one feed speaks of both in a session, what it says of the record that is kept counts
    own = {(number, slot) for number, child, marks in said if child == A for slot in marks}
    alike = [
        (number, A, marks if child == A else {slot: mark for slot, mark in marks.items() if (number, slot) not in own})
        for number, child, marks in sorted(said, key=lambda one: one[1])
        if child in (A, B)
    ]
    one, other = take_out(shown[0], A), page_of([], [A])
    first: set[tuple[int, int]] = set()
    for number, _, marks in alike:
        fresh = {slot: mark for slot, mark in marks.items() if (number, slot) not in first}
        first |= {(number, slot) for slot in marks}
        rows: list[Row] = [(slot, mark, None) for slot, mark in fresh.items()]
        if rows:
            apply(other, writer(number, 0), columns({A: rows}))
    assert one.series(A) == other.series(A)
    assert [trail(one, A, slot) for slot in range(41)] == [trail(other, A, slot) for slot in range(41)]


@given(feeds)
def test_a_child_without_a_page_is_shown_on_the_others(said: list[tuple[int, str, dict[int, int]]]) -> None:
    page = page_of(said, [B, C])
    series = page.series(B)
    page.state[B] = {"severe absence": Stood(3, raised=True)}
    gathered([page], groups([joined(A, B)]))
    assert (set(page.children) - {None}, page.series(A)) == ({A, C}, series)
    assert A not in page.state, "what stands over a child is noted with the record that is kept"


told = st.lists(st.tuples(st.integers(1, 30), st.sampled_from([A, B]), st.dictionaries(st.sampled_from("xyz"), st.text(max_size=2))))


@given(told)
def test_the_roll_of_a_joined_child_is_what_all_rolls_of_one_record_would_have_told(
    said: list[tuple[int, str, dict[str, str]]],
) -> None:
    distinct = {number: (child, fields) for number, child, fields in said}
    entries, one = {A: new_entry("A"), B: new_entry("B")}, new_entry("A")
    for number, (child, fields) in distinct.items():
        tell(entries[child], number * 4096, fields)
        tell(one, number * 4096, fields)
    assert fields_now(of_one([entries[A], entries[B]])) == fields_now(one)


def test_a_joined_child_is_known_by_the_upn_that_the_latest_roll_names() -> None:
    old, new = new_entry("B801200005001"), new_entry("H801200001001")
    tell(old, 1, {"surname": "Testerly"})
    tell(new, 2, {"surname": "Sample"})
    found = person(A, of_one([old, new]), None, (A, B))
    assert (found.upn, found.surname, found.records) == ("H801200001001", "Sample", (A, B))
