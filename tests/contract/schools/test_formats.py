"""Files of every format, pushed over HTTP, are in the register and on the roll."""

import json
from collections.abc import AsyncIterator

import pytest

from deploy.local.running import Running
from tests.feeds.books import workbook
from tests.support.autumn import TODAY as DAY
from tests.support.school import School, upn


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, "910061").open(establishment="2001")
    yield opened
    await opened.close()


def sims(number: int) -> bytes:
    cells = {"UPN": upn(number), "Legal_x0020_Surname": "Testerly", "Forename": "Ada", "DOB": "2015-04-30T00:00:00", "Year": "Year  6"}
    record = "".join(f"<{name}>{text}</{name}>" for name, text in cells.items())
    return f"<SuperStarReport><Record>{record}</Record></SuperStarReport>".encode()


def wonde(number: int) -> bytes:
    taught = {"upn": upn(number), "current_nc_year": "6"}
    student = {"id": "S1", "surname": "Testerly", "forename": "Ada", "date_of_birth": {"date": "2015-04-30"}, "education_details": taught}
    mark = {"id": "M1", "student": "S1", "attendance_code": "C1", "date": DAY.isoformat(), "session": "AM"}
    return json.dumps({"students": [student], "attendance": [mark], "attendance-codes": [{"id": "C1", "code": "I"}]}).encode()


def transfer(number: int) -> bytes:
    about = (
        f"<UPN>{upn(number)}</UPN><Surname>Testerly</Surname><Forename>Ada</Forename><DOB>2015-04-30</DOB><NCyearActual>6</NCyearActual>"
    )
    string = f"<AttendanceStartDate>{DAY}</AttendanceStartDate><AttendanceMarks>I\\</AttendanceMarks>"
    year = f"<YearData><LEA>991</LEA><Estab>2001</Estab><AttendSessions>{string}</AttendSessions></YearData>"
    return f"<CTfile><CTFpupilData><Pupil>{about}<Attendance>{year}</Attendance></Pupil></CTFpupilData></CTfile>".encode()


async def reasons(school: School, number: int) -> list[str]:
    child = (await school.children())[upn(number)]["child"]
    answer = await school.get(f"/v1/schools/{school.urn}/children/{child}/register?from={DAY}&to={DAY}")
    return [session["code"] for session in answer.json()["sessions"]]


async def test_marks_of_a_workbook_are_in_the_register(school: School) -> None:
    receipt = await school.put_in(workbook([["Date", "UPN", "AM", "PM"], [DAY, upn(1), "I", "\\"]]))
    assert (receipt["kind"], receipt["accepted"]) == ("marks", 2)
    assert await reasons(school, 1) == ["I", "\\"]


async def test_a_report_of_sims_is_on_the_roll(school: School) -> None:
    receipt = await school.put_in(sims(2))
    assert (receipt["kind"], receipt["accepted"]) == ("roll", 1)
    assert (await school.children())[upn(2)]["surname"] == "Testerly"


async def test_a_document_of_students_and_marks_is_both_under_one_number(school: School) -> None:
    receipt = await school.put_in(wonde(3))
    assert (receipt["kind"], receipt["accepted"]) == ("roll and marks", 2)
    assert (await school.children())[upn(3)]["surname"] == "Testerly"
    assert await reasons(school, 3) == ["I"]
    assert (await school.push(wonde(3))).json()["feed"] == receipt["feed"], "the same file is the same feed"


async def test_a_transfer_file_is_a_roll_and_a_history(school: School) -> None:
    receipt = await school.put_in(transfer(4))
    assert (receipt["kind"], receipt["accepted"]) == ("roll and marks", 3)
    assert (await school.children())[upn(4)]["surname"] == "Testerly"
    assert await reasons(school, 4) == ["I", "\\"]


async def test_a_bomb_is_refused_in_a_line_and_the_service_lives(school: School) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><SuperStarReport>&b;</SuperStarReport>'
    answer = await school.push(bomb)
    assert (answer.status_code, "DOCTYPE" in answer.json()["detail"]) == (422, True)
    assert (await school.put_in(sims(5)))["accepted"] == 1
