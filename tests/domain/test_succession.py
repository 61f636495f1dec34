"""A successor's register as it is read: its own, with its predecessor's before its first day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.register_page import CHILDREN, Page, feed_of, trail, writer
from services.attendance.domain.succession import Predecessor, laid_in, left_over, source_of
from shared.academic_year import SLOTS
from tests.support.columns import apply, columns

MARKS = st.dictionaries(st.integers(0, 60), st.sampled_from(b"/INO"), max_size=30)
IDS = ("ada", "ben", "cy")


def page(said: dict[str, list[dict[int, int]]]) -> Page:
    made = Page(children=list(said))
    for child, feeds in said.items():
        for number, marks in enumerate(feeds, 1):
            apply(made, writer(number, 0), columns({child: [(slot, mark, None) for slot, mark in sorted(marks.items())]}))
    return made


@given(theirs=MARKS, again=MARKS, ours=MARKS, cut=st.integers(0, 60))
def test_before_the_first_day_the_predecessors_marks_stand_and_afterwards_none_of_them(
    theirs: dict[int, int], again: dict[int, int], ours: dict[int, int], cut: int
) -> None:
    ours = {slot: mark for slot, mark in ours.items() if slot >= cut}
    before = page({"cy": [{}], "ada": [theirs, again]})
    own = page({"ben": [ours], "ada": [ours]})
    kept = bytes(own.marks)
    joined = laid_in(own, [before], cut, {"ada"})
    wanted = {slot: mark for slot, mark in (theirs | again).items() if slot < cut} | ours
    assert joined.series("ada") == bytes(wanted.get(slot, 0) for slot in range(SLOTS))
    assert joined.series("ben") == own.series("ben")
    assert bytes(own.marks) == kept, "the page itself is not touched"
    for slot in wanted:
        runs = trail(joined, "ada", slot)
        first = 1 if slot >= cut else -1 if slot in theirs else -2
        assert feed_of(runs[0].writer) == first
        assert runs[-1].mark == wanted[slot]

    rest = left_over(before, [own], cut)
    assert rest.children == ["cy", None]
    assert not any(rest.marks[1::CHILDREN])


@given(first=MARKS, second=MARKS, third=MARKS, cuts=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_a_row_of_schools_is_read_through(
    first: dict[int, int], second: dict[int, int], third: dict[int, int], cuts: tuple[int, int]
) -> None:
    early, late = sorted(cuts)
    second = {slot: mark for slot, mark in second.items() if early <= slot < late}
    third = {slot: mark for slot, mark in third.items() if slot >= late}
    middle = laid_in(page({"ada": [second]}), [page({"ben": [{}], "ada": [first]})], early, {"ada"})
    joined = laid_in(page({"ada": [third]}), [middle], late, {"ada"})
    wanted = {slot: mark for slot, mark in first.items() if slot < early} | second | third
    assert joined.series("ada") == bytes(wanted.get(slot, 0) for slot in range(SLOTS))
    for slot in wanted:
        back = 2 if slot < early else 1 if slot < late else 0
        assert [source_of(feed_of(run.writer)) for run in trail(joined, "ada", slot)] == [(back, 1)]


@pytest.mark.parametrize(
    ("since", "slots"),
    [(date(2026, 8, 1), 0), (date(2026, 9, 1), 2 * 31), (date(2027, 7, 31), 2 * 364), (date(2027, 8, 1), SLOTS), (date(2030, 1, 1), SLOTS)],
)
def test_so_many_slots_of_a_year_are_the_predecessors(since: date, slots: int) -> None:
    assert Predecessor("900001", since).slots(2026) == slots
