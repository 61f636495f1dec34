"""A file of what a Local Authority says of packs, as authorities write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain.outcomes_file import read
from services.sharing.errors import Unfit

DAY = date(2027, 3, 5)


def test_columns_and_words_go_by_many_names() -> None:
    rows, refused, unread = read(
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


def test_a_row_that_is_wrong_does_not_stop_the_others_and_its_value_is_not_told() -> None:
    rows, refused, _ = read(
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
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Unfit, match=says):
        read(content)


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    try:
        rows, refused, _ = read(b"pack,says,on\n" + content)
    except Unfit:
        return
    assert all(row.said.on for row in rows)
    assert all(one.line > 1 for one in refused)
