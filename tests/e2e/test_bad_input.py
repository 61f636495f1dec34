"""Every kind of bad input gets a clear answer; the good rows around it are kept and nothing is half stored."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest

from deploy.local.running import Running
from tests.support.school import School, marks_csv, school_days, until, upn

TODAY = date.today()  # noqa: DTZ011  (the services live on the same day)
DAYS = school_days(3, TODAY)
WEEKEND = next(day for day in (TODAY - timedelta(days=n) for n in range(7)) if day.weekday() == 5)


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, "910001").open()
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ((upn(1), DAYS[0], "AM", "ZZ"), "code", "code"),
        ((upn(1), DAYS[0], "noon", "/"), "session", "AM"),
        ((upn(1), "the 3rd", "AM", "/"), "date", "date"),
        ((upn(1), TODAY + timedelta(days=7 if TODAY.weekday() < 5 else 9), "AM", "/"), "date", "today"),
        ((upn(1), WEEKEND, "AM", "/"), "date", "weekend"),
        (("12345", DAYS[0], "AM", "/"), "UPN", ""),
    ],
)
async def test_a_bad_row_is_refused_by_line_and_field_and_the_good_ones_are_kept(
    school: School, row: tuple[str, date | str, str, str], field: str, reason: str
) -> None:
    good = (upn(2), DAYS[1], "AM", "/")
    receipt = await school.put_in(marks_csv([good, row]))
    assert (receipt["accepted"], receipt["refused_rows"]) == (1, 1)
    (refused,) = receipt["refused"]
    assert (refused["line"], refused["field"]) == (3, field)
    assert reason.lower() in refused["reason"].lower()
    if str(row[0]) != upn(1):
        assert str(row[0]) not in str(receipt), "a refused value might be a name"


async def test_a_wrong_check_letter_and_a_child_not_on_the_roll_are_warned_of_and_kept(school: School) -> None:
    right = upn(3)
    wrong = ("A" if right[0] != "A" else "B") + right[1:]
    receipt = await school.put_in(marks_csv([(wrong, DAYS[0], "AM", "/")]))
    assert (receipt["accepted"], receipt["refused_rows"]) == (1, 0)
    reasons = " ".join(warning["reason"] for warning in receipt["warnings"])
    assert "letter" in reasons
    assert "roll" in reasons
    assert wrong in await school.children()


async def test_the_same_row_twice_is_one_and_two_different_marks_are_both_refused(school: School) -> None:
    rows = [(upn(4), DAYS[0], "AM", "/"), (upn(4), DAYS[0], "AM", "/"), (upn(5), DAYS[0], "PM", "I"), (upn(5), DAYS[0], "PM", "O")]
    receipt = await school.put_in(marks_csv(rows))
    assert (receipt["accepted"], receipt["refused_rows"], receipt["repeated"]) == (1, 2, 1)
    assert [(r["line"], str(other) in r["reason"]) for r, other in zip(receipt["refused"], (5, 4), strict=True)] == [(4, True), (5, True)]


async def test_the_same_file_twice_is_the_same_feed_and_receipt(school: School) -> None:
    data = marks_csv([(upn(6), DAYS[0], "AM", "/"), (upn(6), "x", "AM", "/")])
    first, again = await school.push(data), await school.push(data)
    assert (first.status_code, again.status_code) == (202, 200)
    assert {**again.json(), "state": "accepted"} == first.json()


async def test_a_file_that_takes_a_correction_back_is_a_new_feed(school: School) -> None:
    first, corrected = (marks_csv([(upn(8), DAYS[0], "AM", code)]) for code in ("N", "L"))
    one, two, three = [await school.put_in(data) for data in (first, corrected, first)]
    assert one["number"] < two["number"] < three["number"]
    assert (await school.push(first)).json()["feed"] == three["feed"], "and again it is that one"
    assert (await school.push(corrected)).json()["feed"] not in (one["feed"], two["feed"], three["feed"])


async def test_files_pushed_again_of_which_everything_still_holds_are_the_same_feeds(school: School) -> None:
    files = [marks_csv([(upn(9), day, "AM", code)]) for day, code in ((DAYS[0], "I"), (DAYS[1], "/"))]
    first = [(await school.put_in(data))["feed"] for data in files]
    assert [(await school.push(data)).json()["feed"] for data in files] == first


async def test_the_same_file_at_the_same_time_is_one_feed(school: School) -> None:
    data = marks_csv([(upn(7), DAYS[0], "AM", "/")])
    answers = await asyncio.gather(*(school.push(data) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.json()["feed"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"UPN,Date,Session,Code\n", "no rows"),
        ("UPN,Date,Session,Code\nZoë\n".encode("utf-16-le"), "UTF-8"),
        (b"UPN,Date,Session,Code\nZo\x81,,,\n", "UTF-8"),
        (b"UPN,Date,Code\nA,B,C\n", "session"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_whole_with_a_reason(school: School, data: bytes, says: str) -> None:
    answer = await school.push(data)
    assert answer.status_code == 422
    assert says.lower() in answer.json()["detail"].lower()


async def test_an_unknown_school_and_another_schools_feed_are_not_found(running: Running, school: School) -> None:
    stranger = School(running, "910099")
    assert (await stranger.push(marks_csv([(upn(1), DAYS[0], "AM", "/")]))).status_code == 404
    feed = (await school.push(marks_csv([(upn(8), DAYS[0], "AM", "/")]))).json()["feed"]
    assert (await stranger.get(f"/v1/feeds/{feed}")).status_code == 404
    assert (await school.get(f"/v1/feeds/{feed}")).status_code == 200
    assert (await stranger.get(f"/v1/schools/{school.urn}/statistics?from={DAYS[0]}&to={DAYS[1]}")).status_code == 404
    await stranger.close()


async def test_a_body_over_32_mb_is_refused_before_it_is_read(school: School) -> None:
    """The server answers although no byte of the body has been sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", school.running["attendance"].port)
    token = school.headers()["Authorization"]
    head = f"POST /v1/schools/{school.urn}/feeds HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: 33554433\r\n\r\n"
    writer.write(head.encode())
    line = await asyncio.wait_for(reader.readline(), 10)
    assert b"413" in line
    writer.close()


