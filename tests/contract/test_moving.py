"""A child moves school, on two replicas of `referrals` and real servers: the old case is to be closed, and is handed over or not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import bson
import pytest

from shared.contracts.attendance_events import RollChanged
from shared.identity import new_id
from tests.contract.test_case_life import a_case, act, proposed
from tests.contract.test_referrals import VISIT
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

OLD, NEW = "140001", "140002"
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
THERE: dict[str, Any] = {"sub": "officer-old", "schools": (OLD,)}
HERE: dict[str, Any] = {"sub": "officer-new", "schools": (NEW,)}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("moving")) as made:
        for claims in (THERE, HERE):
            await made.add_officer(claims["sub"], "Kit Example")
        yield made


async def rolls(world: World, child: str, feed: int, *, school: str = OLD, left: bool = True) -> None:
    """Told twice."""
    for _ in range(2):
        event = RollChanged(
            id=new_id(), at=datetime.now(UTC), correlation_id="x", causation_id="x",
            school=school, child=child, year=YEAR, feed=feed, changes=("left",) if left else ("year group",),
        )  # fmt: skip
        await world.neighbours.bus.jetstream().publish(RollChanged.SUBJECT, event.model_dump_json().encode())


async def tasks(world: World, case: str, officer: str) -> list[dict[str, Any]]:
    found = (await world.send("GET", f"/tasks?officer={officer}", **HEAD)).json()["tasks"]
    return [one for one in found if one["case"] == case]


async def test_a_child_who_leaves_gives_a_task_and_closes_nothing(world: World) -> None:
    case = await a_case(world, OLD, "leaver")
    await act(world, case, "allocate", officer="officer-sen")
    await rolls(world, "leaver", 7, left=False)
    await rolls(world, "leaver", 8)

    async def told() -> list[dict[str, Any]]:
        return await tasks(world, case, "officer-sen")

    [task] = await until("a task", told)
    assert "has left the school's roll" in task["what"]
    await rolls(world, "leaver", 9)

    async def again() -> bool:
        return len(await tasks(world, case, "officer-sen")) == 2

    await until("a task for the next leaving", again)
    assert (await world.send("GET", f"/cases/{case}")).json()["state"] == "allocated"
    notices = [one async for one in world.collection.find({"kind": "notice", "who": "officer-sen"})]
    assert {one["what"] for one in notices} >= {"case to be closed"}


async def test_at_the_new_school_a_case_is_dates_until_it_is_handed_over(world: World) -> None:
    child = "mover"
    case = await a_case(world, OLD, child)
    await act(world, case, "allocate", officer="officer-sen")
    visit = await world.send("POST", f"/cases/{case}/interventions", {**VISIT, "outcome": "agreed to meet"})
    assert visit.status_code == 201, visit.text
    await act(world, case, "close", why="Quillon-marker: moved")
    await proposed(world, NEW, child)
    seen = await world.send("GET", f"/schools/{NEW}/children/{child}/cases-elsewhere", **HERE)
    [was] = seen.json()["cases"]
    assert was.keys() == {"case", "opened_on", "closed_on"}
    assert OLD not in seen.text
    assert (await world.send("GET", f"/cases/{case}", **HERE)).status_code == 404
    assert (await world.send("GET", f"/schools/{OLD}/children/{child}/cases-elsewhere", **HERE)).status_code == 404

    path = f"/schools/{NEW}/children/{child}/hand-overs"
    first, second = [await world.send("POST", path, {"case": case, "why": "Quillon-marker: she is ours now"}, **HERE) for _ in range(2)]
    assert (first.status_code, first.json()["state"], first.json()["from_school"]) == (201, "asked", None)
    assert first.json() == second.json()
    assert (await world.send("POST", path, {"case": "0" * 24, "why": "x"}, **HERE)).status_code == 404
    handover = first.json()["hand_over"]
    assert (await world.send("GET", f"/hand-overs/{handover}/case", **HERE)).status_code == 404
    decision = {"decision": "grant", "reason": "Quillon-marker: the family agrees"}
    assert (await world.send("POST", f"/hand-overs/{handover}/decision", decision, **HERE)).status_code == 404
    assert [one["hand_over"] for one in (await world.send("GET", "/hand-overs", **THERE)).json()["hand_overs"]] == [handover]
    assert (await world.send("GET", "/hand-overs", sub="officer-sen", schools=("140009",))).json()["hand_overs"] == []
    for _ in range(2):
        granted = await world.send("POST", f"/hand-overs/{handover}/decision", decision, **THERE)
        assert (granted.status_code, granted.json()["state"]) == (200, "granted"), granted.text
    refused = await world.send("POST", f"/hand-overs/{handover}/decision", {**decision, "decision": "refuse"}, **THERE)
    assert refused.status_code == 409

    shown = await world.send("GET", f"/hand-overs/{handover}/case", **HERE)
    assert [(entry["kind"], entry["outcome"]) for entry in shown.json()["entries"]] == [("home visit", "agreed to meet")]
    assert (shown.json()["closing"], shown.json()["from_school"]) == ("Quillon-marker: moved", OLD)
    assert "Wrenfield" not in shown.text, "what was said in confidence stays"
    [live] = await world.proposals(NEW)
    for id_ in (case, live["referral"]):
        steps = (await world.send("GET", f"/cases/{id_}/history", **HEAD)).json()["history"]
        logged = [(one["act"], one["by"]) for one in steps if one["act"].startswith("hand-over")]
        assert logged == [("hand-over asked for", "officer-new"), ("hand-over granted", "officer-old")]
    notices = {(one["who"], one["what"]) async for one in world.collection.find({"kind": "notice", "who": {"$regex": "^officer-"}})}
    assert {("officer-sen", "hand-over asked for"), ("officer-new", "hand-over decided")} <= notices
    stored = await world.collection.find_one({"_id": f"transfer:{handover}", "kind": "transfer"})
    assert b"Quillon" not in bson.encode(stored)
    await world.send("PUT", f"/cases/{case}/closed-to/officer-new", {"why": "a neighbour"}, **HEAD)
    assert (await world.send("GET", f"/hand-overs/{handover}/case", **HERE)).status_code == 404


async def test_what_was_handed_over_is_shown_as_it_stood_then(world: World) -> None:
    child = "frozen"
    case = await a_case(world, OLD, child)
    path = f"/cases/{case}/interventions"
    ids = [(await world.send("POST", path, {**VISIT, "outcome": said})).json()["id"] for said in ("agreed to meet", "made in error")]
    asked = await world.send("POST", f"/schools/{NEW}/children/{child}/hand-overs", {"case": case, "why": "she is ours now"}, **HERE)
    handover = asked.json()["hand_over"]
    decision = {"decision": "grant", "reason": "the family agrees"}
    (await world.send("POST", f"/hand-overs/{handover}/decision", decision, **THERE)).raise_for_status()
    (await world.send("PUT", f"{path}/{ids[0]}", {**VISIT, "outcome": "Wrenfield changed", "edition": 1})).raise_for_status()
    (await world.send("POST", f"{path}/{ids[1]}/strike", {"reason": "written twice"})).raise_for_status()
    (await world.send("POST", path, {**VISIT, "outcome": "Wrenfield later"})).raise_for_status()
    await act(world, case, "close", why="Wrenfield ending")
    shown = await world.send("GET", f"/hand-overs/{handover}/case", **HERE)
    assert [entry["outcome"] for entry in shown.json()["entries"]] == ["agreed to meet"]
    assert (shown.json()["state"], shown.json()["closed_at"], shown.json()["closing"]) == ("accepted", None, None)
    assert shown.json()["rules"] == ["persistent absence"]
    assert "Wrenfield" not in shown.text


async def test_the_new_schools_officers_are_told_that_there_was_a_case_and_nothing_of_it(world: World) -> None:
    urn, child = "140003", "comer"
    told = {"name": "Ash Example", "email": "ash@example.org", "schools": [urn]}
    (await world.send("PUT", "/officers/officer-there", told, role="operator", sub="operator")).raise_for_status()
    case = await a_case(world, OLD, child)
    for name in (child, "never-a-case"):
        for change in ("entered", "returned"):
            event = RollChanged(
                id=new_id(), at=datetime.now(UTC), correlation_id="x", causation_id="x",
                school=urn, child=name, year=YEAR, feed=3, changes=(change,),
            )  # fmt: skip
            await world.neighbours.bus.jetstream().publish(RollChanged.SUBJECT, event.model_dump_json().encode())

    async def notices() -> list[dict[str, Any]]:
        return [one async for one in world.collection.find({"kind": "notice", "who": "officer-there"})]

    [notice] = await until("told", notices, 10)
    assert (notice["what"], notice["school"]) == ("case at another school", urn)
    assert notice["link"] == f"/v1/schools/{urn}/children/{child}/cases-elsewhere"
    assert (case in str(notice), OLD in str(notice)) == (False, False)
    there = await world.send("GET", notice["link"].removeprefix("/v1"), sub="officer-sen", schools=(urn,))
    assert [one["case"] for one in there.json()["cases"]] == [case]
