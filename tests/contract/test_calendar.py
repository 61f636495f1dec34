"""The school calendar, marks entered ahead and silent schools, on the running services, on a weekday in November."""

import json
from collections.abc import AsyncIterator, Awaitable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.running import QUICK, Running
from shared.contracts.attendance import AskRegister, ChildRegister
from shared.contracts.marks import AskMarks, ChildPeriod, Marks
from tests.bus.connections import connected
from tests.support import command
from tests.support.autumn import CLOCK, TODAY, YEAR, this_term
from tests.support.events import events
from tests.support.school import School, marks_csv, school_days, until, upn
from tests.support.servers import running_on_empty
from tests.support.whole import proposals

PLANNED = school_days(2, TODAY + timedelta(days=7))
"""Two weekdays to come."""


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK, "IEWO_SILENCE_GRACE_SECONDS": "1"}) as stack:
        yield stack


async def register(school: School, child: str, last: Any = PLANNED[-1]) -> dict[str, Any]:
    answer = await school.get(f"/v1/schools/{school.urn}/children/{child}/register?from={TODAY}&to={last}")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_what_is_entered_ahead_is_shown_as_planned_and_counts_nowhere_yet(running: Running) -> None:
    school = await School(running, "100001").open()
    ahead = [(upn(1), day, session, code) for day, code in zip(PLANNED, "VC", strict=True) for session in ("AM", "PM")]
    receipt = await school.put_in(marks_csv([(upn(1), TODAY, "AM", "/"), *ahead]))
    assert (receipt["accepted"], receipt["refused_rows"]) == (5, 0)
    refused = await school.put_in(marks_csv([(upn(1), PLANNED[0], "AM", "/"), (upn(1), PLANNED[0], "PM", "I")]))
    assert [one["reason"] for one in refused["refused"]] == ["after today"] * 2

    child = (await school.children())[upn(1)]["child"]
    said = await register(school, child)
    assert [(one["code"], one["planned"]) for one in said["sessions"]] == [("/", False), ("V", True), ("V", True), ("C", True), ("C", True)]
    assert said["statistics"]["possible_sessions"] == 1
    figures = await school.statistics(TODAY, PLANNED[-1])
    assert (figures["possible_sessions"], figures["overall_absence"]) == (1, 0)


async def test_a_certificate_is_told_of_nothing_that_is_planned(running: Running) -> None:
    school = await School(running, "100002").open()
    await school.put_in(marks_csv([(upn(2), TODAY, "AM", "/"), (upn(2), PLANNED[0], "AM", "C")]))
    child = (await school.children())[upn(2)]["child"]
    question = AskRegister(school=school.urn, child=child, first=this_term(5)[0], last=PLANNED[-1])
    stack = running.stack
    async with connected(stack.nats_url, stack.creds("sharing"), "_INBOX_sharing") as bus:
        reply = await bus.client.request(question.SUBJECT, question.model_dump_json().encode(), timeout=10)
    assert [session.day for session in ChildRegister.model_validate_json(reply.data).sessions] == [TODAY]


async def test_marks_of_many_children_are_told_at_once_each_of_its_own_days_and_nothing_planned_or_cleared(running: Running) -> None:
    """`referrals` asks them before it requests anything for leave in term time."""
    school = await School(running, "100021").open()
    before = school_days(3, TODAY - timedelta(days=1))
    await school.put_in(
        marks_csv([(upn(n), day, one, code) for n, code in ((61, "G"), (62, "O")) for day in before for one in ("AM", "PM")])
    )
    await school.put_in(marks_csv([(upn(61), before[1], "PM", "-"), (upn(61), PLANNED[0], "AM", "G")]))
    ids = await school.children()
    first, second = (ids[upn(n)]["child"] for n in (61, 62))
    asked = [(first, before[0], PLANNED[0]), (second, before[1], before[1]), (first, before[2], before[2]), ("unknown", before[0], TODAY)]
    periods = tuple(ChildPeriod(child=child, first=begin, last=end) for child, begin, end in asked)
    stack = running.stack
    async with connected(stack.nats_url, stack.creds("referrals"), "_INBOX_referrals") as bus:
        question = AskMarks(school=school.urn, periods=periods)
        reply = await bus.client.request(question.SUBJECT, question.model_dump_json().encode(), timeout=10)
    answer = Marks.model_validate_json(reply.data)
    told = answer.periods
    assert answer.threshold == 10
    assert [one.counted for one in told] == [5, 4, 5, 0], "of the ten school weeks that end with each period, the days before it too"
    assert [one.child for one in told] == [first, second, first, "unknown"]
    days = [(before[0], "AM"), (before[0], "PM"), (before[1], "AM"), (before[2], "AM"), (before[2], "PM")]
    assert [(mark.day, mark.session) for mark in told[0].marks] == days
    assert [mark.code for mark in told[1].marks] == ["O", "O"]
    assert [(mark.day, mark.code) for mark in told[2].marks] == [(before[2], "G")] * 2
    assert told[3].marks == ()


