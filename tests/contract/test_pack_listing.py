"""What lists of packs say, and to whom: names as they are now, the nearest legal clock first, and what can be done now."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.auth import Role
from shared.contracts.sharing import LegalClockMoved
from tests.support.pack_walk import PackWalk
from tests.support.sharing import CODE, OTHER_SCHOOL, SCHOOL, TODAY, World, events, world

NAMES = {"child_name": "Merryn Tregear", "parent_name": "Jory Tregear"}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("listing")) as ready:
        await ready.register()
        yield ready


async def test_a_pack_is_named_to_those_who_may_know_and_masked_for_others(made: World) -> None:
    walk = await made.drafted(await made.ask())
    for role in ("officer", "head of service", "school"):
        [listed] = [one for one in await made.get("/v1/packs", role, SCHOOL) if one["pack"] == walk.pack]
        assert {name: listed.get(name) for name in NAMES} == NAMES, role
        assert (listed["measure"], listed["ground"]) == ("penalty notice", "irregular attendance")
        assert ("revision" in listed) is (role != "school")
        shown = await made.get(f"/v1/packs/{walk.pack}", role, SCHOOL)
        assert {name: shown.get(name) for name in NAMES} == NAMES, role
    for path in ("/v1/packs", f"/v1/packs/{walk.pack}"):
        told = str(await made.get(path, "operator"))
        assert walk.pack in told
        assert not any(word in told for word in ("Tregear", "parent_name", "measure", "revision")), "an operator sees states alone"


async def test_a_list_is_narrowed_by_child_school_state_and_authority(made: World) -> None:
    request = await made.ask(school=OTHER_SCHOOL)
    walk = await made.drafted(request)

    async def listed(query: str, *schools: str) -> list[str]:
        return [one["pack"] for one in await made.get(f"/v1/packs?{query}", "officer", *(schools or (SCHOOL, OTHER_SCHOOL)))]

    assert await listed(f"child={request.child}") == [walk.pack]
    assert await listed(f"school={OTHER_SCHOOL}&state=draft&authority={CODE}") == [walk.pack]
    assert await listed(f"child={request.child}&authority=801") == []
    assert await listed(f"child={request.child}&state=sent") == []
    assert await listed(f"child={request.child}", SCHOOL) == [], "of another school"


async def test_a_list_is_narrowed_by_measure_and_ground_before_it_is_cut(made: World) -> None:
    asked = {
        "notice": await made.ask(school=OTHER_SCHOOL),
        "court": await made.ask(school=OTHER_SCHOOL, measure="prosecution"),
        "leave": await made.ask(school=OTHER_SCHOOL, reason="leave in term time"),
    }
    packs = {(await made.drafted(request)).pack: name for name, request in asked.items()}

    async def listed(query: str, role: Role = "officer") -> list[str]:
        found = await made.get(f"/v1/packs?school={OTHER_SCHOOL}&{query}", role, OTHER_SCHOOL)
        return sorted(packs[one["pack"]] for one in found if one["pack"] in packs)

    assert await listed("measure=prosecution") == ["court"]
    assert await listed("ground=leave in term time") == ["leave"]
    assert await listed("measure=penalty notice&ground=leave in term time", "school") == ["leave"]
    assert await listed("measure=prosecution&ground=leave in term time") == []
    assert await listed("measure=prosecution&limit=1") == ["court"], "the latest of all is another"
    assert await made.status("/v1/packs?measure=prosecution", "operator") == 422, "who is not told it does not learn it by asking"


async def test_a_list_says_what_came_of_a_pack_to_those_who_work_at_it(made: World) -> None:
    walk = PackWalk(made.sharing.url, made.headers, (await made.sent(await made.ask()))["pack"], SCHOOL)

    async def told(role: Role = "officer") -> tuple[str, str | None, str | None]:
        [one] = [one for one in await made.get("/v1/packs", role, SCHOOL) if one["pack"] == walk.pack]
        assert "Jory" not in str(one.get("outcome"))
        return one["state"], one.get("said_on"), one.get("outcome")

    async def say(says: str, **more: str) -> None:
        await walk.done("POST", "words", {"says": says, "name": "T. Okafor", "heard": "telephone", **more})

    assert await told() == ("sent", None, None)
    await say("paid")
    assert await told() == ("paid", TODAY.isoformat(), None)
    await say("outcome", outcome="fined \u00a3120 and costs of \u00a385")
    assert await told() == ("outcome", TODAY.isoformat(), "fined 120 pounds, costs 85 pounds")
    for role in ("school", "operator"):
        assert await told(role) == ("outcome", None, None), role
    await walk.done("POST", "words/2/strike", {"why": "of another pack", "name": "T. Okafor"})
    await say("outcome", outcome="fined, and Jory must tell the school")
    assert await told() == ("outcome", TODAY.isoformat(), None), "what names somebody stands with the words alone"
    shown = await walk.done("GET", "")
    assert (shown["said_on"], shown["outcome"]) == (TODAY.isoformat(), None)


async def test_whose_clock_runs_out_first_comes_first(made: World) -> None:
    later = await made.drafted(await made.ask(first=TODAY - timedelta(days=50)))
    sooner = await made.drafted(await made.ask(first=TODAY - timedelta(days=120)))
    over = await made.drafted(await made.ask(first=TODAY - timedelta(days=130)))
    await over.done("POST", "cancel", {"name": "T. Okafor", "why": "the family has moved"})
    for walk in (later, sooner):
        await walk.done("GET", "")  # looked at: its clocks are known
    ids = {later.pack: "later", sooner.pack: "sooner", over.pack: "over"}
    found = [ids[one["pack"]] for one in await made.get("/v1/packs?order=clock") if one["pack"] in ids]
    assert found == ["sooner", "later", "over"]
    assert [ids[one["pack"]] for one in await made.get("/v1/packs") if one["pack"] in ids] == ["over", "sooner", "later"]
    assert len(await made.get("/v1/packs?order=clock&limit=1")) == 1


async def test_the_clock_of_an_information_stays_on_the_list_until_the_pack_has_ended(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)

    async def clocks(pack: str = walk.pack) -> tuple[str, str | None, str | None]:
        [one] = [one for one in await made.get("/v1/packs?order=clock") if one["pack"] == pack]
        return one["state"], one["request_by"], one["earliest_by"]

    await walk.sign()
    await made.came_to(request, "sent")
    shown = await walk.done("GET", "")
    day = shown["earliest_by"]
    assert day > TODAY.isoformat()
    assert await clocks() == ("sent", None, day), "nobody asks any more, and s.127 still runs"
    for word, lay_by in (("received", day), ("accepted", day), ("notice issued", day), ("unpaid", day), ("in court", None)):
        await walk.done("POST", "words", {"says": word, "name": "T. Okafor", "heard": "telephone"})
        assert await clocks() == (word, None, lay_by), word


async def test_the_next_edition_has_its_clocks_before_anybody_looks_and_an_ended_one_has_none(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.done("GET", "")

    async def clocks(pack: str) -> tuple[str | None, str | None]:
        [one] = [one for one in await made.get("/v1/packs") if one["pack"] == pack]
        return one["request_by"], one["earliest_by"]

    before = await clocks(walk.pack)
    assert all(before)
    await walk.sign()
    await made.came_to(request, "sent")
    await walk.done("POST", "words", {"says": "declined", "why": "the period", "name": "T. Okafor", "heard": "letter"})
    assert await clocks(walk.pack) == (None, None)
    following = await walk.done("POST", "supersede", {"name": "T. Okafor", "why": "another period"})
    assert await clocks(following["pack"]) == before
    again = PackWalk(made.sharing.url, made.headers, following["pack"], SCHOOL)
    await again.done("POST", "cancel", {"name": "T. Okafor", "why": "the family has moved"})
    assert await clocks(again.pack) == (None, None)
    third = await walk.done("POST", "supersede", {"name": "T. Okafor", "why": "the family is back"})
    assert (third["pack"], third["edition"], third["state"]) == (again.pack, 2, "draft"), "an LA is sent no edition 3 after the first"
    assert await clocks(third["pack"]) == before
    heard = sorted((one for one in await events(made.stack, LegalClockMoved) if one.pack == third["pack"]), key=lambda one: one.edition)
    assert (str(heard[-1].request_by), str(heard[-1].earliest_by)) == before, "the caseload has them too"


async def test_what_is_closed_to_the_reader_is_in_no_list(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    made.closed.add(request.case)
    assert await made.get(f"/v1/packs?case={request.case}", "officer", SCHOOL) == []
    assert await made.status(f"/v1/packs/{walk.pack}", "officer", SCHOOL) == 404
    assert [one["pack"] for one in await made.get(f"/v1/packs?case={request.case}", "operator")] == [walk.pack]


async def test_taking_back_is_possible_where_it_is_said_to_be(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    assert "withdraw" not in (await walk.done("GET", ""))["possible"]
    await walk.sign()
    await made.came_to(request, "sent")
    assert "withdraw" in (await walk.done("GET", ""))["possible"]
    heard = {"says": "paid", "name": "T. Okafor", "heard": "letter of today"}
    await walk.done("POST", "words", heard)
    shown = await walk.done("GET", "")
    assert (shown["state"], "withdraw" in shown["possible"]) == ("paid", False)
    assert (await walk.send("POST", "withdraw", {"why": "in error", "name": "T. Okafor"})).status_code == 409


async def test_where_nobody_said_a_period_it_is_that_of_the_sessions_relied_on(made: World) -> None:
    walk = await made.drafted(await made.ask(first=TODAY - timedelta(days=120), period_said=False))
    shown = await walk.certificate()
    assert shown["relied_on"], "O is counted"
    assert (shown["first"], shown["last"]) == (shown["relied_on"][0]["day"], shown["relied_on"][-1]["day"])
    assert all(shown["first"] <= one["day"] <= shown["last"] for one in shown["days"])
    assert (TODAY - timedelta(days=120)).isoformat() < shown["first"], "ten school weeks, and not all that was looked at"
    assert shown["signatories"] == ["head teacher", "acting head teacher"]
    said = await made.drafted(await made.ask(first=TODAY - timedelta(days=120)))
    assert (await said.certificate())["first"] == (TODAY - timedelta(days=120)).isoformat(), "what is said stands"


async def test_a_leave_reaches_back_to_the_session_from_which_the_threshold_is_met(made: World) -> None:
    """With absence of other codes before it: the threshold is one of sessions in any mix."""
    days = {"first": TODAY - timedelta(days=20), "last": TODAY - timedelta(days=10)}
    asked = await made.ask(reason="leave in term time", looked_from=TODAY - timedelta(days=150), **days)
    walk = await made.drafted(asked)
    shown = await walk.certificate()
    assert shown["last"] == days["last"].isoformat()
    assert shown["first"] == shown["relied_on"][0]["day"] < days["first"].isoformat()
    later = [one for one in shown["relied_on"] if one["day"] > shown["first"]]
    assert len(later) < 10 <= len(shown["relied_on"])
    threshold = next(one for one in (await walk.done("GET", ""))["items"] if one["rule"] == "threshold met")
    assert threshold["met"], threshold
