"""Who is away or has left is out of `attendance` and `sharing` too, whatever the token says; no answer from `referrals` is not a yes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from deploy.local.running import OFFICER, Running
from tests.support.school import School, until

URN = "950201"
PLACES = (("attendance", f"/v1/schools/{URN}/calendar/2026"), ("sharing", "/v1/packs"), ("referrals", "/v1/caseload"))
ENDED_WITHIN = 15.0


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, URN).open()
    yield opened
    await opened.close()


async def asked(school: School, sub: str = OFFICER) -> list[int]:
    answers = [await school.get(path, service, role="officer", sub=sub) for service, path in PLACES]
    return [answer.status_code for answer in answers]


async def until_all(school: School, *statuses: int) -> None:
    async def so() -> bool:
        return await asked(school) == list(statuses)

    await until(f"everywhere {statuses}", so, ENDED_WITHIN)


async def as_head(school: School, path: str) -> None:
    headers = school.headers(role="head of service", sub="dana")
    async with httpx.AsyncClient(base_url=school.running["referrals"].url, headers=headers, timeout=30) as client:
        body: dict[str, Any] = {}
        (await client.post(f"/v1/officers/{OFFICER}/{path}", json=body)).raise_for_status()


async def test_who_is_away_is_out_everywhere_and_in_again_when_back(school: School) -> None:
    await until_all(school, 200, 200, 200)
    await as_head(school, "away")
    await until_all(school, 403, 403, 403)
    await as_head(school, "back")
    await until_all(school, 200, 200, 200)


async def test_a_head_of_service_who_has_left_is_out_everywhere(school: School) -> None:
    told = {"name": "Morgan Example", "email": "morgan@example.org", "role": "head of service", "schools": []}
    headers = school.headers(role="head of service", sub="dana")
    async with httpx.AsyncClient(base_url=school.running["referrals"].url, headers=headers, timeout=30) as client:
        (await client.put("/v1/officers/morgan", json=told)).raise_for_status()
        (await client.post("/v1/officers/morgan/away", json={"why": "left"})).raise_for_status()

    async def out() -> bool:
        answers = [await school.get(path, service, role="head of service", sub="morgan") for service, path in PLACES]
        return {answer.status_code for answer in answers} == {403}

    await until("out everywhere", out, ENDED_WITHIN)


async def test_whom_nobody_has_added_has_what_the_token_says_but_no_casework(school: School) -> None:
    assert await asked(school, "officer-of-the-provider") == [200, 200, 403]


async def test_no_answer_is_not_a_yes_and_a_head_of_service_goes_on(school: School) -> None:
    await school.running["referrals"].stop()
    try:
        answers = await asyncio.gather(*(school.get(path, service, role="officer", sub="officer-new") for service, path in PLACES[:2]))
        assert {answer.status_code for answer in answers} == {503}
        head = [await school.get(path, service, role="head of service") for service, path in PLACES[:2]]
        assert {answer.status_code for answer in head} == {200}
    finally:
        await school.running["referrals"].start()
