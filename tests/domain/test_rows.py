"""Rows and the lines on which they start."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.rows import BROKEN, CHUNK, chunks
from services.attendance.domain.text import Lines, blocks

cells = st.text(st.sampled_from('ab ,"\n\u2028\x0b'), max_size=5)


def read(text: str, piece: int = 1000) -> list[tuple[int, list[str]]]:
    pieces = (text[start : start + piece] for start in range(0, len(text), piece))
    return [pair for chunk in chunks(Lines(blocks(pieces)), 2) for pair in zip(chunk.lines, chunk.rows, strict=True)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@given(table=st.lists(st.lists(cells, min_size=2, max_size=2), max_size=20), piece=st.integers(1, 50))
def test_what_was_written_is_read_with_the_line_where_each_row_starts(end: str, table: list[list[str]], piece: int) -> None:
    table = [["a", "b"]] * (CHUNK - 5) + table  # the end of a chunk falls among the rows that were drawn
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    starts = []
    for row in table:
        starts.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    assert read(out.getvalue().replace("\n", end), piece) == list(zip(starts, table, strict=True))


def test_a_quotation_mark_never_closed_spoils_its_own_row_only() -> None:
    good = [f"a{n},b" for n in range(1000)]
    text = "\n".join([*good[:400], 'x,"y', *good[400:]])
    got = read(text)
    assert got[400] == (401, BROKEN)
    assert got[400][1] is BROKEN
    assert [row for _, row in got[:400] + got[401:]] == [line.split(",") for line in good]


@pytest.mark.parametrize(("first", "second"), [('x,"y', 'z,"w'), ('"x,y', '"z,w'), ('x,"y', 'z"w,v')])
def test_two_stray_quotation_marks_do_not_swallow_the_rows_between(first: str, second: str) -> None:
    got = read(f"{first}\na,b\nc,d\n{second}\ne,f")
    assert got[0][1] is BROKEN
    assert [row for _, row in got[1:3] + got[4:]] == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_the_last_row_cut_within_quotes_is_broken() -> None:
    assert read('a,b\nc,"d\ne')[1:] == [(2, BROKEN), (3, ["e"])]


def test_a_field_over_the_readers_limit_is_broken_and_the_next_row_is_read() -> None:
    assert read("a,b\n" + "x" * 200_000 + "\nc,d") == [(1, ["a", "b"]), (2, BROKEN), (3, ["c", "d"])]


def test_each_of_many_stray_quotation_marks_spoils_its_own_row() -> None:
    assert read('"\n' * 5_001) == [(line, BROKEN) for line in range(1, 5_002)]


def test_blank_lines_are_no_rows_or_empty_ones() -> None:
    assert [row for row in read("a,b\n\n\nc,d\n") if row[1]] == [(1, ["a", "b"]), (4, ["c", "d"])]


def test_the_end_of_an_endless_line_is_dropped_and_the_next_row_is_read() -> None:
    assert [line for line, _ in read("x," * 2_000_000 + "\na,b", 100_000)] == [1, 2]
    assert read("x" * 2_000_000 + "\na,b", 100_000) == [(1, BROKEN), (2, ["a", "b"])]
