"""A child who is closed to a named person: what that person is shown, given and told, on two replicas of the referrals service."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contracts.attendance_events import RollChanged
from tests.contract.test_families import MOTHER, TODAY, WHY, a_case, child, family, publish, send, wear
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

SCHOOLS = itertools.count(103100)
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OTHER: dict[str, Any] = {"sub": "officer-other"}
BARRED: dict[str, Any] = {"sub": "barred"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("closedto")) as made:
        for sub in ("officer-other", "barred"):
            await made.add_officer(sub, "Ash Example")
        yield made


def school() -> str:
    return str(next(SCHOOLS))


async def bar(world: World, case: str, **why: str) -> None:
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", {"why": "own child", **why}, **HEAD)


async def closed_case(world: World, name: str) -> tuple[str, str]:
    """School and case."""
    urn = school()
    case = await a_case(world, urn, child(world, name, MOTHER))
    await bar(world, case)
    return urn, case


async def test_a_parent_of_two_children_shows_nothing_of_the_one_who_is_closed(world: World) -> None:
    urn = school()
    first, second = child(world, "aclosed", MOTHER), child(world, "bopen", MOTHER)
    case = await a_case(world, urn, first)
    [mother] = await until("brought", lambda: _parents(world, urn, first))
    parent = f"/parents/{mother['parent']}"
    await send(world, "PUT", f"{parent}/links/{second}", {"relationship": "mother", **WHY})
    await send(world, "PUT", f"{parent}/links/{first}", {"court_order": "Wrenfield order", **WHY})
    await bar(world, case)
    for method, path, body in (
        ("GET", parent, None),
        ("GET", f"{parent}/history", None),
        ("PATCH", parent, {"language": "Welsh", **WHY}),
        ("GET", f"/schools/{urn}/children/{second}/family", None),
    ):
        shown = await world.send(method, path, body, **BARRED)
        assert (shown.status_code, first in shown.text, "Wrenfield" in shown.text) == (200, False, False), (method, path, shown.text)
    assert (await send(world, "GET", parent, **OTHER))["link"]["court_order"] == "Wrenfield order"


async def test_who_is_barred_learns_nothing_by_raising_and_writes_nothing(world: World) -> None:
    urn, case = await closed_case(world, "raisedbarred")
    told = {"child": "raisedbarred", "why": "I wonder"}
    answer = await world.send("POST", f"/schools/{urn}/referrals", told, **BARRED)
    assert (answer.status_code, answer.json().keys()) == (404, {"detail"})
    assert case not in answer.text
    steps = (await send(world, "GET", f"/cases/{case}/history", **OTHER))["history"]
    assert "barred" not in {one["by"] for one in steps}
    assert (await world.send("POST", f"/schools/{urn}/referrals", told, **OTHER)).status_code == 200


async def test_who_is_barred_is_given_no_task_and_no_case_and_told_of_none(world: World) -> None:
    urn, name = school(), child(world, "taskbarred", MOTHER)
    case = await a_case(world, urn, name)
    told = {"name": "Ash Example", "email": "barred@example.org", "schools": [urn]}
    (await world.send("PUT", "/officers/barred", told, role="operator", sub="operator")).raise_for_status()
    allocated = {"act": "allocate", "officer": "barred"}
    await send(world, "POST", f"/cases/{case}/acts", allocated)
    await bar(world, case)
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-other"})
    task = {"what": "ring", "due": TODAY.isoformat(), "officer": "barred"}
    assert (await world.send("POST", f"/cases/{case}/tasks", task)).status_code == 409
    assert (await world.send("POST", f"/cases/{case}/acts", allocated)).status_code == 409
    assert (await world.send("POST", f"/cases/{case}/tasks", {**task, "officer": "officer-other"})).status_code == 201


async def test_a_child_who_leaves_is_told_to_nobody_to_whom_it_is_closed(world: World) -> None:
    """Neither while the case is the barred officer's nor as one of the school's officers."""
    urn, name = school(), child(world, "leftbarred", MOTHER)
    case = await a_case(world, urn, name)
    told = {"name": "Ash Example", "email": "barred@example.org", "schools": [urn]}
    (await world.send("PUT", "/officers/barred", told, role="operator", sub="operator")).raise_for_status()
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "barred"})
    await bar(world, case)
    await publish(world, RollChanged(school=urn, child=name, year=YEAR, feed=2, changes=("left",), **wear()))
    await world.quiet()
    whom = {"$in": ["barred", "officer-other", "head of service"]}
    about = await world.collection.find({"kind": "notice", "who": whom, "school": urn}).to_list(None)
    assert {one["who"] for one in about} == {"head of service"}
    assert case not in (await world.send("GET", "/notices", **BARRED)).text


async def test_closing_to_somebody_who_is_nobody_is_refused(world: World) -> None:
    """It would protect from nobody, and a name typed here would stand in clear in the database."""
    urn, name = school(), child(world, "barnobody", MOTHER)
    case = await a_case(world, urn, name)
    for who in ("Robin%20Sen", "officer-nobody", "@"):
        answer = await world.send("PUT", f"/cases/{case}/closed-to/{who}", {"why": "own child"}, **HEAD)
        assert (answer.status_code, "nobody" in answer.text) == (422, False), answer.text
    assert await world.collection.find_one({"_id": f"bar:{urn}:{name}"}) is None


async def test_to_whom_and_why_is_told_to_the_head_of_service_alone(world: World) -> None:
    _, case = await closed_case(world, "barhistory")
    path = f"/cases/{case}/closed-to/barred"
    await send(world, "DELETE", path, {"why": "Wrenfield: moved away"}, **HEAD)
    await send(world, "PUT", path, {"why": "Wrenfield: own child"}, **HEAD)
    shown = await world.send("GET", f"/cases/{case}/history", **OTHER)
    assert ("Wrenfield" in shown.text, "barred" in shown.text) == (False, False)
    acts = [one["act"] for one in shown.json()["history"]]
    assert acts[-3:] == ["close to a person", "open to a person again", "close to a person"]
    said = await send(world, "GET", f"/cases/{case}/closed-to", **HEAD)
    assert [one["lifted_why"] for one in said["said"]] == ["Wrenfield: moved away", None]
    assert (await world.send("GET", f"/cases/{case}/closed-to", **OTHER)).status_code == 403


async def _parents(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    return list((await family(world, urn, name))["parents"])