async def calendar(school: School, year: int = YEAR, **claims: Any) -> dict[str, Any]:
    answer = await school.get(f"/v1/schools/{school.urn}/calendar/{year}", **claims)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def on(said: dict[str, Any], day: date) -> list[tuple[str, str | None, str | None]]:
    return [(one["state"], one["whence"], one["reason"]) for one in said["sessions"] if one["day"] == day.isoformat()]


async def test_a_calendar_is_worked_out_uploaded_and_corrected_each_over_the_last(running: Running) -> None:
    school = await School(running, "100003").open()
    *_, monday, tuesday, wednesday = school_days(3, TODAY - timedelta(days=14))
    marks = [(upn(n), day, session, "/") for n in (3, 4) for day in (monday, wednesday) for session in ("AM", "PM")]
    await school.put_in(marks_csv([*marks, (upn(3), tuesday, "AM", "Y4"), (upn(4), tuesday, "AM", "#")]))
    said = await calendar(school)
    assert [on(said, day)[0][:2] for day in (monday, tuesday, wednesday, PLANNED[0])] == [
        ("open", "worked out"),
        ("closed", "worked out"),
        ("open", "worked out"),
        ("not known yet", None),
    ]
    assert (said["versions"], said["bank_holidays_known_until"]) == ([], "2028-12-31")
    assert len(said["sessions"]) in (520, 522, 524)

    url = f"{running['attendance'].url}/v1/schools/{school.urn}/calendar/{YEAR}"
    async with httpx.AsyncClient(headers=school.headers(), timeout=30) as client:
        text = f"date,to,state,reason\n{monday},{TODAY},open,\n{wednesday},,closed,weather\n"
        first = await client.put(url, content=text)
        again = await client.put(url, content=text)
        assert (first.status_code, again.json()) == (200, first.json())
        assert on(first.json(), wednesday) == [("closed", "uploaded", "weather")] * 2
        assert on(first.json(), tuesday)[0][0] == "open"
        refused = await client.put(url, content="date,state\nTregear,open\n")
        assert (refused.status_code, "line 2: date" in refused.text, "Tregear" in refused.text) == (422, True, False)
        assert (await client.put(url, content=b"x" * 300_000)).status_code == 413
        correction = {"sessions": [{"date": str(tuesday), "session": "PM", "state": "closed", "reason": "premises"}]}
        corrected = await client.patch(url, json=correction)
        assert corrected.status_code == 200, corrected.text
        for wrong in ({"date": str(tuesday), "state": "closed"}, {"date": "2020-11-20", "state": "closed", "reason": "other"}):
            assert (await client.patch(url, json={"sessions": [wrong]})).status_code == 422
        later = await client.put(url, json=[{"date": str(monday), "to": str(TODAY), "state": "open"}])
    said = later.json()
    assert [on(said, day) for day in (tuesday, wednesday)] == [
        [("open", "uploaded", None), ("closed", "corrected", "premises")],
        [("open", "uploaded", None)] * 2,
    ]
    by = next(one for one in said["sessions"] if one["whence"] == "corrected")
    assert (by["by"], by["at"] is not None) == (f"school-{school.urn}", True)
    assert [one["what"] for one in said["versions"]] == ["uploaded", "corrected", "uploaded"]
    assert (await calendar(school, role="operator", sub="operator")) == said


