"""Leave of absence on two replicas of the referrals service: put on record, corrected, requested as a list, and gone with the child."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from clients.iewo.main import main
from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence
from shared.contracts.referrals import AskRequest, EnforcementRequest
from tests.contract.test_families import FATHER, MOTHER, TODAY, child, send
from tests.support.referrals import World, referrals_world

URNS = (str(number) for number in itertools.count(990601))
MONDAY = TODAY - timedelta(days=TODAY.weekday() + 7)
WEEK = {"first": MONDAY.isoformat(), "last": (MONDAY + timedelta(days=4)).isoformat()}
REFUSED = {
    **WEEK,
    "decision": "refused",
    "asked_on": (MONDAY - timedelta(days=9)).isoformat(),
    "decided_on": (MONDAY - timedelta(days=8)).isoformat(),
    "told_on": (MONDAY - timedelta(days=7)).isoformat(),
}
OTHER: dict[str, Any] = {"role": "school", "sub": "school of the test", "schools": ("990999",)}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("leave")) as ready:
        yield ready


def as_school(urn: str) -> dict[str, Any]:
    return {"role": "school", "sub": "school of the test", "schools": (urn,)}


def two(world: World, name: str) -> list[str]:
    """A brother and a sister on one roll, both parents with each."""
    return [child(world, f"{name}{number}", MOTHER, FATHER) for number in (1, 2)]


def of(*children: str, parents: tuple[int, ...] = (1, 2), **more: Any) -> dict[str, Any]:
    places = [f"{name}.{number}" for name in children for number in parents]
    return {"children": list(children), "parents": places, "asked_by": [f"{children[0]}.1"], **REFUSED, **more}


async def record(world: World, urn: str, body: dict[str, Any], status: int = 201, key: str | None = None) -> Any:
    answer = await world.send("POST", f"/schools/{urn}/leave", body, {"Idempotency-Key": key} if key else None, **as_school(urn))
    assert answer.status_code == status, answer.text
    return answer.json()


async def request(world: World, urn: str, **body: Any) -> Any:
    return await send(world, "POST", f"/schools/{urn}/leave/requests", body, **as_school(urn))


async def evidence(world: World, case: str, parent: str) -> CaseEvidence:
    question = AskCaseEvidence(case=case, parent=parent)
    answer = await world.neighbours.bus.request(question.SUBJECT, question.model_dump_json().encode(), timeout=10)
    return CaseEvidence.model_validate_json(answer.data)


async def test_a_familys_leave_is_one_request_for_each_child_and_parent_with_no_casework(world: World) -> None:
    urn, names = next(URNS), two(world, "family")
    recorded = await record(world, urn, of(*names))
    assert [one["state"] for one in recorded["children"]] == ["recorded", "recorded"]
    made = await request(world, urn)
    assert [(one["child"], one["parent"], one["outcome"], one["sessions"]) for one in made["requests"]] == [
        (name, f"{name}.{number}", "made", 10) for name in names for number in (1, 2)
    ]
    assert (made["made"], made["left"]) == (4, 0)
    await world.quiet()
    requested = world.neighbours.events("enforcement-requested", school=urn)
    assert sorted(one["request"] for one in requested) == sorted(one["request"] for one in made["requests"])
    assert sorted(one["child"] for one in world.neighbours.events("case-opened", school=urn)) == names
    case = made["requests"][0]["case"]
    shown = await send(world, "GET", f"/cases/{case}")
    assert (shown["state"], shown["path"], shown["officer"], shown["leave"]) == (
        "enforcement requested",
        "leave in term time",
        None,
        recorded["leave"],
    )
    assert shown["possible"] == ["record an intervention", "request enforcement", "pass to the LA", "close"]
    assert (await request(world, urn))["requests"] == []
    again = await request(world, urn, leaves=[recorded["leave"]])
    assert (again["made_before"], again["made"]) == (4, 0)
    for one in again["requests"]:
        assert f"request {one['request']} stands already (penalty notice, {recorded['first']} to {recorded['last']}, " in one["why"]
    twice = await record(world, urn, of(*names))
    second = await request(world, urn)
    assert [(one["leave"], one["outcome"]) for one in second["requests"]] == [(twice["leave"], "not made")] * 4
    stands = {(one["child"], one["parent"]): one["request"] for one in made["requests"]}
    for one in second["requests"]:
        assert f"request {stands[one['child'], one['parent']]} stands already" in one["why"]
    assert len(world.neighbours.events("enforcement-requested", school=urn)) == 4


async def test_what_the_register_does_not_bear_is_not_requested_and_is_when_it_does(world: World) -> None:
    urn = next(URNS)
    ill, late = child(world, "leaveill", MOTHER), child(world, "leavelater", MOTHER)
    world.neighbours.marks[ill] = "I"
    await record(world, urn, of(ill, parents=(1,)))
    running = {"first": MONDAY.isoformat(), "last": (TODAY + timedelta(days=1)).isoformat()}
    await record(world, urn, of(late, parents=(1,), **running))
    made = {one["child"]: one for one in (await request(world, urn))["requests"]}
    assert {one["outcome"] for one in made.values()} == {"not made"}
    assert "10 of I" in made[ill]["why"]
    assert "ask when it is over" in made[late]["why"]
    assert world.neighbours.events("case-opened", school=urn) == []
    world.neighbours.marks[ill] = "G"
    assert {one["child"]: one["outcome"] for one in (await request(world, urn))["requests"]} == {ill: "made", late: "not made"}


async def test_days_that_were_granted_bear_no_request(world: World) -> None:
    urn, name = next(URNS), child(world, "partly", MOTHER)
    granted = [(MONDAY + timedelta(days=number)).isoformat() for number in (0, 1, 2)]
    await record(world, urn, of(name, parents=(1,), decision="granted in part", granted=granted))
    [made] = (await request(world, urn))["requests"]
    assert made["sessions"] == 4
    await world.quiet()
    found = await evidence(world, made["case"], f"{name}.1")
    [leave] = found.leave
    assert (leave.granted, leave.decision) == (tuple(map(date.fromisoformat, granted)), "granted in part")
    assert found.parent is not None
    assert leave.asked_by == found.parent.parent
    assert set(leave.told) <= {found.parent.parent, *(one.parent for one in found.other_parents)}
    assert leave.told


async def test_of_a_leave_it_is_told_who_was_told_where_that_is_said(world: World) -> None:
    urn, name = next(URNS), child(world, "informed", MOTHER, FATHER)
    leave = (await record(world, urn, of(name, parents=(1, 2))))["leave"]
    [made, _] = (await request(world, urn))["requests"]

    async def told() -> tuple[set[str], bool]:
        [found] = (await evidence(world, made["case"], f"{name}.2")).leave
        return set(found.told), found.told_by_name

    either, by_name = await told()
    assert (len(either), by_name) == (2, False)
    path = f"/schools/{urn}/leave/{leave}"
    said = {**REFUSED, "told_to": [f"{name}.2"], "why": "the school's letter went to the father alone"}
    assert (await send(world, "PUT", path, said, **as_school(urn)))["children"][0]["told_to"] == [f"{name}.2"]
    father = (await evidence(world, made["case"], f"{name}.2")).parent
    assert father is not None
    assert await told() == ({father.parent}, True)
    stranger = await world.send("PUT", path, {**said, "told_to": [f"{name}.3"]}, **as_school(urn))
    assert (stranger.status_code, "named by the same places" in stranger.text) == (409, True), stranger.text


async def test_a_leave_below_the_threshold_says_so_and_what_counts_beside_it_is_looked_for(world: World) -> None:
    urn, name = next(URNS), child(world, "below", MOTHER)
    short = {"first": WEEK["first"], "last": (MONDAY + timedelta(days=1)).isoformat()}
    earlier = {"first": (MONDAY - timedelta(days=21)).isoformat(), "last": (MONDAY - timedelta(days=20)).isoformat()}
    told_on = {"asked_on": earlier["first"], "decided_on": earlier["first"], "told_on": earlier["first"]}
    before = await record(world, urn, of(name, parents=(1,), **{**earlier, **told_on}))
    leave = await record(world, urn, of(name, parents=(1,), **short))
    answer = await request(world, urn, leaves=[leave["leave"]])
    assert (answer["made"], answer["below"]) == (1, 1)
    [made] = answer["requests"]
    assert made["below"] == "below the threshold: 4 of 10 sessions count, so its pack takes a reason"
    question = AskRequest(request=made["request"])
    reply = await world.neighbours.bus.request(question.SUBJECT, question.model_dump_json().encode(), timeout=10)
    asked = EnforcementRequest.model_validate_json(reply.data)
    assert (asked.first.isoformat(), asked.last.isoformat()) == (short["first"], short["last"])
    assert asked.looked_from is not None
    assert asked.looked_from <= MONDAY - timedelta(weeks=20)
    found = await evidence(world, made["case"], f"{name}.1")
    assert [one.leave for one in found.leave] == [before["leave"], leave["leave"]], "sessions of the earlier may count beside it"


async def test_the_same_list_asked_for_by_many_at_once_is_made_once(world: World) -> None:
    urn, names = next(URNS), two(world, "atonce")
    await record(world, urn, of(*names))
    answers = await asyncio.gather(*(request(world, urn) for _ in range(6)))
    assert sum(one["made"] for one in answers) == 4
    await world.quiet()
    assert len({one["id"] for one in world.neighbours.events("enforcement-requested", school=urn)}) == 4


async def test_leaves_over_the_same_days_asked_for_at_once_are_one_request(world: World) -> None:
    """Each its own case: of six families, two leaves a child, each asked for by its own call at the same moment."""
    urn = next(URNS)
    names = [child(world, f"over{number}", MOTHER) for number in range(6)]
    until = {**REFUSED, "last": (MONDAY + timedelta(days=2)).isoformat()}
    leaves = [(await record(world, urn, {**of(name, parents=(1,)), **dates}))["leave"] for name in names for dates in (REFUSED, until)]
    answers = await asyncio.gather(*(request(world, urn, leaves=[leave]) for leave in leaves))
    requests = [one for answer in answers for one in answer["requests"]]
    assert sorted((one["child"], one["outcome"]) for one in requests) == sorted(
        (name, outcome) for name in names for outcome in ("made", "not made")
    )
    assert all("another leave on record" in one["why"] for one in requests if one["outcome"] == "not made")


async def test_a_hundred_requests_take_seconds(world: World) -> None:
    urn = next(URNS)
    names = [child(world, f"many{number}", MOTHER) for number in range(100)]
    for begin in range(0, 100, 10):
        await asyncio.gather(*(record(world, urn, of(name, parents=(1,))) for name in names[begin : begin + 10]))
    begun = time.monotonic()
    made = await request(world, urn)
    took = time.monotonic() - begun
    assert made["made"] == 100
    assert took < 10, f"{took:.1f} s on a machine that others load"


async def test_a_leave_is_of_its_school_and_one_key_is_one_leave(world: World) -> None:
    urn, names = next(URNS), two(world, "keyed")
    first = await record(world, urn, of(*names), key="autumn")
    assert (await record(world, urn, of(*names), 200, key="autumn"))["leave"] == first["leave"]
    await record(world, urn, of(*names, parents=(1,)), 409, key="autumn")
    path = f"/schools/{urn}/leave/{first['leave']}"
    assert (await world.send("GET", path, **OTHER)).status_code == 404
    assert (await world.send("GET", f"/schools/990999/leave/{first['leave']}", **OTHER)).status_code == 404
    assert (await world.send("GET", path, role="business support", sub="desk")).status_code == 403
    stranger = await world.send("POST", f"/schools/{urn}/leave", of(names[0], parents=(4,)), **as_school(urn))
    assert (stranger.status_code, f"{names[0]}.4" in stranger.text) == (422, True)
    nobody = {**of(*names), "parents": [f"{names[0]}.1"]}
    assert "name at least one parent" in (await record(world, urn, nobody, 409))["detail"]


async def test_a_leave_means_the_same_parent_when_the_roll_lists_them_in_another_order(world: World) -> None:
    urn, name = next(URNS), child(world, "order", MOTHER, FATHER)
    leave = (await record(world, urn, of(name, parents=(1,))))["leave"]
    child(world, name, FATHER, MOTHER)
    [made] = (await request(world, urn))["requests"]
    told = await evidence(world, made["case"], f"{name}.1")
    assert told.parent is not None
    [mother] = told.other_parents
    assert (told.parent.name, told.parent.requested, mother.name, mother.requested) == (FATHER["name"], False, MOTHER["name"], True)
    assert told.leave[0].asked_by == mother.parent
    assert told.company is not None
    assert told.company.telephone == "01632 960100"
    path, why = f"/schools/{urn}/leave/{leave}", {**REFUSED, "why": "the letter says so"}
    other = await world.send("PUT", path, {**why, "parents": [f"{name}.1"]}, **as_school(urn))
    assert (other.status_code, "so do its parents" in other.text) == (409, True), "the place is the father's now"
    both = await send(world, "PUT", path, {**why, "parents": [f"{name}.1", f"{name}.2"]}, **as_school(urn))
    assert both["children"][0]["state"] == "recorded"
    outcomes = (await request(world, urn))["requests"]
    assert {one["parent"]: one["outcome"] for one in outcomes} == {f"{name}.1": "made", f"{name}.2": "made before"}


async def test_a_leave_is_corrected_until_a_request_rests_on_its_days(world: World) -> None:
    urn, name = next(URNS), child(world, "corrected", MOTHER, FATHER)
    leave = (await record(world, urn, of(name, parents=(1,))))["leave"]
    path, why = f"/schools/{urn}/leave/{leave}", {"why": "the letter says so"}
    later = {**REFUSED, "last": (MONDAY + timedelta(days=3)).isoformat()}
    changed = await send(world, "PUT", path, {**later, **why}, **as_school(urn))
    assert (changed["last"], changed["corrected"]) == (later["last"], 1)
    assert (await send(world, "PUT", path, {**later, **why}, **as_school(urn)))["corrected"] == 1
    [made] = (await request(world, urn))["requests"]
    assert (await world.send("PUT", path, {**REFUSED, **why}, **as_school(urn))).status_code == 409
    untold = {**later, "told_on": None}
    assert (await send(world, "PUT", path, {**untold, **why}, **as_school(urn)))["told_on"] is None
    both = {**untold, "parents": [f"{name}.1", f"{name}.2"]}
    widened = await send(world, "PUT", path, {**both, **why}, **as_school(urn))
    assert widened["children"][0]["state"] == "recorded"
    assert [(one["parent"], one["outcome"]) for one in (await request(world, urn))["requests"]] == [
        (f"{name}.1", "made before"),
        (f"{name}.2", "made"),
    ]
    assert made["request"] != ""


async def test_a_school_records_and_requests_by_commands(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    urn, (one, other) = next(URNS), two(world, "typed")
    monkeypatch.setenv("IEWO_TOKEN", world.token())

    async def iewo(*arguments: str) -> tuple[int, str]:
        code = await asyncio.to_thread(main, [*arguments, "--url", world.services[0].url])
        said = capsys.readouterr()
        return code, said.out + said.err

    family = [part for name in (one, other) for part in ("--child", name, "--parent", f"{name}.1")]
    days = ("--from", WEEK["first"], "--to", WEEK["last"])
    code, said = await iewo("leave", "add", "--school", urn, *family, *days, "--decision", "not-asked", "--json")
    assert code == 0, said
    leave = json.loads(said)["leave"]
    code, said = await iewo("leave", "add", "--school", urn, *family, *days, "--decision", "refused")
    assert (code, "goes with every decision but" in said) == (1, True)
    asked_for = ("--decision", "refused", "--asked-on", REFUSED["asked_on"], "--told-on", REFUSED["told_on"], "--why", "a letter was found")
    informed = ("--told", f"{one}.1", "--told", f"{other}.1")
    code, said = await iewo("leave", "correct", leave, "--school", urn, *days, *asked_for, *informed)
    assert (code, "is refused" in said) == (0, True), said
    world.neighbours.marks[other] = "C"
    code, said = await iewo("leave", "request", "--school", urn)
    assert (code, "1 made, 0 made before, 1 not made" in said, "10 of C" in " ".join(said.split())) == (3, True, True), said
    code, said = await iewo("leave", "list", "--school", urn, "--open", "--json")
    parts = json.loads(said)["leaves"][0]["children"]
    assert [(part["child"], part["state"]) for part in parts] == [(other, "recorded")], "what is requested does not wait"
    assert parts[0]["child_name"] == "Robin Larkfield"
    code, said = await iewo("case", "list", "--school", urn, "--json")
    assert (code, json.loads(said)["cases"]) == (0, [])
    cases = json.loads((await iewo("case", "list", "--school", urn, "--leave", "--json"))[1])["cases"]
    code, said = await iewo("case", "left-out", cases[0]["case"], f"{one}.2", "--why", "abroad")
    assert (code, "left out" in said) == (0, True), said
