"""A checked, approved or signed pack of which something changes is a draft again at once, and whose it is are told, though nobody looks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contracts.attendance_events import FeedStored, RollChanged
from shared.contracts.sharing import PackDraftAgain
from shared.identity import new_id
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.sharing import SCHOOL, World, events, person, publish, world

CHECKER, APPROVER = "officer of the test", "head of service of the test"


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("draftagain")) as ready:
        await ready.register()
        yield ready


async def marks_came(made: World, school: str = SCHOOL) -> None:
    await publish(made.attendance, FeedStored, school=school, feed=new_id(), number=9, years=(2026,))


async def told(made: World, walk: PackWalk) -> list[PackDraftAgain]:
    return [one for one in await events(made.stack, PackDraftAgain) if one.pack == walk.pack]


async def told_once(made: World, walk: PackWalk) -> PackDraftAgain:
    async def look() -> list[PackDraftAgain]:
        return await told(made, walk)

    [event] = await until("told", look)
    return event


async def listed(made: World, walk: PackWalk) -> dict[str, Any]:
    """As the list has it: to list packs is not to look at them."""
    return next(one for one in await made.get("/v1/packs", "officer", walk.school) if one["pack"] == walk.pack)


async def test_a_mark_of_an_approved_pack_that_changes_is_told_with_its_clock_to_who_checked_and_approved_it(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.approve()
    clock = (await listed(made, walk))["request_by"]
    made.corrected[request.child] = "G"
    await asyncio.gather(*(marks_came(made) for _ in range(3)))
    event = await told_once(made, walk)
    assert event.what == ("sessions",)
    assert event.people == (CHECKER, APPROVER)
    assert (event.case, event.school, str(event.act_by)) == (request.case, SCHOOL, clock)
    shown = await listed(made, walk)
    assert (shown["state"], shown["changed_since_checked"]) == ("draft", ["sessions"])
    made.corrected[request.child] = "O"
    await marks_came(made)
    await walk.done("GET", "")
    assert len(await told(made, walk)) == 1, "a draft that is to be checked anew falls no further"
    await walk.approve()
    assert (await listed(made, walk))["changed_since_checked"] == []
    made.corrected[request.child] = "G"
    await marks_came(made)

    async def again() -> bool:
        return len(await told(made, walk)) == 2

    await until("told of the next change", again)


async def test_a_checked_pack_whose_child_moves_is_told_to_who_checked_it(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.state_case()
    await walk.override_all()
    await walk.done("POST", "check", {"name": "T. Okafor"})
    made.people[request.child] = person(request.child).model_copy(update={"address": "2 Limpet Lane, Example Haven, ZZ99 3WZ"})
    await publish(made.attendance, RollChanged, school=SCHOOL, child=request.child, year=2026, feed=9, changes=("address",))
    event = await told_once(made, walk)
    assert ("address" in event.what, event.people) == (True, (CHECKER,))
    assert "Limpet" not in event.model_dump_json()


async def test_a_signed_pack_that_waits_is_a_draft_again_when_a_mark_changes(made: World) -> None:
    """Nobody checked, approved or signed what it would be; a new signature alone makes it no better."""
    made.authority_of["900132"] = "807"
    request = await made.ask(school="900132")
    walk = await made.drafted(request)
    await walk.sign()
    made.corrected[request.child] = "G"
    await marks_came(made, "900132")
    assert (await told_once(made, walk)).what == ("sessions",)
    shown = await walk.done("GET", "")
    assert (shown["state"], shown["certificate"], shown["approved"]) == ("draft", None, None)
    check = (await walk.certificate())["check"]
    refused = await walk.send("POST", "certificate/sign", {"check": check, "name": "R. Pascoe"}, role="school")
    assert (refused.status_code, "sessions changed since" in refused.text) == (409, True)
    await walk.approve()
    assert (await walk.sign_certificate(check))["state"] == "waiting"


async def test_an_edit_by_a_person_is_told_to_nobody(made: World) -> None:
    walk = await made.drafted(await made.ask())
    await walk.approve()
    statement = (await walk.done("GET", "statement"))["statement"]
    await walk.done("PUT", "statement", {"name": "T. Okafor", "edition": statement["edition"], "paragraphs": ["I called."]})
    await marks_came(made)
    await walk.approve()
    assert await told(made, walk) == []