async def test_a_calendar_beyond_the_bank_holidays_that_are_known_says_so_and_another_school_sees_none(running: Running) -> None:
    school = await School(running, "100004").open()
    assert (await calendar(school, 2027))["warning"] is None
    assert "2028-12-31" in (await calendar(school, 2028))["warning"]
    other = await school.get(f"/v1/schools/{school.urn}/calendar/{YEAR}", schools=("100003",))
    assert other.status_code == 404


async def iewo(running: Running, *arguments: str) -> tuple[int, str]:
    """Exit code and what the command printed, as an operator runs it."""
    ran = await command.iewo(*arguments, "--endpoints", str(running.endpoints_file))
    return ran.code, ran.out + ran.err


async def test_the_command_shows_uploads_and_corrects(running: Running, tmp_path: Path) -> None:
    school = await School(running, "100005").open()
    file = tmp_path / "calendar.csv"
    monday = date(YEAR, 9, 13) - timedelta(days=date(YEAR, 9, 13).weekday())
    friday, wednesday = monday + timedelta(days=4), monday + timedelta(days=2)
    file.write_text(f"date,to,state\n{monday},{friday},open\n{monday + timedelta(weeks=2)},,open\n")
    code, told = await iewo(running, "calendar", "upload", school.urn, str(file), "--year", str(YEAR))
    assert code == 0, told
    assert [line.split()[:2] for line in told.splitlines() if "uploaded" in line][:1] == [[str(monday), str(friday)]]
    code, told = await iewo(running, "calendar", "correct", school.urn, str(wednesday), "closed", "--reason", "weather", "--session", "pm")
    assert code == 0, told
    code, told = await iewo(running, "calendar", "show", school.urn, "--year", str(YEAR), "--json")
    assert code == 0, told
    assert on(json.loads(told), wednesday) == [("open", "uploaded", None), ("closed", "corrected", "weather")]
    file.write_text("date,state\nTregear,open\n")
    code, told = await iewo(running, "calendar", "upload", school.urn, str(file), "--year", str(YEAR))
    assert (code, told.count("\n"), "line 2: date" in told) == (3, 1, True)


async def silent(school: School) -> list[dict[str, Any]]:
    answer = await school.get("/v1/silent", role="operator", sub="operator")
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json() if one["school"] == school.urn]


async def alarms(running: Running, school: School) -> list[tuple[str, str]]:
    told = await events(running.stack, "events.attendance.school-silent", "events.attendance.school-heard")
    return [(one["type"], one["day"]) for one in told if one["school"] == school.urn]


async def _counted(running: Running, school: School) -> bool:
    """Of the other schools of these tests some are silent too where eleven has struck."""
    every = (await school.get("/v1/silent", role="operator", sub="operator")).json()
    async with httpx.AsyncClient(base_url=running["attendance"].url) as client:
        metrics = (await client.get("/metrics")).text
    return f"iewo_silent_schools {float(sum(not one['possibly_closed'] for one in every))}" in metrics


async def late(school: School) -> set[bool]:
    return {one["register_late"] for one in await proposals(school)}


