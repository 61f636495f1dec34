"""Going away over HTTP: two replicas, tokens that stay valid, and cases with something still to do."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.identity import new_id
from tests.support.referrals import World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
ENDED_WITHIN = 10.0
"""Seconds, with room for a busy machine: the other replica may go by what it read three seconds ago."""


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("absences")) as made:
        for id_ in ("ann", "bob"):
            await made.add_officer(id_, id_.capitalize())
        yield made


async def as_head(world: World, path: str, body: Any = None) -> Any:
    answer = await world.send("POST", path, body or {}, role="head of service", sub="dana")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def schools(world: World, id_: str, *urns: str) -> None:
    body = {"name": id_.capitalize(), "email": f"{id_}@example.org", "schools": list(urns), "cover": "bob" if id_ == "ann" else None}
    (await world.send("PUT", f"/officers/{id_}", body, role="operator", sub="operator")).raise_for_status()


async def a_case(world: World, school: str) -> str:
    """Ann's, with a call that leaves something to do."""
    child = new_id()
    await world.neighbours.concern(child, "persistent absence", 1, school=school)

    async def proposed() -> str | None:
        return next((one["referral"] for one in await world.proposals(school) if one["child"] == child), None)

    case = await until("a proposal", proposed)
    (await world.send("POST", f"/referrals/{case}/accept", sub="ann", schools=())).raise_for_status()
    (await world.send("POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "ann"}, sub="ann", schools=())).raise_for_status()
    call = {
        "kind": "telephone call",
        "date": TODAY.isoformat(),
        "with_whom": "mother",
        "engagement": "good",
        "outcome": "will ring back",
        "next_step": "ring again",
        "due": (TODAY + timedelta(days=7)).isoformat(),
    }
    answer = await world.send("POST", f"/cases/{case}/interventions", call, sub="ann", schools=())
    assert answer.status_code == 201, answer.text
    return case


async def everywhere(world: World, id_: str, status: int) -> str:
    """Until both replicas answer so; what the last one says."""

    async def so() -> str | None:
        answers = [await world.send("GET", "/caseload", sub=id_, schools=()) for _ in world.services]
        return answers[-1].text if {answer.status_code for answer in answers} == {status} else None

    return await until(f"{id_}: {status}", so, ENDED_WITHIN)


async def test_a_token_that_is_still_valid_opens_nothing_and_the_other_has_it_all(world: World) -> None:
    await schools(world, "ann", "910001")
    case = await a_case(world, "910001")
    assert (await world.send("GET", f"/cases/{case}", sub="bob", schools=())).status_code == 404
    handed = await as_head(world, "/officers/ann/away", {"note": "Wrenfield-note: the mother is to be rung before nine"})
    begun = time.monotonic()
    assert (handed["cases"], handed["steps"], handed["officer"]["access"]) == ({case: "bob"}, 1, "away")
    assert "you are away" in await everywhere(world, "ann", 403)
    assert time.monotonic() - begun < ENDED_WITHIN
    assert (await world.send("GET", f"/cases/{case}", sub="ann", schools=("*",))).status_code == 403
    theirs = (await world.send("GET", f"/cases/{case}", sub="bob", schools=())).json()
    assert (theirs["officer"], theirs["handed_over"]["note"][:14]) == ("bob", "Wrenfield-note")
    history = (await world.send("GET", f"/cases/{case}/history", sub="bob", schools=("910009",))).json()["history"]
    assert (history[-1]["act"], history[-1]["words"][:14]) == ("hand over", "Wrenfield-note"), "also where the token names other schools"
    refused = await world.send("POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "ann"}, sub="bob", schools=())
    assert (refused.status_code, "is away" in refused.json()["detail"]) == (409, True)

    returned = await as_head(world, "/officers/ann/back")
    assert (returned["cases"], returned["steps"]) == ({case: "ann"}, 1)
    await everywhere(world, "ann", 200)
    assert (await world.send("GET", f"/cases/{case}", sub="ann", schools=())).json()["handed_over"] is None
    assert (await world.send("GET", f"/cases/{case}", sub="bob", schools=())).status_code == 404


async def test_the_note_is_sealed_with_the_case_and_stands_nowhere_else(world: World) -> None:
    found = [document async for document in world.collection.find({"_id": {"$gte": ""}})]
    assert found
    assert not [one["kind"] for one in found if b"Wrenfield" in repr(one).encode()]


async def test_a_cover_or_an_address_that_could_never_serve_is_refused(world: World) -> None:
    body = {"name": "Ann", "email": "ann@example.org", "schools": []}
    for more, says in (
        ({"cover": "ann"}, "nobody covers for themselves"),
        ({"cover": "nobody-here"}, "add nobody-here"),
        ({"email": "renée@example.org"}, "without accents"),
    ):
        refused = await world.send("PUT", "/officers/ann", {**body, **more}, role="operator", sub="operator")
        assert (refused.status_code, says in refused.text) == (422, True), refused.text


async def test_nobody_is_given_a_case_or_a_task_who_may_work_none(world: World) -> None:
    await schools(world, "ann", "910004")
    case = await a_case(world, "910004")
    for id_, role, says in (("uncleared", "officer", "out of date"), ("desk", "business support", "works no cases")):
        body = {"name": id_, "email": f"{id_}@example.org", "schools": [], "role": role}
        (await world.send("PUT", f"/officers/{id_}", body, role="operator", sub="operator")).raise_for_status()
        task = {"what": "ring", "due": TODAY.isoformat(), "officer": id_}
        for path, asked in ((f"/cases/{case}/acts", {"act": "allocate", "officer": id_}), (f"/cases/{case}/tasks", task)):
            refused = await world.send("POST", path, asked, sub="ann", schools=())
            assert (refused.status_code, says in refused.text) == (409, True), refused.text


async def test_visit_warnings_have_a_new_owner_until_the_first_is_back(world: World) -> None:
    await schools(world, "ann", "910003")
    review = (TODAY + timedelta(30)).isoformat()
    warning = {"address": "9 Kennel Lane ZZ99 2BB", "reason": "two dogs loose", "review": review}
    (await world.send("POST", "/visit-warnings", warning, sub="ann", schools=())).raise_for_status()
    await as_head(world, "/officers/ann/away")
    assert await _owner(world, "bob") == "bob"
    await as_head(world, "/officers/ann/back")
    assert await _owner(world, "ann") == "ann"


async def _owner(world: World, officer: str) -> str:
    """As an officer who may see it is told."""
    found = (await world.send("GET", "/visit-warnings", sub=officer, schools=())).raise_for_status().json()
    return next(str(one["owner"]) for one in found["visit_warnings"] if "Kennel" in one["address"])


async def test_role_and_cover_stay_where_they_are_not_sent(world: World) -> None:
    body = {"name": "Ann", "email": "ann@example.org", "schools": []}
    for more, cover in (({"cover": "bob", "role": "business support"}, "bob"), ({}, "bob"), ({"cover": None, "role": "officer"}, None)):
        answer = (await world.send("PUT", "/officers/ann", body | more, role="operator", sub="operator")).json()
        assert (answer["cover"], answer["role"]) == (cover, "officer" if cover is None else "business support")


async def test_only_a_head_of_service_sends_somebody_away_or_puts_a_date_off(world: World) -> None:
    for role in ("operator", "officer"):
        for path in ("away", "back", "extend"):
            answer = await world.send("POST", f"/officers/ann/{path}", {}, role=role, sub="officer-sen")
            assert answer.status_code == 403


async def test_what_nobody_takes_is_named_and_nothing_happens(world: World) -> None:
    await schools(world, "bob", "910002")
    answer = await world.send("POST", "/officers/bob/away", {}, role="head of service", sub="dana")
    assert answer.status_code == 409
    assert "910002" in answer.json()["detail"]
    assert (await world.send("GET", "/caseload", sub="bob", schools=())).status_code == 200
    assert (await world.send("POST", "/officers/nobody/away", {}, role="head of service", sub="dana")).status_code == 404
