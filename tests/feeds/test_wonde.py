"""Wonde's JSON: students with contacts, marks whose code is an id, pages; and JSON that is none of it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import CheckedBoth, check_feed
from tests.feeds.terms import ADA, BEN, TERMS, answer, marks, refusals, roll, taken

CODES = [{"id": "C1", "code": "/", "description": "Present"}, {"id": "C2", "code": "I"}]
ONE = [(ADA, "2026-09-07", "AM", "/")]


def moment(day: str) -> dict[str, Any]:
    return {"date": f"{day} 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"}


def who(id_: str, upn: str, surname: str = "Testerly", **more: Any) -> dict[str, Any]:
    taught = {"upn": upn, "current_nc_year": "7", "admission_date": moment("2021-09-01"), "leaving_date": None}
    names = {"surname": surname, "forename": "Ada", "legal_surname": surname, "date_of_birth": moment("2015-04-30"), "gender": "F"}
    return {"id": id_, "upi": "u", "mis_id": "9", **names, "education_details": {"data": taught}, **more}


def mark(student: Any, code: Any, day: Any = "2026-09-07", **more: Any) -> dict[str, Any]:
    return {"id": "M", "student": student, "attendance_code": code, "date": day, "session": "AM", "comment": None, **more}


def page(records: Any, more: bool = False) -> dict[str, Any]:
    paging = {"next": "https://wonde.example/next", "previous": None, "more": more, "per_page": 50, "current_page": 1}
    return {"data": records, "meta": {"pagination": paging, "includes": []}}


def written(document: Any) -> bytes:
    return json.dumps(document).encode()


def contact(surname: str, priority: int, **relationship: Any) -> dict[str, Any]:
    where = {"home": {"house_number": "1", "street": "High Street", "town": "Ambridge", "postcode": "AA1 1AA"}, "work": None}
    said = {"phones": {"phone": None, "mobile": "07700 900123"}, "emails": {"home": "bea@example.org"}, "addresses": where}
    known = {"relationship": "Parent", "priority": priority, **relationship}
    return {"forename": "Bea", "surname": surname, "relationship": known, "contact_details": {"data": said}}


def test_students_are_a_roll_with_those_contacts_who_have_a_part_in_the_child() -> None:
    contacts = [
        contact("Third", 3, parental_responsibility=True, court_order=True),
        contact("Gran", 1, parental_responsibility=False, lives_with_pupil=False),
        contact("First", 2, parental_responsibility=False, lives_with_pupil=True),
    ]
    students = [who("S1", ADA, contacts={"data": contacts}), who("S2", BEN, "Sample"), who("S3", "x", "Sample")]
    checked = roll(written(page(students, more=True)))
    ada, _ = checked.rows
    assert (ada.surname, ada.year_group, ada.born.isoformat(), ada.details["entry date"]) == ("Testerly", "7", "2015-04-30", "2021-09-01")
    assert [parent["name"] for parent in ada.parents.values()] == ["Bea First", "Bea Third"]
    assert (ada.parents[1]["address"], ada.parents[2]["address"]) == ("1, High Street, Ambridge, AA1 1AA", None)
    assert (ada.parents[1]["phone"], ada.parents[1]["email"]) == ("07700 900123", "bea@example.org")
    assert refusals(checked.receipt) == [(3, "UPN", "not a UPN")]


@pytest.mark.parametrize(
    "one",
    [
        mark("S1", "C1"),
        mark("S1", "C1", moment("2026-09-07")),
        mark({"data": {"id": "S1"}}, {"data": {"id": "C1"}}),
        mark({"data": {"id": "S9", "upn": ADA}}, {"data": {"id": "C9", "code": "/"}}),
        {"student_id": "S1", "date": "2026-09-07", "session": "AM", "attendance_code_id": "C1", "minutes_late": None},
    ],
)
def test_a_mark_is_read_with_ids_or_with_what_they_stand_for(one: dict[str, Any]) -> None:
    students = [{"id": "S1", "upi": "u", "upn": ADA}]
    assert taken(marks(written({"students": students, "attendance": page([one]), "attendance-codes": page(CODES)}))) == ONE


LOOSE = mark("S1", "C1"), mark("S1", "C2", "2026-09-08")
PAGES = [page([who("S1", ADA)]), page(CODES), page([mark("S1", "C1")], more=True), page([mark("S1", "C2", "2026-09-08")])]


@pytest.mark.parametrize(
    "data",
    [
        written(PAGES),
        b"\xef\xbb\xbf" + written(PAGES),
        b"\n".join(map(written, PAGES)),
        b"\n\n".join(map(written, PAGES)) + b"\n",
        written({"students": PAGES[0], "attendance-codes": PAGES[1], "attendance/session": PAGES[2:]}),
        written({"meta": {"a": 1}, "attendance": LOOSE, "codes": CODES, "who": [who("S1", ADA)]}),
    ],
)
def test_pages_and_collections_in_one_document_are_a_roll_and_marks(data: bytes) -> None:
    checked = check_feed(data, TERMS)
    assert isinstance(checked, CheckedBoth)
    assert [row.upn for row in checked.roll.rows] == [ADA]
    assert taken(checked.marks) == [*ONE, (ADA, "2026-09-08", "AM", "I")]
    assert (checked.receipt.rows, checked.receipt.refused, checked.receipt.warnings) == (3, (), ())


def test_records_are_named_by_their_place_in_the_document() -> None:
    bad = [mark("S1", "C7"), mark("S1", None), {"id": "Testerly"}, mark(None, "C1"), mark("S1", "C1", session="EVE"), mark([], {}, {})]
    checked = marks(written([page(CODES), page([{"id": "S1", "upn": ADA, "upi": "u"}]), page([mark("S1", "C1"), *bad])]))
    assert taken(checked)[0] == ONE[0]
    assert [(line, field) for line, field, _ in refusals(checked.receipt)] == [
        (5, "code"),
        (7, "row"),
        (8, "UPN"),
        (9, "session"),
        (10, "code"),
    ]
    assert (checked.receipt.missing, checked.receipt.rows) == (1, 7)


def test_notes_come_with_a_mark() -> None:
    late = mark({"data": {"upn": ADA}}, {"code": "L"}, comment="bus", minutes_late=12)
    (batch,) = marks(written([late])).batches.values()
    assert list(batch.notes.values()) == [(12, "bus")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[" * 5_000_000 + b"]" * 5_000_000, "nested too deeply"),
        (b'{"a":' * 5_000_000, "nested too deeply"),
        (b"[[[[[[[[{}]]]]]]]]", "nested too deeply"),
        (b'{"data": ["Testerly', "not well-formed"),
        (b"{}", "neither students nor session marks"),
        (b"[]", "neither students nor session marks"),
        (b'[1, "Testerly", null, {"data": 7}]', "neither students nor session marks"),
        (b"[" + b" " * 32_000_000 + b"]", "32 MB at most"),
        ("[]".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_such_document_is_refused_in_a_line(data: bytes, says: str) -> None:
    begun = time.monotonic()
    assert says in str(answer(data))
    assert time.monotonic() - begun < 30, "none of it was read in vain"


@pytest.mark.parametrize("inside", [b"[" * 100_000 + b"]" * 100_000, b'"' + b"x" * 200_000 + b'"', b"1" + b"0" * 10_000, b'"\xff"'])
def test_a_record_that_cannot_be_read_does_not_stop_the_others(inside: bytes) -> None:
    good = written(mark({"upn": ADA}, {"code": "/"}))
    received = answer(b'{"data": [{"id": "1", "student": ' + inside + b', "session": "AM"}, ' + good + b"]}")
    if isinstance(received, str):
        assert "nested too deeply" in received
    else:
        assert (received.accepted, received.refused_rows) == (1, 1)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["S1", "C1", ADA, "2026-09-07", "AM", "Testerly"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "meta", "id", "upn", "date", "code", "home", "relationship", "addresses", "phones"]), inner
        )
    ),
    max_leaves=10,
)
names = st.sampled_from(
    ["id", "student", "student_id", "session", "date", "attendance_code", "attendance_code_id", "code", "surname", "education_details",
     "contacts", "contact_details", "year", "date_of_birth", "minutes_late", "comment", "data", "meta", "upi", "upn"]
)  # fmt: skip


@given(st.lists(st.dictionaries(names, values)) | values)
def test_no_document_of_such_records_raises_anything(document: Any) -> None:
    answer(written(document))


@given(st.data())
def test_a_document_that_was_damaged_is_refused_in_a_line_or_read(data: st.DataObject) -> None:
    whole = bytearray(written(PAGES))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=5)):
        whole[place] = byte
    answer(bytes(whole))