async def test_a_school_that_is_open_and_sends_nothing_is_silent_until_it_is_heard(running: Running) -> None:
    """Its hour is midnight, so that it has come whenever this runs."""
    school = await School(running, "100010").open(register_hour="00:00")
    later = await School(running, "100011").open(register_hour="23:59")
    closed = await School(running, "100012").open(register_hour="00:00")
    before = school_days(21, TODAY)[:-1]
    correction = {"sessions": [{"date": str(TODAY), "state": "closed", "reason": "weather"}]}
    url = f"{running['attendance'].url}/v1/schools/{closed.urn}/calendar/{YEAR}"
    async with httpx.AsyncClient(headers=closed.headers(), timeout=30) as client:
        (await client.patch(url, json=correction)).raise_for_status()
    for one in (school, later, closed):
        await one.put_in(marks_csv([(upn(10), day, half, "O") for day in before for half in ("AM", "PM")]))

    await until("the alarm", lambda: silent(school))
    [said] = await silent(school)
    assert (said["day"], said["name"], said["register_hour"]) == (str(TODAY), "Larkrise Primary", "00:00")
    assert await silent(later) == await silent(closed) == []
    for role in ("school", "officer"):
        assert (await school.get("/v1/silent", role=role)).status_code == 403
    code, told = await iewo(running, "school", "silent")
    assert (code, school.urn in told) == (0, True), told
    await until("the proposals say so", lambda: _is(late(school), {True}))
    assert await late(closed) == {False}
    await until("the metric counts the alarms", lambda: _counted(running, school))

    await school.put_in(marks_csv([(upn(10), TODAY, "AM", "-")]))
    await school.put_in(marks_csv([(upn(10), PLANNED[0], "AM", "V")]))
    assert await silent(school), "what is cleared and what is planned is no register"
    await school.put_in(marks_csv([(upn(10), TODAY, "AM", "/")]))
    await until("heard", lambda: _is(silent(school), []))
    await until("the proposals say so", lambda: _is(late(school), {False}))
    assert await alarms(running, school) == [("school-silent", str(TODAY)), ("school-heard", str(TODAY))]
    assert await alarms(running, closed) == []


async def test_a_school_has_an_hour_of_its_own_or_eleven(running: Running) -> None:
    told = ("--name", "Larkrise Primary", "--authority", "991", "--phase", "Primary")
    for urn, more in (("100030", ()), ("100031", ("--register-hour", "09:30"))):
        assert (await iewo(running, "school", "add", urn, *told, *more))[0] == 0
    hours = [(await (School(running, urn)).get(f"/v1/schools/{urn}")).json()["register_hour"] for urn in ("100030", "100031")]
    assert hours == ["11:00", "09:30"]
    code, line = await iewo(running, "school", "add", "100031", *told, "--register-hour", "25:00")
    assert (code, "register_hour" in line) == (1, True)


async def test_an_alarm_over_a_school_that_was_closed_ends_when_its_calendar_says_so(running: Running) -> None:
    school = await School(running, "100013").open(register_hour="00:00")
    url = f"{running['attendance'].url}/v1/schools/{school.urn}/calendar/{YEAR}"
    async with httpx.AsyncClient(headers=school.headers(), timeout=30) as client:
        (await client.put(url, json=[{"date": str(TODAY), "state": "open"}])).raise_for_status()
        await until("the alarm", lambda: silent(school))
        (await client.patch(url, json={"sessions": [{"date": str(TODAY), "state": "closed", "reason": "strike"}]})).raise_for_status()
    await until("its end", lambda: _is(silent(school), []))
    assert await alarms(running, school) == [("school-silent", str(TODAY)), ("school-heard", str(TODAY))]


async def _is(asked: Awaitable[Any], expected: Any) -> bool:
    return bool(await asked == expected)


async def test_missing_marks_are_listed_child_by_child_for_who_may_see_children(running: Running) -> None:
    school = await School(running, "100020").open()
    monday, tuesday = school_days(2, TODAY - timedelta(days=7))
    whole = [(upn(20), day, half, "/") for day in (monday, tuesday) for half in ("AM", "PM")]
    await school.put_in(marks_csv([*whole, (upn(21), monday, "AM", "/"), (upn(21), tuesday, "PM", "-")]))
    child = (await school.children())[upn(21)]["child"]
    path = f"/v1/schools/{school.urn}/missing?from={monday}&to={TODAY}"
    said = (await school.get(path)).json()
    gaps = [[str(monday), "PM"], [str(tuesday), "AM"], [str(tuesday), "PM"]]
    assert said == {
        "school": school.urn,
        "missing_sessions": 3,
        "children_with_missing_sessions": 1,
        "children": [{"child": child, "sessions": gaps}],
    }
    assert (await school.get(path.replace(str(monday), str(tuesday)))).json()["missing_sessions"] == 2
    assert (await school.statistics(monday, TODAY))["missing_sessions"] == 3
    assert "missing_sessions" not in (await register(school, child))["statistics"]
    assert (await school.get(path, role="operator")).status_code == 403
    assert (await school.get(path, schools=("100003",))).status_code == 404
