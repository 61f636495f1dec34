"""The same act for a list of packs: each is answered for itself, and a list that is sent again does nothing twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.contracts.sharing import PackSent
from shared.mongo import close, connect
from tests.support.pack_lists import PackLists
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.sharing import CODE, OTHER_SCHOOL, SCHOOL, World, events, world

UNKNOWN = "0" * 24


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("lists")) as ready:
        await ready.register()
        yield ready


@pytest.fixture
def lists(made: World) -> PackLists:
    return PackLists(made.sharing.url, made.headers, SCHOOL)


async def drafts(made: World, count: int, **changes: Any) -> list[PackWalk]:
    requests = [await made.ask(**changes) for _ in range(count)]
    return [await made.drafted(request) for request in requests]


async def let_pass(lists: PackLists, walks: Sequence[PackWalk]) -> None:
    """Everything that is lacking and may be let pass, by lists of overrides."""
    items = (await walks[0].done("GET", ""))["items"]
    for rule in [one["rule"] for one in items if not one["met"] and one["may_be_overridden"]]:
        body = {"packs": await lists.looked(walks), "name": "T. Okafor", "rule": rule, "why": "known to the officer"}
        assert (await lists.done("override", body))["refused"] == 0


def whys(answer: dict[str, Any]) -> list[str | None]:
    return [one["why"] for one in answer["packs"]]


async def test_a_list_goes_from_draft_to_sent(made: World, lists: PackLists) -> None:
    walks = await drafts(made, 3)
    await let_pass(lists, walks)
    looked = await lists.looked(walks)
    checked = await lists.done("check", {"packs": looked, "name": "T. Okafor"})
    assert (checked["done"], checked["refused"]) == (3, 0)
    assert {one["stands"]["state"] for one in checked["packs"]} == {"checked"}
    assert await lists.done("check", {"packs": looked, "name": "T. Okafor"}) == checked, "sent again it does nothing twice"
    approval = {"packs": await lists.looked(walks), "name": "D. Example"}
    approved = await lists.done("approve", approval, role="head of service")
    assert (approved["done"], await lists.done("approve", approval, role="head of service")) == (3, approved)

    shown = await lists.done("certificates", {"packs": [walk.pack for walk in walks]}, role="school")
    assert shown["done"] == 3
    for walk, one in zip(walks, shown["packs"], strict=True):
        assert one["certificate"] == await walk.certificate(), "each as it is shown alone: sessions, codes, declaration, check value"
    to_sign = [{"pack": one["pack"], "check": one["certificate"]["check"]} for one in shown["packs"]]
    signed = await lists.done("sign", {"packs": to_sign, "name": "R. Pascoe"}, role="school")
    assert signed["done"] == 3
    again = await lists.done("sign", {"packs": to_sign, "name": "R. Pascoe"}, role="school")
    assert again["done"] == 3, "the same signature again"
    for walk in walks:
        await made.came_to(made.requests[(await walk.done("GET", ""))["request"]], "sent")
    sent = await lists.done("send", {"packs": await lists.looked(walks), "name": "T. Okafor"})
    assert (sent["done"], {one["stands"]["state"] for one in sent["packs"]}) == (3, {"sent"})
    packs = {walk.pack for walk in walks}
    assert sorted(one.pack for one in await events(made.stack, PackSent) if one.pack in packs) == sorted(packs), "once each"
    for walk in walks:
        assert [line["act"] for line in (await walk.done("GET", ""))["history"]].count("check") == 1


async def test_a_list_that_was_looked_at_once_serves_each_step_until_something_is_changed(made: World, lists: PackLists) -> None:
    walks = await drafts(made, 2)
    looked = await lists.looked(walks)
    items = (await walks[0].done("GET", ""))["items"]
    for rule in [one["rule"] for one in items if not one["met"] and one["may_be_overridden"]]:
        body = {"packs": looked, "name": "T. Okafor", "rule": rule, "why": "known to the officer"}
        first = await lists.done("override", body)
        assert (first["done"], await lists.done("override", {**body, "why": "in other words"})) == (2, first), "let pass once"
    passed = await lists.looked(walks)
    assert (await lists.done("check", {"packs": looked, "name": "T. Okafor"}))["refused"] == 0
    await walks[1].done("POST", "statement", {"name": "T. Okafor"})
    head = {"name": "D. Example"}
    assert (await lists.done("approve", {**head, "packs": looked}, role="head of service"))["done"] == 0, "what another let pass"
    approved = await lists.done("approve", {**head, "packs": passed}, role="head of service")
    assert [one["outcome"] for one in approved["packs"]] == ["done", "refused"]


async def test_what_is_refused_keeps_none_of_the_others_back(made: World, lists: PackLists) -> None:
    ready, stale, lacking = await drafts(made, 3)
    [elsewhere] = await drafts(made, 1, school=OTHER_SCHOOL)
    await let_pass(lists, [ready, stale])
    looked = [*await lists.looked([ready]), {"pack": stale.pack, "revision": 0}, {"pack": UNKNOWN, "revision": 0}]
    looked += [*await lists.looked([lacking]), {"pack": elsewhere.pack, "revision": 0}]
    await stale.done("POST", "statement", {"name": "T. Okafor"})
    answer = await lists.done("check", {"packs": looked, "name": "T. Okafor"})
    assert (answer["done"], answer["refused"]) == (1, 4)
    told = whys(answer)
    assert told[0] is None
    assert "look again" in (told[1] or "")
    assert told[2] == told[4] == "There is no such pack of a school of yours"
    assert "warning letter: " in (told[3] or "")
    assert (await ready.done("GET", ""))["state"] == "checked"
    assert (await lacking.done("GET", ""))["state"] == "draft"


async def test_four_eyes_hold_in_a_list_too(made: World, lists: PackLists) -> None:
    own, others = await drafts(made, 2)
    await let_pass(lists, [own, others])
    head = {"role": "head of service", "sub": "dana"}
    await own.done("POST", "check", {"name": "D. Example"}, role="head of service", sub="dana")
    await others.done("POST", "check", {"name": "T. Okafor"})
    approval = {"packs": await lists.looked([own, others]), "name": "D. Example"}
    assert (await lists.send("approve", approval)).status_code == 403, "the head of service alone approves"
    answer = await lists.done("approve", approval, **head)
    assert "who checked it does not approve it" in (whys(answer)[0] or "")
    assert [one["outcome"] for one in answer["packs"]] == ["refused", "done"]


async def test_a_signature_is_over_what_was_shown_of_each(made: World, lists: PackLists) -> None:
    requests = [await made.ask() for _ in range(2)]
    walks = [await made.drafted(request) for request in requests]
    for walk in walks:
        await walk.approve()
    shown = await lists.done("certificates", {"packs": [walk.pack for walk in walks]}, role="school")
    to_sign = [{"pack": one["pack"], "check": one["certificate"]["check"]} for one in shown["packs"]]
    made.corrected[requests[0].child] = "G"
    by_officer = await lists.done("sign", {"packs": to_sign, "name": "R. Pascoe"})
    assert (by_officer["done"], by_officer["refused"]) == (0, 2), "an officer brings paper"
    signed = await lists.done("sign", {"packs": to_sign, "name": "R. Pascoe"}, role="school")
    assert [one["outcome"] for one in signed["packs"]] == ["refused", "done"]
    assert "sessions changed since the pack was checked and approved" in (whys(signed)[0] or "")
    assert (await walks[0].done("GET", ""))["state"] == "draft", "nobody has approved the marks that it has now"


async def test_a_pack_that_stands_twice_and_differently_in_a_list_is_done_for_nobody(made: World, lists: PackLists) -> None:
    [walk] = await drafts(made, 1)
    [looked] = await lists.looked([walk])
    for act, role, one, other in (
        ("check", "officer", looked, {**looked, "revision": looked["revision"] + 1}),
        ("sign", "school", {"pack": walk.pack, "check": "0" * 64}, {"pack": walk.pack, "check": "1" * 64}),
    ):
        for packs, status in (([one, other], 422), ([one, one], 200)):
            answer = await lists.send(act, {"packs": packs, "name": "T. Okafor"}, role=role)
            assert answer.status_code == status, answer.text
        assert len(answer.json()["packs"]) == 1


async def test_a_signed_pack_that_does_not_go_is_seen(made: World, lists: PackLists) -> None:
    made.authority_of["900161"] = "861"
    [walk] = await drafts(made, 1, school="900161")
    await walk.sign()
    client = connect(made.stack.mongo_url("admin"))
    long_ago = {"$set": {"waiting_since": datetime.now(UTC) - timedelta(hours=1)}}
    await client["iewo"]["sharing"].update_one({"_id": f"pack:{walk.pack}"}, long_ago)
    await close(client)

    async def seen() -> bool:
        async with httpx.AsyncClient(base_url=made.sharing.url) as client:
            return "iewo_packs_held_up 1.0" in (await client.get("/metrics")).text

    await until("the metric tells of it", seen)
    await made.register("861")

    async def gone() -> bool:
        async with httpx.AsyncClient(base_url=made.sharing.url) as client:
            return "iewo_packs_held_up 0.0" in (await client.get("/metrics")).text

    await until("it went", gone)


async def test_what_waits_says_for_what(made: World, lists: PackLists) -> None:
    made.authority_of[OTHER_SCHOOL] = "894"
    try:
        [walk, draft] = await drafts(made, 2, school=OTHER_SCHOOL)
        await walk.sign()
        body = {"packs": await lists.looked([walk, draft]), "name": "T. Okafor"}
        answer = await lists.done("send", body, schools=(OTHER_SCHOOL,))
    finally:
        made.authority_of[OTHER_SCHOOL] = CODE
    assert whys(answer) == [
        "It cannot be done as the pack stands: the LA has no key yet: `iewo authority add 894`",
        "It cannot be done as the pack stands: the pack is draft: it is sent once the head teacher has signed it",
    ]


async def test_two_who_send_the_same_list_at_once_check_each_pack_once(made: World, lists: PackLists) -> None:
    walks = await drafts(made, 2)
    await let_pass(lists, walks)
    body = {"packs": await lists.looked(walks), "name": "T. Okafor"}
    answers = await asyncio.gather(*(lists.done("check", body) for _ in range(3)))
    assert {(one["done"], one["refused"]) for one in answers} == {(2, 0)}
    for walk in walks:
        assert [line["act"] for line in (await walk.done("GET", ""))["history"]].count("check") == 1
