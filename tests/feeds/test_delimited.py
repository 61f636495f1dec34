"""Delimited text as the systems of schools, and Excel, write it."""

import pytest

from tests.feeds.terms import ADA, BEN, answer, marks, refusals, roll, taken

DAY = "2026-09-07"
ONE = [(ADA, DAY, "AM", "/")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_file_is_read_by_any_separator_in_any_encoding(encoding: str, separator: str) -> None:
    lines = ["UPN", "Date", "Session", "Code", "Comment"], [ADA, "07/09/2026", "AM", "I", f"at Zoë{separator}s"]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    checked = marks((mark + text).encode(encoding))
    assert taken(checked) == [(ADA, DAY, "AM", "I")]
    (note,) = checked.batches[2026].notes.values()
    assert note == (None, f"at Zoë{separator}s")


def test_the_separator_that_excel_is_told_is_no_row() -> None:
    assert taken(marks(f"sep=;\nUPN;date;session;code\n{ADA};{DAY};AM;/\n".encode())) == ONE


def test_a_separator_that_excel_is_told_and_no_more_is_refused() -> None:
    assert "does not name the columns" in str(answer(b"sep=;\n"))


def test_titles_above_the_header_are_no_rows_and_lines_are_counted_from_the_top() -> None:
    titles = 'Attendance report\n"Autumn, all years"\n\n'
    rows = f"Surname,UPN,Date,Session Name,Mark\nTesterly,{ADA},{DAY},AM,?\nTesterly,{ADA},{DAY},AM,/"
    checked = marks((titles + rows).encode())
    assert taken(checked) == ONE
    assert refusals(checked.receipt) == [(5, "code", "not a register code")]


def test_a_quoted_line_end_stays_in_its_cell_and_the_next_row_has_its_line() -> None:
    head = "UPN,Legal Surname,Forename,DOB,NC Year,Home address"
    checked = roll(f'{head}\n{ADA},Testerly,Ada,30-04-2015,7,"1 High Street\nAmbridge"\n{BEN},Sample,Ben,x,7,\n'.encode())
    assert checked.rows[0].details == {"address": "1 High Street\nAmbridge"}
    assert [line for line, _, _ in refusals(checked.receipt)] == [4]


def test_a_row_of_two_codes_is_two_sessions() -> None:
    text = f"Date,UPN,AM,PM\n07/09/2026,{ADA},/,\\\n08/09/2026,{ADA},I,-\n\n09/09/2026,{ADA},/\n,,,\n10/09/2026,{ADA},?,O\n"
    checked = marks(text.encode())
    assert taken(checked) == [
        (ADA, "2026-09-07", "AM", "/"),
        (ADA, "2026-09-07", "PM", "\\"),
        (ADA, "2026-09-08", "AM", "I"),
        (ADA, "2026-09-08", "PM", "-"),
        (ADA, "2026-09-10", "PM", "O"),
    ]
    assert (checked.receipt.rows, checked.receipt.missing) == (7, 1)
    assert refusals(checked.receipt) == [(5, "row", "wrong number of columns"), (7, "code", "not a register code")]


@pytest.mark.parametrize("cells", [1, 3, 5, 6, 7])
def test_a_row_of_two_codes_has_to_have_its_own_width(cells: int) -> None:
    text = f"UPN,Date,AM,PM\n{','.join([ADA, '2026-09-07', '/', '/', 'AM', '/', '/'][:cells])}\n"
    assert refusals(marks(text.encode()).receipt) == [(2, "row", "wrong number of columns")]
