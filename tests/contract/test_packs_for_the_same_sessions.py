"""Two packs against one parent for the same sessions: in whatever order they are checked, approved and signed, one is sent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.enforcement import ParentOfCase
from shared.identity import new_id
from tests.support.pack_walk import HEAD_OF_SERVICE, OFFICER, PackWalk
from tests.support.sharing import TODAY, World, world

BY = {"name": OFFICER, "why": "the other one is right"}
STEPS = ("check", "approve", "sign")


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("same")) as ready:
        await ready.register()
        yield ready


async def two(made: World) -> tuple[PackWalk, PackWalk]:
    """A notice and a prosecution, with all let pass that may be."""
    child = new_id()
    notice = await made.drafted(await made.ask(child=child))
    prosecution = await made.drafted(await made.ask(child=child, measure="prosecution"))
    for walk in (notice, prosecution):
        await walk.state_case()
    for walk in (notice, prosecution):
        await walk.override_all()
    return notice, prosecution


async def step(walk: PackWalk, name: str) -> tuple[int, str]:
    if name == "sign":
        body: dict[str, Any] = {"check": (await walk.certificate())["check"], "name": "R. Pascoe"}
        answer = await walk.send("POST", "certificate/sign", body, role="school")
    elif name == "approve":
        answer = await walk.send("POST", "approve", {"name": HEAD_OF_SERVICE}, role="head of service")
    else:
        answer = await walk.send("POST", "check", {"name": OFFICER})
    return answer.status_code, answer.text


async def item(walk: PackWalk, rule: str) -> dict[str, Any] | None:
    return next((one for one in (await walk.done("GET", "readiness"))["items"] if one["rule"] == rule), None)


async def gone(made: World, *walks: PackWalk) -> list[str]:
    """Of those that are signed, which were sent."""
    shown = [await walk.done("GET", "") for walk in walks]
    for one in shown:
        if one["state"] not in ("draft", "checked", "approved"):
            await made.came_to(made.requests[one["request"]], "sent")
    return [one["pack"] for one in shown if one["state"] not in ("draft", "checked", "approved")]


@pytest.mark.parametrize("before", range(1, len(STEPS) + 1))
@pytest.mark.parametrize("first", [0, 1])
async def test_the_first_that_is_checked_is_sent_and_of_the_other_nothing_is_approved(made: World, first: int, before: int) -> None:
    """`before`: so many steps of the one are done before anybody begins with the other."""
    walks = await two(made)
    one, other = walks[first], walks[1 - first]
    beside = await item(one, "asked for beside")
    assert beside
    assert "any other with a session in common is then refused" in beside["todo"], "before it is let pass"
    for name in STEPS[:before]:
        assert (await step(one, name))[0] == 200
    for name in STEPS:
        status, told = await step(other, name)
        assert status == 409, told
        if name == "check":
            assert f"those of pack {one.pack}" in told
    found = await item(other, "asked for already")
    assert found
    assert not found["may_be_overridden"]
    assert (await other.send("POST", "overrides", {**BY, "rule": "asked for already"})).status_code == 422
    for name in STEPS[before:]:
        assert (await step(one, name))[0] == 200
    assert await gone(made, one, other) == [one.pack]


async def test_of_two_that_are_hurried_through_at_once_exactly_one_is_sent(made: World) -> None:
    for _ in range(4):
        walks = await two(made)

        async def hurried(walk: PackWalk) -> None:
            for name in STEPS:
                await step(walk, name)

        await asyncio.gather(*(hurried(walk) for walk in walks for _ in range(2)))
        assert len(await gone(made, *walks)) == 1


async def test_a_pack_that_came_back_with_questions_keeps_its_sessions_until_it_is_taken_back(made: World) -> None:
    one, other = await two(made)
    for name in STEPS:
        assert (await step(one, name))[0] == 200
    assert await gone(made, one) == [one.pack]
    heard = {"name": OFFICER, "heard": "telephone", "says": "returned", "questions": ["Which parent?"]}
    assert (await one.done("POST", "words", heard))["state"] == "returned"
    status, told = await step(other, "check")
    assert (status, f"iewo packs withdraw {one.pack}" in told) == (409, True), told
    await one.done("POST", "withdraw", BY)
    assert (await step(other, "check"))[0] == 200


async def test_what_is_given_up_or_a_draft_again_gives_its_sessions_back(made: World) -> None:
    one, other = await two(made)
    assert (await step(one, "check"))[0] == 200
    assert (await step(other, "check"))[0] == 409
    await one.done("POST", "cancel", BY)
    assert (await step(other, "check"))[0] == 200
    await one.done("POST", "take-up", BY)
    await one.override_all()
    assert (await step(one, "check"))[0] == 409, "it is the other's turn"
    let_pass = (await other.done("GET", ""))["overrides"][0]["rule"]
    await other.done("DELETE", f"overrides/{let_pass}")
    assert (await other.done("GET", ""))["state"] == "draft"
    await one.override_all()
    assert (await step(one, "check"))[0] == 200


async def test_packs_for_other_days_are_both_sent(made: World) -> None:
    child, middle = new_id(), TODAY - timedelta(days=30)
    early = await made.drafted(await made.ask(child=child, measure="prosecution", last=middle))
    late = await made.drafted(await made.ask(child=child, measure="prosecution", first=middle + timedelta(days=1)))
    for walk in (early, late):
        await walk.sign()
    assert await gone(made, early, late) == [early.pack, late.pack]


async def test_a_request_against_another_parent_that_was_given_up_accounts_for_nobody(made: World) -> None:
    child = new_id()
    request, hers = await made.ask(child=child), await made.ask(child=child, parent=f"{child}.1")
    mother = ParentOfCase(parent="mother", ref=f"{child}.1", name="Elowen Tregear", requested=True)
    made.other_parents[request.case] = (mother,)
    walk, other = await made.drafted(request), await made.drafted(hers)
    rule = "every parent accounted for"
    assert (found := await item(walk, rule))
    assert found["met"], "hers is being prepared"
    await other.done("POST", "cancel", {"name": OFFICER, "why": "she has left the country"})
    assert (found := await item(walk, rule))
    assert (found["met"], found["says"]) == (False, "1 other parent without a request or a reason.")
    await other.done("POST", "take-up", {"name": OFFICER, "why": "she is back"})
    assert (found := await item(walk, rule))
    assert found["met"]
