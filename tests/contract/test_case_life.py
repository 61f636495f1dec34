"""A case's life on two replicas of `referrals` and real servers: named acts, reopening, and the history that both leave."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contracts.standing import Rule
from tests.support.referrals import World, referrals_world
from tests.support.school import until


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("cases")) as made:
        yield made


async def proposed(world: World, school: str, child: str, rule: Rule = "persistent absence", order: int = 1) -> str:
    await world.neighbours.concern(child, rule, order, school=school)

    async def probe() -> str | None:
        return next((str(one["referral"]) for one in await world.proposals(school) if one["child"] == child), None)

    return await until("a proposal", probe)


async def a_case(world: World, school: str, child: str) -> str:
    referral = await proposed(world, school, child)
    (await world.send("POST", f"/referrals/{referral}/accept")).raise_for_status()
    return referral


async def act(world: World, case: str, name: str, **more: Any) -> dict[str, Any]:
    answer = await world.send("POST", f"/cases/{case}/acts", {"act": name, **more})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def told(world: World, type_: str, case: str, orders: set[int]) -> None:
    """That these events of the case were told; one of them perhaps twice, under the same id."""

    async def probe() -> bool:
        return {int(event["order"]) for event in world.neighbours.events(type_, case=case)} == orders

    await until(f"{type_} {orders}", probe)


async def test_a_life_from_proposal_to_the_la_and_back(world: World) -> None:
    case = await a_case(world, "110001", "lived")
    assert (await act(world, case, "allocate", officer="officer-sen"))["state"] == "allocated"
    for name, state in (("start", "in progress"), ("monitor", "monitoring"), ("resume", "in progress")):
        answers = [await act(world, case, name, why="as agreed") for _ in range(2)]
        assert answers[0] == answers[1]
        assert answers[0]["state"] == state
    body = {"parent": "lived.1", "measure": "penalty notice", "reason": "irregular attendance"}
    (await world.send("POST", f"/cases/{case}/enforcement", body)).raise_for_status()
    assert (await act(world, case, "pass to the LA"))["state"] == "with the LA"
    [line] = (await world.send("GET", "/caseload?school=110001")).json()["cases"]
    assert (line["state"], line["officer"]) == ("with the LA", "officer-sen")
    refused = await world.send("POST", f"/cases/{case}/acts", {"act": "start"})
    assert (refused.status_code, "it is with the LA; possible now: " in refused.json()["detail"]) == (409, True)
    history = (await world.send("GET", f"/cases/{case}/history")).json()
    assert [(step["act"], step["state"], step["by_name"]) for step in history["history"]] == [
        ("accept", "accepted", "Robin Sen"),
        ("allocate", "allocated", "Robin Sen"),
        ("start", "in progress", "Robin Sen"),
        ("monitor", "monitoring", "Robin Sen"),
        ("resume", "in progress", "Robin Sen"),
        ("request enforcement", "enforcement requested", "Robin Sen"),
        ("pass to the LA", "with the LA", "Robin Sen"),
    ]
    assert history["history"][2]["why"] == "as agreed"
    assert history["history"][1]["whom"] == "officer-sen"


async def test_an_act_that_is_not_whole_is_refused_in_a_line(world: World) -> None:
    case = await a_case(world, "110002", "partly")
    for body, detail in (
        ({"act": "close"}, "to close a case needs `why`"),
        ({"act": "allocate"}, "`officer` goes with `allocate`"),
        ({"act": "start", "officer": "officer-sen"}, "`officer` goes with `allocate`"),
        ({"act": "allocate", "officer": "nobody"}, "iewo officer add nobody "),
        ({"act": "dance"}, "act: should be 'allocate'"),
    ):
        answer = await world.send("POST", f"/cases/{case}/acts", body)
        assert (answer.status_code, detail in answer.json()["detail"]) == (422, True), answer.text
    assert (await world.send("POST", f"/cases/{case}/acts", {"act": "start"}, role="school", schools=("110002",))).status_code == 403
    assert (await world.send("POST", f"/cases/{case}/acts", {"act": "start"}, schools=("110001",))).status_code == 404
    assert (await world.send("GET", f"/cases/{case}/history", schools=("110001",))).status_code == 404


async def test_a_reopened_case_is_open_for_all_and_takes_what_was_proposed_meanwhile(world: World) -> None:
    case = await a_case(world, "110003", "again")
    await act(world, case, "close", why="Tamarind-marker: attendance improved")
    meanwhile = await proposed(world, "110003", "again", "severe absence")
    answers = await asyncio.gather(*(act(world, case, "reopen", why="it fell again") for _ in range(4)))
    assert {answer["state"] for answer in answers} == {"in progress"}
    assert await world.proposals("110003") == []
    found = (await world.send("GET", f"/cases/{case}")).json()
    assert {one["rule"] for one in found["concerns"]} == {"persistent absence", "severe absence"}
    assert (found["closing"], found["closed_at"]) == (None, None)
    refused = await world.send("POST", f"/referrals/{meanwhile}/accept")
    assert (refused.status_code, "it is lapsed" in refused.json()["detail"]) == (409, True)
    await told(world, "case-opened", case, {1, 3})
    await told(world, "case-closed", case, {2})
    await act(world, case, "close", why="moved abroad")
    await told(world, "case-closed", case, {2, 4})
    steps = (await world.send("GET", f"/cases/{case}/history")).json()["history"]
    assert [step["act"] for step in steps] == ["accept", "close", "reopen", "close"]
    stored = await world.collection.find_one({"_id": f"referral:{case}", "kind": "referral"})
    assert b"Tamarind" not in bytes(stored["sealed"]) + bytes(stored["sealed_history"])


async def test_a_case_is_not_reopened_beside_another(world: World) -> None:
    first = await a_case(world, "110004", "twice")
    await act(world, first, "close", why="attendance improved")
    referral = await proposed(world, "110004", "twice", "severe absence")
    (await world.send("POST", f"/referrals/{referral}/accept")).raise_for_status()
    refused = await world.send("POST", f"/cases/{first}/acts", {"act": "reopen", "why": "it fell again"})
    assert (refused.status_code, f"another open case by now, {referral}" in refused.json()["detail"]) == (409, True)


async def test_a_long_history_is_shown_whole(world: World) -> None:
    case = await a_case(world, "110005", "long")
    await act(world, case, "start")
    for _ in range(20):
        await act(world, case, "monitor", why="a review every week, as was agreed with the school and the family")
        await act(world, case, "resume", why="attendance fell again")
    answer = await world.send("GET", f"/cases/{case}/history")
    assert len(answer.json()["history"]) == 42
    assert (await world.send("GET", "/caseload?school=110005")).json()["cases"][0]["case"] == case
