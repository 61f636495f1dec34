"""Referrals raised by hand, left and declined by code, and the number of cases a school bought, on real servers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest

from tests.contract.test_case_life import a_case, act, proposed
from tests.support.referrals import World, referrals_world

TODAY = datetime.now(UTC).date()
WHY = {"why": "Quillon-marker: absent every Monday", "parents_told": "Quillon-marker: by telephone", "child_said": "Quillon-marker: tired"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("raising")) as made:
        yield made


async def test_raised_many_times_at_once_it_is_one_proposal(world: World) -> None:
    school: dict[str, Any] = {"role": "school", "sub": "school 120001", "schools": ("120001",)}
    body = {"child": "byhand", **WHY}
    answers = await asyncio.gather(*(world.send("POST", "/schools/120001/referrals", body, **school) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201], [answer.text for answer in answers]
    assert len({answer.json()["referral"] for answer in answers}) == 1
    [proposal] = await world.proposals("120001")
    assert (proposal["child"], proposal["rules"], proposal["raised_by"]) == ("byhand", [], ["school"])
    assert proposal["priority"]["because"][0] == "raised by hand"
    assert proposal["figures"]["absent"] == 20
    stored = await world.collection.find_one({"_id": f"referral:{proposal['referral']}", "kind": "referral"})
    assert b"Quillon" not in bson.encode(stored)
    assert (await world.send("POST", "/schools/120002/referrals", body, **school)).status_code == 404
    assert (await world.send("POST", "/schools/120001/referrals", {"child": "byhand"}, **school)).status_code == 422


async def test_it_joins_what_is_there_and_concerns_join_it(world: World) -> None:
    case = await a_case(world, "120003", "known")
    answer = await world.send("POST", "/schools/120003/referrals", {"child": "known", **WHY})
    assert (answer.status_code, answer.json()["referral"], answer.json()["joined"]) == (200, case, True)
    assert answer.json()["state"] == "accepted"
    by_hand = (await world.send("POST", "/schools/120003/referrals", {"child": "later", **WHY})).json()["referral"]
    assert await proposed(world, "120003", "later") == by_hand


async def test_while_attendance_is_away_nobody_can_say_whether_there_is_such_a_child(world: World) -> None:
    world.neighbours.answering = False
    try:
        assert (await world.send("POST", "/schools/120004/referrals", {"child": "nobody", **WHY})).status_code == 503
    finally:
        world.neighbours.answering = True
    assert await world.proposals("120004") == []


async def test_a_decision_needs_a_code_and_a_proposal_may_be_left(world: World) -> None:
    referral = await proposed(world, "120005", "left")
    reasons = (await world.send("GET", "/declining")).json()
    assert "medical" in {one["code"] for one in reasons["reasons"]}
    for body, told in (({"reason": "not in the list"}, "one of: school"), ({"reason": "other"}, "needs `words`")):
        answer = await world.send("POST", f"/referrals/{referral}/decline", body)
        assert (answer.status_code, told in answer.json()["detail"]) == (422, True)
    until = (TODAY + timedelta(days=14)).isoformat()
    left = await world.send("POST", f"/referrals/{referral}/leave", {"until": until, "why": "a meeting is arranged"})
    assert (left.json()["state"], left.json()["left_until"]) == ("proposed", until)
    assert (await world.send("POST", f"/referrals/{referral}/leave", {"until": TODAY.isoformat()})).status_code == 422
    [proposal] = await world.proposals("120005")
    assert proposal["left_until"] == until
    declined = await world.send("POST", f"/referrals/{referral}/decline", {"reason": "medical"})
    assert declined.json()["state"] == "declined"
    history = (await world.send("GET", f"/cases/{referral}/history")).json()["history"]
    assert [(step["act"], step["why"]) for step in history] == [("leave", "a meeting is arranged"), ("decline", "medical")]


async def test_one_case_more_than_the_school_bought_needs_a_persons_yes(world: World) -> None:
    said = await world.send("PUT", "/schools/120006/bought-cases", {"cases": 1}, role="head of service", sub="head")
    assert (said.status_code, said.json()["open_cases"]) == (200, "0 of 1")
    assert (await world.send("PUT", "/schools/120006/bought-cases", {"cases": 9})).status_code == 403
    await world.send("PUT", "/schools/120006/bought-cases", {"cases": 5, "since": str(TODAY + timedelta(days=1))}, role="head of service")
    first = await a_case(world, "120006", "one")
    second = await proposed(world, "120006", "two")
    refused = await world.send("POST", f"/referrals/{second}/accept")
    assert (refused.status_code, "it would be open case 2 of 1" in refused.json()["detail"]) == (409, True)
    answer = await world.send("POST", f"/referrals/{second}/accept", {"over_bought": True})
    assert (answer.status_code, answer.json()["open_cases"]) == (200, "2 of 1")
    again = await world.send("POST", f"/referrals/{second}/accept")
    assert (again.status_code, again.json()) == (200, answer.json())
    await act(world, first, "close", why="attendance improved")
    assert (await world.send("GET", "/schools/120006/bought-cases")).json()["open_cases"] == "1 of 1"
