"""Telling what a file is from its first line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.headers import OPTIONAL, REQUIRED, Kind, read_header
from services.attendance.domain.text import PIECE, pieces

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
    assert read_header(["Locker", *MARKS, ""]).unknown == (1, 6)


@pytest.mark.parametrize("cells", [["B801200005001", "Testerly", "Ada", "2015-04-30", "7"], [""], ["UPN"]])
def test_a_file_without_a_header_is_refused_and_its_first_line_not_repeated(cells: list[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        read_header(cells)
    assert "Testerly" not in str(refused.value)


def test_half_a_roll_and_half_marks_is_neither() -> None:
    with pytest.raises(FileRefused, match="partly"):
        read_header(["UPN", "date", "session", "surname", "forename"])


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (["Student ID", "UPN", "Date", "Session Name", "Mark", "ID"], {"pupil id": 0, "UPN": 1, "date": 2, "session": 3, "code": 4}),
        (["UPN", "Surname", "Forename", "DOB", "Year", "Date", "Session", "Mark"], {"UPN": 0, "date": 5, "session": 6, "code": 7}),
        (
            ["Legal_Surname", "Surname", "Forename", "UPN", "DoB", "NC Year", "Reg", "Adno"],
            {"surname": 0, "forename": 2, "UPN": 3, "date of birth": 4, "year group": 5, "pupil id": 7},
        ),
        (["Date", "UPN", "AM", "PM"], {"date": 0, "UPN": 1, "AM": 2, "PM": 3}),
        (["Date", "UPN", "Session", "Code", "AM", "PM"], {"date": 0, "UPN": 1, "session": 2, "code": 3}),
    ],
)
def test_names_of_other_systems_are_read(cells: list[str], columns: dict[str, int]) -> None:
    assert read_header(cells).columns == columns


def test_of_two_columns_with_one_meaning_ours_is_read_and_the_other_told() -> None:
    header = read_header(["Mark", *MARKS])
    assert (header.columns["code"], header.unknown) == (4, (1,))


def test_columns_that_nobody_needs_are_not_worth_a_word() -> None:
    assert read_header(["Reg Group", "Surname", *MARKS]).unknown == ()


def read(data: bytes) -> str:
    return "".join(pieces(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("UPN,date".encode("utf-16-le"), "NUL"),
        (b"UPN,Zo\x81", "not UTF-8 or Windows-1252"),
        (b"\xff\xfeU\0P\0N", "not UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("before", ["", "x" * (PIECE - 4), "x" * (PIECE - 1), "x" * PIECE])
def test_text_is_read_in_the_encodings_that_schools_have(encoding: str, before: str) -> None:
    text = f"{before}UPN,Zoë’s"
    assert read(text.encode(encoding)) == text
