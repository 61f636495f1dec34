"""A file of what a Local Authority says of packs, as authorities write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.answers_table import MOST_ROWS
from services.sharing.domain.outcomes_file import read
from services.sharing.errors import Unfit

DAY = date(2027, 3, 5)


def test_columns_and_words_go_by_many_names() -> None:
    rows, refused, unread, _ = read(
        b"Our Reference,PN_Number,Status,Date Issued,Postcode,offence-dates\n"
        b"p1,PN/7,PN issued,05/03/2027,ZZ99 3WZ,2027-01-04 AM; 05/01/2027 pm\n"
        b"p2,,No further action,2027-03-05,,\n"
    )
    assert (refused, unread) == ([], [5])
    assert [(row.line, row.pack, row.said.says, row.said.on) for row in rows] == [
        (2, "p1", "notice issued", DAY),
        (3, "p2", "declined", DAY),
    ]
    assert rows[0].said.sessions == ((date(2027, 1, 4), "AM"), (date(2027, 1, 5), "PM"))
    assert rows[0].said.reference == "PN/7"


def test_a_case_reference_is_not_that_of_a_notice() -> None:
    rows, refused, *_ = read(b"case reference,PN number,says,on\nCASE 77,PN/7,PN issued,2027-03-05\nCASE 77,,paid,2027-03-05\n")
    assert refused == []
    assert [(row.pack, row.said.reference, row.said.case_reference) for row in rows] == [(None, "PN/7", "CASE 77"), (None, None, "CASE 77")]


def test_a_row_that_is_wrong_does_not_stop_the_others_and_its_value_is_not_told() -> None:
    rows, refused, *_ = read(
        b"pack,says,on,sessions\np1,Zebedee,2027-03-05,\np2,paid,31/02/2027,\n,paid,2027-03-05,\np3,paid,5.3.2027,\np4,issued,2027-03-05,Monday\n"
    )
    assert [row.pack for row in rows] == ["p3"]
    assert [(one.line, one.field) for one in refused] == [(2, "says"), (3, "on"), (4, "pack"), (6, "sessions")]
    assert "Zebedee" not in repr(refused)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"pack,on\n", "not there: says"),
        (b"says,on\n", "not there: pack"),
        (b"pack,says,status,on\n", "columns 2 and 3 are both `says`"),
        (b"PK\x03\x04\x14\0\x06", "it is a workbook: save it as CSV"),
        (b"p\0a\0c\0k\0,\0", "no CSV file"),
        (b'pack,says,"on\np1,paid,2027-03-05\n', "quotation marks of the first line"),
        (b"pack,says,on\n" + b"p1,paid,2027-03-05\n" * (MOST_ROWS + 1), f"more than {MOST_ROWS} rows: send it in parts"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Unfit, match=says):
        read(content)


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    try:
        rows, refused, *_ = read(b"pack,says,on\n" + content)
    except Unfit:
        return
    assert all(row.said.on for row in rows)
    assert all(one.line > 1 for one in refused)


FILE = "pack,says,on,why\r\np1,declined,05/03/2027,Überall “Q”\r\np2,paid,2027-03-05,\r\n"


def told(content: bytes) -> tuple[list[tuple[str | None, str, str | None]], list[tuple[int, str]]]:
    rows, refused, *_ = read(content)
    return [(row.pack, row.said.says, row.said.why) for row in rows], [(one.line, one.field) for one in refused]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("said", [False, True])
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_a_file_is_read_however_a_spreadsheet_saved_it(encoding: str, separator: str, said: bool, ends: str) -> None:
    text = (f"sep={separator}\r\n" if said else "") + FILE.replace(",", separator)
    assert told(text.replace("\r\n", ends).encode(encoding)) == ([("p1", "declined", "Überall “Q”"), ("p2", "paid", None)], [])


def test_a_file_of_two_byte_characters_of_either_order_is_read() -> None:
    assert told("\ufeff".encode("utf-16-be") + FILE.encode("utf-16-be")) == told(FILE.encode())


@pytest.mark.parametrize(
    "day", ["2027-03-05 00:00", "2027-03-05T00:00:00", "2027-03-05 00:00:00.000", "05/03/2027 0:00", "5.3.2027 00:00:00"]
)
def test_a_day_at_midnight_is_that_day(day: str) -> None:
    [row], refused, *_ = read(f"pack,says,on\np1,paid,{day}\n".encode())
    assert (row.said.on, refused) == (DAY, [])


@pytest.mark.parametrize(
    "day", ["46451", "5-Mar-27", "05/03/27", "03/25/2027", "2027-03-05 09:30", "05032027", "2199-01-01", "1899-12-30", "=TODAY()"]
)
def test_a_day_that_could_be_another_is_refused(day: str) -> None:
    assert told(f"pack,says,on\np1,paid,{day}\np2,paid,2027-03-05\n".encode()) == ([("p2", "paid", None)], [(2, "on")])


def test_a_formula_that_is_only_a_text_is_that_text() -> None:
    rows, refused, *_ = read(b'pack,reference,says,on\n"=""p1""","=""007""",paid,2027-03-05\n')
    assert (rows[0].pack, rows[0].said.reference, refused) == ("p1", "007", [])


def test_a_quotation_mark_that_is_not_closed_does_not_swallow_the_rows_behind_it() -> None:
    file = (
        'pack,says,on,why\np1,declined,2027-03-05,"no reason\np2,paid,2027-03-05,\np3,declined,2027-03-05,"because"\np4,paid,2027-03-05,\n'
    )
    assert told(file.encode()) == ([("p2", "paid", None), ("p3", "declined", "because"), ("p4", "paid", None)], [(2, "row")])
    whole = 'pack,says,on,why\np1,declined,2027-03-05,"two\nlines"\np2,Zebedee,2027-03-05,\n'
    assert told(whole.encode()) == ([("p1", "declined", "two\nlines")], [(4, "says")])


def test_a_row_with_a_cell_too_many_or_cut_off_is_not_taken_for_something_else() -> None:
    """The sessions that were lost would make the notice rest on others."""
    file = "pack,says,on,why,sessions\np1,declined,2027-03-05,not enough, really,\np2,paid,2027-03-05\np3,issued,2027-03-05"
    assert told(file.encode()) == ([("p2", "paid", None)], [(2, "row"), (4, "row")])
    rows = "pack,says,on,why\n" + "p1,declined,2027-03-05,Ü"
    assert told(rows.encode()[:-1]) == ([("p1", "declined", None)], [])


@given(st.integers(0, len(FILE.encode())))
def test_a_file_that_was_cut_off_anywhere_says_nothing_that_it_did_not_say(size: int) -> None:
    try:
        rows, _ = told(FILE.encode()[:size])
    except Unfit:
        return
    assert {(pack, says) for pack, says, _ in rows} <= {("p1", "declined"), ("p2", "paid")}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("reference", "x" * 101),
        ("to", "A\x07B"),
        ("to", "x" * 201),
        ("why", "x" * 2001),
        ("pack", "x" * 101),
        ("questions", "|".join("q" * 51)),
    ],
)
def test_a_cell_holds_what_a_word_that_is_typed_in_may_hold(column: str, cell: str) -> None:
    columns = ("pack", column) if column != "pack" else ("reference", "pack")
    content = f"{','.join(columns)},says,on\np1,{cell},paid,2027-03-05\n".encode()
    rows, [refused], *_ = read(content)
    assert (rows, refused.line, refused.field, cell in refused.reason) == ([], 2, column, False)
