"""The school calendar, marks entered ahead and silent schools, on the running services, on a weekday in November."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from deploy.local.running import QUICK, Running
from shared.contracts.attendance import AskRegister, ChildRegister
from tests.bus.connections import connected
from tests.support.autumn import CLOCK, TODAY, this_term
from tests.support.school import School, marks_csv, school_days, upn

PLANNED = school_days(2, TODAY + timedelta(days=7))
"""Two weekdays to come."""


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with Running(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}, notablescan=True) as stack:
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
