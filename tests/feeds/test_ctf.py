"""Common Transfer Files: a roll, a history of attendance, and the readings of its string of marks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.check_feed import CheckedBoth, check_feed
from services.attendance.domain.codes import POSSIBLE, find
from services.attendance.domain.formats.ctf_marks import read_year
from tests.feeds.terms import ADA, BEN, TERMS, answer, refusals, roll, taken

MONDAY, SUNDAY = date(2025, 9, 1), date(2025, 8, 31)
OURS = replace(TERMS, laestab="8032001", on_roll=frozenset())


def pupil(upn: str, *years: str, surname: str = "Testerly", more: str = "") -> str:
    about = f"<Surname>{surname}</Surname><Forename>Ada</Forename><DOB>2015-04-30</DOB><Sex>F</Sex><NCyearActual>6</NCyearActual>"
    return f"<Pupil><UPN>{upn}</UPN>{about}{more}<Attendance>{''.join(years)}</Attendance></Pupil>"


def year(marks: str, start: date = MONDAY, estab: str = "2001", **totals: int) -> str:
    said = "".join(f"<Sessions{name}>{total}</Sessions{name}>" for name, total in totals.items())
    string = f"<AttendanceStartDate>{start}</AttendanceStartDate><AttendanceMarks>{marks}</AttendanceMarks>"
    return f"<YearData><Year>2026</Year><LEA>803</LEA><Estab>{estab}</Estab>{said}<AttendSessions>{string}</AttendSessions></YearData>"


def transfer(*pupils: str) -> bytes:
    head = "<Header><DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion></Header>"
    return f"<CTfile>{head}<CTFpupilData>{''.join(pupils)}</CTFpupilData></CTfile>".encode()


def both(data: bytes) -> CheckedBoth:
    checked = check_feed(data, OURS)
    assert isinstance(checked, CheckedBoth)
    return checked


def test_a_file_without_a_history_is_a_roll() -> None:
    address = "<Address><PAON>1</PAON><Street>High Street</Street><Town>Ambridge</Town><PostCode>AA1 1AA</PostCode></Address>"
    contact = "<Contact><Order>{}</Order><Surname>Sample</Surname><Forename>{}</Forename><Relationship>{}</Relationship></Contact>"
    contacts = f"<Contacts>{contact.format(2, 'Cy', 'Father')}{contact.format(1, 'Bea', 'Mother')}</Contacts>"
    ada, ben = roll(transfer(pupil(ADA, more=address + contacts), pupil(BEN, surname="Sample"))).rows
    assert (ada.surname, ada.year_group, ada.details["sex"], ada.details["address"]) == (
        "Testerly", "6", "F", "1, High Street, Ambridge, AA1 1AA",
    )  # fmt: skip
    assert [(parent["name"], parent["relationship"]) for parent in ada.parents.values()] == [
        ("Bea Sample", "Mother"),
        ("Cy Sample", "Father"),
    ]
    assert ben.details["address"] is None


def test_a_file_with_a_history_is_a_roll_and_marks_on_one_receipt() -> None:
    checked = both(transfer(pupil(ADA, year("/\\I C1")), pupil("B1", surname="Sample"), pupil(BEN, year("??"), surname="Sample")))
    assert [row.upn for row in checked.roll.rows] == [ADA, BEN]
    assert taken(checked.marks) == [
        (ADA, "2025-09-01", "AM", "/"),
        (ADA, "2025-09-01", "PM", "\\"),
        (ADA, "2025-09-02", "AM", "I"),
        (ADA, "2025-09-03", "AM", "C1"),
    ]
    receipt = checked.receipt
    assert (receipt.kind, receipt.rows, receipt.accepted) == ("roll and marks", 8, 6)
    assert [(line, field) for line, field, _ in refusals(receipt)] == [(2, "UPN"), (3, "attendance history")]
    assert receipt.warnings == (), "a child whom the same file names is on the roll"


def test_a_year_of_another_schools_register_is_refused_and_one_of_nobody_knows_whose() -> None:
    data = transfer(pupil(ADA, year("//", estab="9999"), year("//")))
    checked = both(data)
    assert len(taken(checked.marks)) == 2
    assert "another school" in refusals(checked.receipt)[0][2]
    unknown = check_feed(data, TERMS)
    assert isinstance(unknown, CheckedBoth)
    assert unknown.marks.batches == {}
    assert [reason.partition(":")[0] for _, _, reason in refusals(unknown.receipt)] == ["whose register it is cannot be told"] * 2


@pytest.mark.parametrize("start", ["", "soon", "9999-12-31", "0001-01-01"])
def test_a_year_without_a_start_is_refused(start: str) -> None:
    data = transfer(pupil(ADA, year("//").replace(MONDAY.isoformat(), start)))
    assert refusals(both(data).receipt) == [(1, "attendance history", "its start date is not a date")]


WEEK = "/\\/\\/\\LII/"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (f"{WEEK}####", MONDAY),
        (f"##{WEEK}##", SUNDAY),
        (f"--{WEEK}--", SUNDAY),
        (f"  {WEEK}", SUNDAY),
        (" ".join(WEEK), MONDAY),
        (" ".join(WEEK) + " ", MONDAY),
        ("    " + " ".join(WEEK) + "     ", SUNDAY),
    ],
)
def test_a_week_is_read_whatever_stands_on_its_weekend(text: str, start: date) -> None:
    marks = read_year(text, start, {})
    assert marks is not None
    assert [(day, session, code) for day, session, code in marks if code != "#"] == [
        (MONDAY + timedelta(days=place // 2), ("AM", "PM")[place % 2], code) for place, code in enumerate(WEEK)
    ]


def test_school_weeks_of_five_days_are_read_where_marks_would_fall_on_a_weekend() -> None:
    marks = read_year(WEEK * 2, MONDAY, {})
    assert marks is not None
    assert {day.isoformat() for day, _, _ in marks} == {f"2025-09-{day:02d}" for day in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)}
    assert read_year(WEEK * 2, SUNDAY, {}) is None


def test_the_years_own_totals_have_to_come_out() -> None:
    assert read_year(f"{WEEK}####", MONDAY, {"SessionsPossible": 10, "SessionsAuthorised": 2, "SessionsUnauthorised": 0})
    assert read_year(f"{WEEK}####", MONDAY, {"SessionsPossible": 11}) is None


codes = st.sampled_from(["/", "\\", "L", "C1", "C2", "J1", "Y7", "C", "Y", "I", "#", "-"])


@given(st.lists(codes, min_size=10, max_size=300).map(lambda some: some[: len(some) // 10 * 10]), st.booleans())
def test_whatever_was_written_by_either_layout_is_read_back(sessions: list[str], filled: bool) -> None:
    weeks = [[*sessions[at : at + 10], "#", "#", "#", "#"] for at in range(0, len(sessions), 10)]
    text = "".join(code.ljust(2) if filled else code for week in weeks for code in week)
    expected = [
        (MONDAY + timedelta(weeks=number, days=place // 2), ("AM", "PM")[place % 2], code)
        for number, week in enumerate(weeks)
        for place, code in enumerate(week[:10])
        if code != "-"
    ]
    possible = sum(1 for *_, code in expected if (known := find(code)) and known.klass in POSSIBLE)
    assert (read_year(text, MONDAY, {"SessionsPossible": possible}) or []) == expected


@given(st.text(st.sampled_from("/\\CJY12 #-?a\n<é"), max_size=1000), st.dates())
def test_no_string_raises_anything(text: str, start: date) -> None:
    escaped = text.replace("<", "&lt;")
    check_feed(transfer(pupil(ADA, year(escaped, start))), OURS)


def test_a_file_without_a_pupil_is_refused() -> None:
    assert "without a Pupil" in str(answer(transfer()))