async def test_a_body_that_grows_over_32_mb_without_saying_so_is_refused(school: School) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b"x" * 1_000_000

    url = f"{school.running['attendance'].url}/v1/schools/{school.urn}/feeds"
    answer = await school._client.post(url, content=endless(), headers=school.headers())
    assert answer.status_code == 413


async def test_a_truncated_upload_stores_nothing(school: School) -> None:
    whole = marks_csv([(upn(50), day, session, "O") for day in DAYS for session in ("AM", "PM")])
    _, writer = await asyncio.open_connection("127.0.0.1", school.running["attendance"].port)
    token = school.headers()["Authorization"]
    head = f"POST /v1/schools/{school.urn}/feeds HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: {len(whole)}\r\n\r\n"
    writer.write(head.encode() + whole[:-20])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    marker = await school.put_in(marks_csv([(upn(51), DAYS[0], "AM", "/")]))
    assert marker["accepted"] == 1
    assert upn(50) not in await school.children()
    assert (await school.push(whole)).status_code == 202, "the whole file is a new feed"


async def test_marks_outside_the_commissioning_period_are_refused(running: Running) -> None:
    school = await School(running, "910002").open(**{"from": DAYS[1].isoformat(), "to": DAYS[1].isoformat()})
    receipt = await school.put_in(marks_csv([(upn(1), day, "AM", "/") for day in DAYS]))
    assert (receipt["accepted"], receipt["refused_rows"]) == (1, 2)
    await school.close()


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Basic eDp5"])
async def test_no_token_or_a_bad_one_is_401(school: School, header: str) -> None:
    url = f"{school.running['attendance'].url}/v1/schools/{school.urn}/feeds"
    answer = await school._client.post(url, content=b"x", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401


async def test_a_later_feed_wins_and_the_earlier_mark_is_kept(school: School) -> None:
    for code in ("N", "I", "N"):
        await school.put_in(marks_csv([(upn(60), DAYS[0], "AM", code), (upn(61), DAYS[0], "AM", "/"), (upn(62), DAYS[0], "PM", code)]))
    child = (await school.children())[upn(60)]["child"]
    answer = await school.get(f"/v1/schools/{school.urn}/children/{child}/register?from={DAYS[0]}&to={DAYS[0]}")
    (session,) = answer.json()["sessions"]
    # the third file is the first one again, after another had said otherwise: a feed of its own
    assert session["code"] == "N"
    assert [mark["code"] for mark in session["earlier"]] == ["N", "I"]


async def test_logs_of_refused_rows_carry_no_value(running: Running, school: School) -> None:
    name = "Wrenfeather-Ombersley"
    await school.put_in(marks_csv([(name, name, name, name), (upn(70), DAYS[0], "AM", "/")]))

    async def logged() -> bool:
        return b"feeds" in running["attendance"].log.read_bytes()

    await until("the request is logged", logged)
    assert name.encode() not in running["attendance"].log.read_bytes()


async def test_a_file_of_which_less_is_refused_now_is_taken_again(running: Running) -> None:
    """An operator puts the commissioning period right: the same file is then no longer the feed that it was."""
    school = await School(running, "910003").open(**{"from": DAYS[1].isoformat()})
    data = marks_csv([(upn(1), day, "AM", "/") for day in DAYS])
    first = await school.put_in(data)
    await school.open()
    again = await school.put_in(data)
    assert (first["accepted"], again["accepted"]) == (2, 3)
    assert (await school.put_in(data))["feed"] == again["feed"]
    await school.close()


async def test_a_roll_of_a_year_long_past_is_taken(school: School) -> None:
    roll = f"UPN,Surname,Forename,Date of birth,Year group\n{upn(80)},Testerly,Bea,2012-05-04,5\n".encode()
    receipt = await school.put_in(roll, year=TODAY.year - 4)
    assert receipt["accepted"] == 1


@pytest.mark.parametrize(
    "path", ["children?year=99999999999999999999", "statistics?from=0001-01-01&to=0001-02-01", "statistics?from=x&to=y"]
)
async def test_odd_parameters_are_422(school: School, path: str) -> None:
    assert (await school.get(f"/v1/schools/{school.urn}/{path}")).status_code == 422


@pytest.mark.parametrize(("urn", "authority"), [("١١١١١١", "991"), ("910004", "٩٩١"), ("91000", "991")])
async def test_only_plain_digits_name_a_school_and_an_authority(running: Running, urn: str, authority: str) -> None:
    school = School(running, urn)
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        await school.open(authority=authority)
    await school.close()
