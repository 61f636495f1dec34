"""The register is what applying the feeds in the order of their numbers gives, whatever the order and number of deliveries."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.attendance.domain.codes import CLEARED
from services.attendance.domain.concerns.stood import Stood
from services.attendance.domain.hearing import hear
from services.attendance.domain.page_moves import put_in, take_out
from services.attendance.domain.page_withdrawal import withdraw
from services.attendance.domain.register_page import CHILDREN, Page, feed_of, trail, writer
from services.attendance.domain.stored_page import decode, encode
from tests.support.columns import Row, apply, columns

NAMES = [f"child{n}" for n in range(5)]
NOTES = st.sampled_from([None, None, None, (5,), (None, "bus"), (None, None, "B Example", "phoned")])
CELL = st.tuples(st.sampled_from(NAMES), st.integers(0, 9))


@st.composite
def feeds(draw: st.DrawFn) -> list[tuple[int, dict[str, list[Row]]]]:
    """Up to eight writers, each with one mark at most for a session of a child."""
    written = []
    for number in range(1, draw(st.integers(2, 8)) + 1):
        cells = draw(st.lists(CELL, unique=True, min_size=1, max_size=25))
        rows: dict[str, list[Row]] = {}
        for child, slot in cells:
            rows.setdefault(child, []).append((slot, draw(st.sampled_from(b"/LO-")), draw(NOTES)))
        written.append((writer(number // 2, number % 2), rows))
    return written


def full_page() -> Page:
    page = Page()
    for name in NAMES:
        page.add(name)
    return page


def in_order(written: list[tuple[int, dict[str, list[Row]]]]) -> dict[tuple[str, int], list[tuple[int, int, object]]]:
    """The plain reading: go through the writers in order and note each change of a cell, which is without a mark at first."""
    cells: dict[tuple[str, int], list[tuple[int, int, object]]] = {}
    for by, rows in sorted(written, key=lambda pair: pair[0]):
        for child, child_rows in rows.items():
            for slot, mark, note in child_rows:
                runs = cells.setdefault((child, slot), [])
                if (runs[-1][1:] if runs else (CLEARED, None)) != (mark, note):
                    runs.append((by, mark, note))
    return {cell: runs for cell, runs in cells.items() if runs}


@given(feeds(), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_any_order_and_repetition_gives_the_same_page(written: list[tuple[int, dict[str, list[Row]]]], chance: random.Random) -> None:
    ordered = full_page()
    for by, rows in sorted(written, key=lambda pair: pair[0]):
        apply(ordered, by, columns(rows))
    deliveries = [*written, *chance.sample(written, len(written) // 2)]
    chance.shuffle(deliveries)
    shuffled = full_page()
    for by, rows in deliveries:
        apply(shuffled, by, columns(rows))
        shuffled = decode(encode(shuffled))
    assert encode(shuffled) == encode(ordered)
    plain = in_order(written)
    for (child, slot), runs in plain.items():
        assert [tuple(run) for run in trail(shuffled, child, slot)] == runs
        assert shuffled.series(child)[slot] == runs[-1][1]
    assert sum(mark != 0 for mark in shuffled.marks) == len(plain)


@given(feeds(), st.lists(st.integers(0, 2), min_size=len(NAMES), max_size=len(NAMES)), st.sets(st.integers(0, 4)))
@settings(max_examples=200)
def test_pages_side_by_side_are_each_what_it_would_be_alone(
    written: list[tuple[int, dict[str, list[Row]]]], homes: list[int], gone: set[int]
) -> None:
    """Also where one of them knows the writer already, or has been told that its feed was taken back, and where nothing is said of one."""

    def made() -> list[Page]:
        pages = [Page(children=[None, *(name for name, home in zip(NAMES, homes, strict=True) if home == at)]) for at in range(3)]
        pages[1].withdrawn = set(gone)
        apply(pages[2], written[0][0], columns(written[0][1]))
        return pages

    together, alone = made(), made()
    for by, rows in written:
        said = columns(rows)
        moved = hear(together, by, said)
        for at, page in enumerate(alone):
            changed = apply(page, by, said)
            assert {page.children[place] for place in moved[at].nonzero()[0].tolist()} == changed
    assert [encode(page) for page in together] == [encode(page) for page in alone]


@given(feeds(), st.sampled_from(NAMES), st.integers(0, 8))
def test_a_child_moves_with_all_that_its_page_knew(written: list[tuple[int, dict[str, list[Row]]]], who: str, when: int) -> None:
    stayed = full_page()
    for by, rows in written:
        apply(stayed, by, columns(rows))
    first, second = full_page(), Page(children=["other"])
    for at, (by, rows) in enumerate(written):
        if at == min(when, len(written) - 1):
            first, second = decode(encode(first)), decode(encode(second))
            put_in(second, take_out(first, who))
        for page in (first, second):
            apply(page, by, columns({child: part for child, part in rows.items() if page.place(child) is not None}))
    assert first.place(who) is None
    assert second.series(who) == stayed.series(who)
    for slot in range(10):
        assert trail(second, who, slot) == trail(stayed, who, slot)
        for child in NAMES:
            if child != who:
                assert trail(first, child, slot) == trail(stayed, child, slot)


@given(feeds(), st.sets(st.integers(0, 4), min_size=1), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_feeds_taken_back_leave_what_the_others_alone_make(
    written: list[tuple[int, dict[str, list[Row]]]], gone: set[int], chance: random.Random
) -> None:
    """Whatever came before and after, also when a part comes only after its feed was taken back, and when either comes twice."""
    others = full_page()
    others.withdrawn = gone
    for by, rows in written:
        if feed_of(by) not in gone:
            apply(others, by, columns(rows))
    steps: list[tuple[int, dict[str, list[Row]]] | int] = [*written, *gone]
    steps += chance.sample(steps, len(steps) // 2)
    chance.shuffle(steps)
    page = full_page()
    for step in steps:
        before = page.marks.replace(b"-", b"\0")
        changed = withdraw(page, step) if isinstance(step, int) else apply(page, step[0], columns(step[1]))
        after = page.marks.replace(b"-", b"\0")
        assert changed == {name for at, name in enumerate(NAMES) if before[at::CHILDREN] != after[at::CHILDREN]}
        page = decode(encode(page))
    assert encode(page) == encode(others)


def show(page: Page, child: str, slot: int) -> list[tuple[int, str]]:
    return [(feed_of(run.writer), chr(run.mark)) for run in trail(page, child, slot)]


def test_a_mark_that_is_cleared_is_missing_with_its_trail_whatever_the_order() -> None:
    feeds = {1: b"N", 2: b"-", 3: b"/"}
    for order in ([1, 2, 3], [3, 2, 1], [2, 3, 1], [2, 1, 3]):
        page = full_page()
        for number in order:
            apply(page, writer(number, 0), columns({"child0": [(0, feeds[number][0], None)]}))
        assert show(page, "child0", 0) == [(1, "N"), (2, "-"), (3, "/")]
    page = full_page()
    assert apply(page, writer(1, 0), columns({"child0": [(0, 47, None)]})) == {"child0"}
    assert apply(page, writer(2, 0), columns({"child0": [(0, CLEARED, None)]})) == {"child0"}
    assert page.series("child0")[0] == CLEARED


def test_a_session_that_never_had_a_mark_changes_nothing_and_costs_no_history() -> None:
    """Schools send the empty afternoon every morning, and again filled in."""
    page, marked = full_page(), full_page()
    for day in range(0, 60, 2):
        morning = {child: [(day, 47, None), (day + 1, CLEARED, None)] for child in NAMES}
        evening = {child: [(day, 47, None), (day + 1, 92, None)] for child in NAMES}
        assert apply(page, writer(day + 1, 0), columns(morning)) == set(NAMES)
        assert apply(page, writer(day + 2, 0), columns(evening)) == set(NAMES)
        apply(marked, writer(day + 1, 0), columns({child: rows[:1] for child, rows in morning.items()}))
        apply(marked, writer(day + 2, 0), columns(evening))
    assert not page.runs
    assert page.marks == marked.marks
    assert len(encode(page)) < len(encode(marked)) + 30 * 30
    assert apply(page, writer(100, 0), columns({"child0": [(100, CLEARED, None)]})) == set()
    assert trail(page, "child0", 100) == []


def test_which_children_changed() -> None:
    page = full_page()
    assert apply(page, writer(1, 0), columns({"child0": [(0, ord("/"), None)], "child1": [(0, ord("N"), None)]})) == {"child0", "child1"}
    assert apply(page, writer(2, 0), columns({"child0": [(0, ord("/"), None)], "child1": [(0, ord("I"), None)]})) == {"child1"}
    assert apply(page, writer(2, 0), columns({"child0": [(0, ord("/"), None)], "child1": [(0, ord("I"), None)]})) == set()
    assert [(feed_of(run.writer), chr(run.mark)) for run in trail(page, "child1", 0)] == [(1, "N"), (2, "I")]


def test_a_child_that_joins_the_page_later() -> None:
    page = Page()
    page.add("a")
    apply(page, writer(1, 0), columns({"a": [(0, 47, None)]}))
    page.add("b")
    apply(page, writer(3, 0), columns({"a": [(0, 47, None)], "b": [(0, 47, None)]}))
    apply(page, writer(2, 0), columns({"b": [(0, 73, None)]}))
    assert [(feed_of(run.writer), run.mark) for run in trail(page, "b", 0)] == [(2, 73), (3, 47)]
    assert [(feed_of(run.writer), run.mark) for run in trail(page, "a", 0)] == [(1, 47)]


def test_a_year_of_daily_feeds_is_small() -> None:
    page = Page(children=[f"{n:024x}" for n in range(CHILDREN)])
    for day in range(190):
        apply(
            page, writer(day + 1, 0), columns({child: [(2 * day, 47, None), (2 * day + 1, 92, None)] for child in page.children if child})
        )
    blob = encode(page)
    assert len(blob) - 190 * 2 * CHILDREN < 32 * CHILDREN


SMALL_PAGE = bytes.fromhex(
    "02a20000009693a161c0a16282009293cd10002fc093cd20004992c0a3627573cd02809193cd10004c910582cd100093039200c40082009200c40121"
    "029200c4260100000000000000000000000000000000000000000000000000000000000000000000000020cd200093039200c4010181019200c40101"
    "81cd200093039200c40081029225c4014081a16281b270657273697374656e7420616273656e63659401c3c301910903840000000000000000000000"
    "000000000000000000000000000000000000000000000000000400000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000004900494c000000004f"
)
"""As it was stored when a page had 128 children."""


def test_a_page_of_the_version_before_is_read_as_it_was_meant() -> None:
    page = Page(children=["a", None, "b"], withdrawn={9}, state={"b": {"persistent absence": Stood(1, raised=True, met=1)}})
    apply(page, writer(1, 0), columns({"a": [(0, 47, None), (5, 76, (5,))], "b": [(0, 73, None), (301, 79, None)]}))
    apply(page, writer(2, 0), columns({"a": [(0, 73, (None, "bus"))], "b": [(0, 73, None), (302, CLEARED, None)]}))
    read = decode(SMALL_PAGE)
    assert encode(read) == encode(page)
    assert [(run.mark, run.note) for run in trail(read, "a", 0)] == [(47, None), (73, (None, "bus"))]
