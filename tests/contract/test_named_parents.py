"""A parent whom an entry names is one of the case's own child, at its school."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, send
from tests.support.referrals import World, referrals_world

URNS = (str(number) for number in itertools.count(108100))
ENTRY: dict[str, Any] = {
    "kind": "telephone call",
    "date": TODAY.isoformat(),
    "with_whom": "mother",
    "engagement": "good",
    "outcome": "talked",
}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("named")) as made:
        yield made


def contact(parent: str) -> dict[str, Any]:
    return {**ENTRY, "contacts": [{"parent": parent, "field": "phone", "value": "01632 960555"}]}


def present(parent: str) -> dict[str, Any]:
    return {**ENTRY, "people": [{"who": "parent", "words": "mother", "parent": parent}]}


async def test_a_contact_is_of_a_parent_of_this_child_at_this_school_and_of_nobody_else(world: World) -> None:
    urn, there = next(URNS), next(URNS)
    case = await a_case(world, urn, child(world, "named", MOTHER, FATHER))
    mother, _ = await brought(world, urn, "named")
    await a_case(world, urn, child(world, "stranger", MOTHER, FATHER))
    stranger, _ = await brought(world, urn, "stranger")
    await a_case(world, there, "named")
    same_child, _ = await brought(world, there, "named")
    await send(world, "POST", "/parents/same", {"parents": [mother["parent"], same_child["parent"]], **WHY})
    path = f"/cases/{case}/interventions"
    for wrong in ("stranger.1", "named.3", "nobody.1", stranger["parent"], same_child["parent"], "a telephone"):
        for body in (contact(wrong), present(wrong)):
            answer = await world.send("POST", path, body)
            assert (answer.status_code, wrong in answer.text, "no parent or carer of this child" in answer.text) == (422, True, True), (
                answer.text
            )
            visit = {"kind": body["kind"], "date": body["date"], "entries": [{"case": case, **body}]}
            for shared in ("kind", "date"):
                del visit["entries"][0][shared]
            refused = await world.send("POST", "/visits", visit, headers={"Idempotency-Key": f"v {wrong}"})
            assert refused.status_code == 422, refused.text
    assert (await send(world, "GET", path))["interventions"] == []
    for right in ("named.1", mother["parent"]):
        made = await send(world, "POST", path, contact(right), status=201)
        assert made["contacts"][0]["parent"] == "named.1"
        await send(world, "POST", path, present(right), status=201)


async def test_whom_an_entry_named_it_may_go_on_naming_and_a_place_that_is_not_heard_of_yet_is_asked_of_the_roll(world: World) -> None:
    urn = next(URNS)
    case = await a_case(world, urn, child(world, "later", MOTHER))
    path = f"/cases/{case}/interventions"
    assert (await world.send("POST", path, contact("later.2"))).status_code == 422
    child(world, "later", MOTHER, FATHER)
    made = await send(world, "POST", path, contact("later.2"), status=201)
    child(world, "later", MOTHER)
    await send(world, "PUT", f"{path}/{made['id']}", {**contact("later.2"), "outcome": "rang back", "edition": 1})
    world.neighbours.answering = False
    try:
        assert (await world.send("POST", path, contact("later.2"))).status_code == 201, "a visit is written down while nobody can be asked"
        assert (await world.send("POST", path, contact("named.2"))).status_code == 422
    finally:
        world.neighbours.answering = True
