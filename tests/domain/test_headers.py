"""Telling what a file is from its first line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.headers import OPTIONAL, REQUIRED, Kind, read_header
from services.attendance.domain.text import decode

ROLL = ["UPN", "surname", "forename", "date of birth", "year group"]
MARKS = ["UPN", "date", "session", "code"]


@st.composite
def written(draw: st.DrawFn, kind: Kind) -> tuple[list[str], list[str]]:
    """Our names in any order, and the same as somebody might write them."""
    optional = draw(st.lists(st.sampled_from(OPTIONAL[kind]), unique=True))
    names = draw(st.permutations([*REQUIRED[kind], *optional]))
    spaces = [draw(st.sampled_from([" ", "_", "-", "  ", ""])) for _ in names]
    cases = [draw(st.sampled_from([str.upper, str.lower, str.title])) for _ in names]
    cells = [f" {case(name).replace(' ', space)}" for name, space, case in zip(names, spaces, cases, strict=True)]
    return names, cells


@pytest.mark.parametrize("kind", ["roll", "marks"])
@given(data=st.data())
def test_names_are_read_however_they_are_written_and_ordered(kind: Kind, data: st.DataObject) -> None:
    names, cells = data.draw(written(kind))
    header = read_header(cells)
    assert header.kind == kind
    assert header.columns == {name: index for index, name in enumerate(names)}
    assert header.unknown == ()


@pytest.mark.parametrize("kind", [ROLL, MARKS])
def test_each_required_column_is_required(kind: list[str]) -> None:
    for name in kind:
        with pytest.raises(FileRefused, match=name):
            read_header([other for other in kind if other != name])


def test_a_column_twice_is_refused() -> None:
    with pytest.raises(FileRefused, match='"code" stands twice'):
        read_header([*MARKS, " Code"])


def test_unknown_columns_are_told_by_position_only() -> None:
    assert read_header(["House", *MARKS, ""]).unknown == (1, 6)


@pytest.mark.parametrize("cells", [["B801200005001", "Testerly", "Ada", "2015-04-30", "7"], [""], ["UPN"]])
def test_a_file_without_a_header_is_refused_and_its_first_line_not_repeated(cells: list[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        read_header(cells)
    assert "Testerly" not in str(refused.value)


def test_half_a_roll_and_half_marks_is_neither() -> None:
    with pytest.raises(FileRefused, match="partly"):
        read_header(["UPN", "date", "session", "surname", "forename"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        ("UPN,date".encode("utf-16"), "UTF-16"),
        ("UPN,date".encode("utf-16-le"), "NUL"),
        ("UPN,Zoë".encode("cp1252"), "not UTF-8"),
        (b"PK\x03\x04workbook", "workbook"),
    ],
)
def test_what_is_not_utf_8_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        decode(data)


def test_a_byte_order_mark_is_no_text() -> None:
    assert decode("\ufeffUPN,Zoë".encode()) == decode("UPN,Zoë".encode()) == "UPN,Zoë"
