"""Amendments, cleared marks and feeds taken back, over HTTP and by the command, on the running services."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients.iewo.main import main
from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK, TODAY, this_term
from tests.support.plain import PlainRegister
from tests.support.school import School, marks_csv, until, upn
from tests.support.servers import running_on_empty
from tests.support.whole import assert_concerns, assert_counts, assert_register

DAY = this_term(1)[0]


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


def told_csv(code: str, who: str = "", why: str = "") -> bytes:
    return f"UPN,Date,Session,Code,Changed by,Reason\n{upn(1)},{DAY},AM,{code},{who},{why}\n".encode()


async def asked(school: School, path: str, **claims: Any) -> Any:
    answer = await school.get(f"/v1/schools/{school.urn}/{path}", **claims)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_mark_that_was_replaced_and_cleared_is_missing_with_its_trail(running: Running) -> None:
    school = await School(running, "940001").open()
    numbers = [
        (await school.put_in(data))["number"] for data in (told_csv("N"), told_csv("O", "B Example", "parent phoned"), told_csv("-"))
    ]
    child = (await school.children())[upn(1)]["child"]
    (session,) = (await asked(school, f"children/{child}/register?from={DAY}&to={DAY}"))["sessions"]
    assert (session["code"], session["feed"]) == (None, numbers[2])
    assert [(one["code"], one["feed"], one["changed_by"], one["reason"]) for one in session["earlier"]] == [
        ("N", numbers[0], None, None),
        ("O", numbers[1], "B Example", "parent phoned"),
    ]
    assert (await school.statistics(DAY, DAY))["possible_sessions"] == 0

    past = await asked(school, f"children/{child}/history?from={DAY}&to={DAY}")
    assert [(one["before"], one["after"], one["feed"], one["changed_by"]) for one in past] == [
        ("N", "O", numbers[1], "B Example"),
        ("O", None, numbers[2], None),
    ]
    assert all(one["accepted_at"].startswith(str(TODAY)) for one in past)
    assert await asked(school, f"amendments?from={TODAY}&to={TODAY}") == past
    assert await asked(school, "amendments?from=2020-09-01&to=2020-09-30") == []
    elsewhere = await school.get(f"/v1/schools/940001/amendments?from={TODAY}&to={TODAY}", schools=("940009",))
    assert elsewhere.status_code == 404


async def test_a_feed_is_taken_back_and_what_it_raised_is_eased(running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    school = await School(running, "940002").open()
    days = this_term(10)
    good = [(upn(1), day, session, "/" if session == "AM" else "\\") for day in days for session in ("AM", "PM")]
    wrong = [(upn(1), day, session, "O") for day in days for session in ("AM", "PM")]
    register = PlainRegister.of({(await school.put_in(marks_csv(good)))["number"]: good})
    receipt = await school.put_in(marks_csv(wrong))
    await until("the concern told", lambda: told_of(school))
    arguments = ["feed", "withdraw", receipt["feed"], "--why", "the wrong file", "--json", "--url", running["attendance"].url]
    token = running.token(role="school", sub="school-940002", schools=("940002",))
    assert main([*arguments, "--token", token]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["withdrawn_by"]) == ("withdrawn", "school")
    await assert_register(school, register)
    await assert_counts(school, register)
    await assert_concerns(school, register)
    again = await school.push(marks_csv(wrong))
    assert again.status_code == 202
    assert again.json()["feed"] != receipt["feed"]


async def told_of(school: School) -> bool | None:
    answer = await school.get(f"/v1/proposals?school={school.urn}", service="referrals", role="head of service")
    return bool(answer.json()["proposals"]) or None


async def test_only_the_school_itself_and_the_head_of_service_take_a_feed_back(running: Running) -> None:
    school = await School(running, "940003").open()
    feed = (await school.put_in(told_csv("N")))["feed"]
    url, body = f"{running['attendance'].url}/v1/feeds/{feed}/withdraw", {"why": "a test"}
    for claims, status in (
        ({"role": "officer", "sub": "o"}, 403),
        ({"role": "operator", "sub": "o"}, 403),
        ({"schools": ("940009",)}, 404),
        ({"role": "head of service", "sub": "h"}, 202),
        ({}, 202),
    ):
        answer = await school._client.post(url, json=body, headers=school.headers(**claims))
        assert answer.status_code == status, answer.text
    assert (await school._client.post(url, json={"why": ""}, headers=school.headers())).status_code == 422
