"""The stored format of a feed's parts."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.codes import CODES
from services.attendance.domain.marks import ChildMarks, MarksBatch
from services.attendance.domain.notes import Note
from services.attendance.domain.parts import (
    PART_BYTES,
    PART_MARKS,
    marks_parts,
    pack_marks,
    pack_roll,
    roll_parts,
    unpack_marks,
    unpack_roll,
)
from services.attendance.domain.roll_row import Cell, RollRow

upns = st.from_regex(r"[A-HJ-NP-RT-Z][0-9]{12}", fullmatch=True)
pupil_ids = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=64).map("#".__add__)
codes = st.sampled_from([code.byte for code in CODES])
words = st.text(max_size=500)
note = st.lists(st.none() | st.integers(0, 999) | words, min_size=1, max_size=4).map(tuple)


@st.composite
def batches(draw: st.DrawFn) -> MarksBatch:
    children = draw(
        st.dictionaries(
            upns | pupil_ids if draw(st.booleans()) else upns, st.dictionaries(st.integers(0, 731), codes, min_size=1), min_size=1
        )
    )
    cells = [(slot, mark) for upn in sorted(children) for slot, mark in sorted(children[upn].items())]
    return MarksBatch(
        draw(st.integers(2000, 2100)),
        sorted(children),
        array("H", (len(children[upn]) for upn in sorted(children))),
        array("H", (slot for slot, _ in cells)),
        bytes(mark for _, mark in cells),
        draw(st.dictionaries(st.integers(0, len(cells) - 1), note, max_size=5)),
        draw(st.dictionaries(pupil_ids, st.sampled_from(sorted(children)), max_size=3)),
    )


def flat(batch: MarksBatch) -> list[tuple[str, int, int, Note | None]]:
    return [
        (child.key, slot, mark, child.notes.get(index))
        for child in batch.children()
        for index, (slot, mark) in enumerate(zip(child.slots, child.marks, strict=True))
    ]


def plain(children: int, marks: int, comment: str | None = None) -> MarksBatch:
    notes: dict[int, Note] = dict.fromkeys(range(children * marks), (None, comment)) if comment else {}
    names = [f"A{number:012d}" for number in range(children)]
    slots = array("H", list(range(marks)) * children)
    return MarksBatch(2026, names, array("H", [marks] * children), slots, b"/" * (marks * children), notes)


@given(batches())
def test_a_part_of_marks_is_read_as_it_was_written(batch: MarksBatch) -> None:
    assert unpack_marks(pack_marks(batch)) == batch


@given(batches(), st.data())
def test_a_cut_loses_nothing(batch: MarksBatch, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(batch)))
    sides = [batch.cut(0, at)] + ([batch.cut(at, len(batch))] if at < len(batch) else [])
    assert [cell for side in sides for cell in flat(side)] == flat(batch)
    assert all(count > 0 for side in sides for count in side.counts)
    assert {pupil: upn for side in sides for pupil, upn in side.beside.items()} == batch.beside
    assert all(upn in side.keys for side in sides for upn in side.beside.values())


@pytest.mark.parametrize("batch", [plain(300, 400), plain(120_000, 1), plain(10, 732, "\x01" * 500)])
def test_parts_keep_to_their_limits_and_to_the_order(batch: MarksBatch) -> None:
    packed = [content for content, _ in marks_parts(batch)]
    assert len(packed) > 1
    assert max(map(len, packed)) <= PART_BYTES
    parts = [unpack_marks(part) for part in packed]
    assert max(map(len, parts)) <= PART_MARKS
    assert [cell for part in parts for cell in flat(part)] == flat(batch)


def test_the_format_is_what_is_written_down() -> None:
    batch = MarksBatch(2026, ["B801200005001"], array("H", [2]), array("H", [74, 300]), b"/I", {1: (5, "bus")})
    assert pack_marks(batch).hex(" ", -4) == (
        b"\x01\xea\x07\x01\0\0\0\x02\0\0\0\x0d\0\0\0B801200005001\x02\0\x4a\0\x2c\x01/I" + b'[[1,5,"bus"]]'
    ).hex(" ", -4)


def test_pupil_ids_stand_where_the_upns_would() -> None:
    batch = MarksBatch(2026, ["#07", "B801200005001"], array("H", [1, 1]), array("H", [74, 74]), b"/I", {}, {"#é": "B801200005001"})
    names = '[["#07", "B801200005001"], {"#é": "B801200005001"}]'.encode()
    assert pack_marks(batch).hex(" ", -4) == (
        b"\x02\xea\x07\x02\0\0\0\x02\0\0\0\x02\0\0\0" + bytes([len(names)]) + b"\0\0\0" + names + b"\x01\0\x01\0\x4a\0\x4a\0/I[]"
    ).hex(" ", -4)


NAMED = MarksBatch(2026, ["#7"], array("H", [1]), array("H", [0]), b"/", {})


@pytest.mark.parametrize("batch", [plain(1, 1), NAMED])
@pytest.mark.parametrize("spoil", [lambda part: b"", lambda part: b"\x03" + part[1:], lambda part: part[:-1], lambda part: part[:16]])
def test_what_is_no_part_is_a_value_error(spoil: Callable[[bytes], bytes], batch: MarksBatch) -> None:
    with pytest.raises(ValueError, match="part of marks"):
        unpack_marks(spoil(pack_marks(batch)))


def test_a_child_is_seen_with_its_own_notes() -> None:
    batch = MarksBatch(2026, ["A" * 13, "B" * 13], array("H", [1, 2]), array("H", [0, 0, 1]), b"/LI", {1: (5, None), 2: (None, "ill")})
    assert list(batch.children()) == [
        ChildMarks("A" * 13, array("H", [0]), b"/", {}),
        ChildMarks("B" * 13, array("H", [0, 1]), b"LI", {0: (5, None), 1: (None, "ill")}),
    ]


texts: st.SearchStrategy[Cell] = st.none() | words | st.booleans()
roll_rows = st.builds(
    RollRow,
    upns,
    words,
    words,
    st.dates(date(2000, 1, 1)),
    st.sampled_from(["R", "7"]),
    st.dictionaries(st.sampled_from(["sex", "address", "looked after"]), texts),
    st.dictionaries(st.integers(1, 4), st.dictionaries(st.sampled_from(["name", "phone"]), texts)),
    st.none() | pupil_ids,
    st.none() | upns,
)


@given(st.lists(roll_rows, max_size=5))
def test_a_roll_is_read_as_it_was_written(rows: list[RollRow]) -> None:
    assert unpack_roll(pack_roll(rows)) == rows
    assert [row for part in roll_parts(rows) for row in unpack_roll(part)] == rows


def test_parts_of_a_roll_keep_to_their_limit() -> None:
    row = RollRow("B801200005001", "Testerly", "Ada", date(2015, 4, 30), "7", {"address": "\x01" * 500}, {})
    parts = list(roll_parts([row] * 2000))
    assert len(parts) > 1
    assert max(map(len, parts)) <= PART_BYTES
    assert sum(len(unpack_roll(part)) for part in parts) == 2000
