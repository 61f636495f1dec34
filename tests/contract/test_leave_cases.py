"""Cases of leave in term time: beside casework, ended by the Local Authority, closed to whom the child is closed, gone with the child."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import bson
import pytest

from shared import academic_year
from shared.contracts.attendance_events import RollChanged
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.contracts.sharing import PackAnswered, PackSent
from shared.identity import new_id
from tests.contract.test_families import FATHER, MOTHER, TODAY, a_case, child, publish, send, wear
from tests.contract.test_leave import WEEK, as_school, evidence, of, record, request, two
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

URNS = (str(number) for number in itertools.count(990801))


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("leavecases")) as ready:
        yield ready


async def test_such_a_case_is_in_no_caseload_takes_in_no_concern_and_counts_to_nothing_that_was_bought(world: World) -> None:
    urn, name = next(URNS), child(world, "beside", MOTHER)
    await record(world, urn, of(name, parents=(1,)))
    [made] = (await request(world, urn))["requests"]
    assert (await send(world, "GET", f"/caseload?school={urn}"))["cases"] == []
    await publish(world, RollChanged(school=urn, child=name, year=YEAR, feed=2, changes=("left",), **wear()))
    await world.quiet()
    notices = await world.collection.find({"kind": "notice", "who": "head of service", "school": urn}).to_list(None)
    assert [one["what"] for one in notices] == ["leave requested by the school"], "and nobody is to close it since the child has left"
    [line] = (await send(world, "GET", f"/caseload?school={urn}&path=leave in term time"))["cases"]
    assert line["case"] == made["case"]
    bought = await send(world, "GET", f"/schools/{urn}/bought-cases")
    assert bought["open_cases"].startswith("0")
    case = await a_case(world, urn, name)
    assert case != made["case"], "a concern proposes beside it"
    assert [one["case"] for one in (await send(world, "GET", f"/caseload?school={urn}"))["cases"]] == [case]
    for act in ({"act": "allocate", "officer": "officer-sen"}, {"act": "start"}, {"act": "monitor"}):
        refused = await world.send("POST", f"/cases/{made['case']}/acts", act)
        assert (refused.status_code, "nobody works" in refused.json()["detail"]) == (409, True)
    mine = (await send(world, "GET", f"/schools/{urn}/cases", **as_school(urn)))["cases"]
    assert {one["case"]: one["path"] for one in mine} == {case: "casework", made["case"]: "leave in term time"}


async def test_officers_are_told_of_a_schools_requests_that_a_crash_left_untold_whoever_asks_again(world: World) -> None:
    urn, name = next(URNS), child(world, "untold", MOTHER, FATHER)
    told = {"kind": "notice", "who": "head of service", "school": urn}
    await record(world, urn, of(name, parents=(2,), last=WEEK["first"]))
    await request(world, urn)
    await world.collection.delete_many(told)
    await record(world, urn, of(name))  # against the other parent it is not made, so this leave stays to be requested
    assert [one["outcome"] for one in (await request(world, urn))["requests"]] == ["made", "not made"]
    assert await world.collection.count_documents(told) == 1
    for again in (as_school(urn), {"role": "head of service", "sub": "head"}):
        await world.collection.delete_many(told)  # as where the process ends between the request and the word of it
        for _ in range(2):
            made = await send(world, "POST", f"/schools/{urn}/leave/requests", {}, **again)
            assert [one["outcome"] for one in made["requests"]] == ["made before", "not made"]
            assert await world.collection.count_documents(told) == 1


async def test_it_closes_by_itself_when_the_la_is_done_with_each_parent_and_questions_open_it_again(world: World) -> None:
    urn, name = next(URNS), child(world, "closes", MOTHER, FATHER)
    await record(world, urn, of(name))
    case = (await request(world, urn))["requests"][0]["case"]
    about: dict[str, Any] = {"case": case, "authority": "893"}

    async def heard(pack: str, state: str, edition: int, struck: str | None = None) -> str:
        said = PackAnswered(pack=pack, school=urn, child=name, state=state, on=TODAY, edition=edition, struck=struck, **about, **wear())
        await publish(world, said)
        await publish(world, said.model_copy(update={"id": new_id()}))
        await world.quiet()
        return str((await send(world, "GET", f"/cases/{case}"))["state"])

    for pack in ("p-mother", "p-father"):
        await publish(world, PackSent(pack=pack, **about, **wear()))
    assert await heard("p-mother", "paid", 1) == "with the LA"
    assert await heard("p-father", "received", 1) == "with the LA"
    assert await heard("p-father", "declined", 2) == "closed"
    assert (await send(world, "GET", f"/cases/{case}"))["closing"]["reason"] == "the LA: declined"
    assert [one["order"] for one in world.neighbours.events("case-closed", case=case)] == [2]
    other = await a_case(world, urn, name)
    assert await heard("p-father", "returned", 3) == "enforcement requested"
    assert (await send(world, "GET", f"/cases/{other}"))["state"] == "accepted"
    opened = {one["id"]: one["order"] for one in world.neighbours.events("case-opened", case=case)}
    assert list(opened.values()) == [1, 3], "one that two heard at once may be published twice, under its one id"
    assert await heard("p-father", "withdrawn", 4) == "closed"
    assert await heard("p-father", "received", 5, struck="withdrawn") == "enforcement requested", "nobody else would open it"
    assert await heard("p-father", "unpaid", 6) == "enforcement requested"
    assert await heard("p-father", "paid", 7, struck="unpaid") == "closed", "an earlier word says that it was paid"
    assert [one["order"] for one in world.neighbours.events("case-closed", case=case)][-1] == 6


async def test_a_parent_who_is_left_out_is_told_with_the_reason_and_not_requested(world: World) -> None:
    urn, name = next(URNS), child(world, "leftout", MOTHER, FATHER)
    await record(world, urn, of(name, parents=(1,)))
    [made] = (await request(world, urn))["requests"]
    case, why = made["case"], {"why": "Lives abroad and has no contact."}
    assert (await world.send("PUT", f"/cases/{case}/parents/{name}.1/left-out", why)).status_code == 409, "a request stands"
    reached = {"why": "Write to ZZ99 3WZ or ring 01632 960 321."}
    printed = await world.send("PUT", f"/cases/{case}/parents/{name}.2/left-out", reached)
    assert (printed.status_code, "a telephone number and a postcode" in printed.text, "960" in printed.text) == (422, True, False)
    await send(world, "PUT", f"/cases/{case}/parents/{name}.2/left-out", why)
    found = await evidence(world, case, f"{name}.1")
    assert [(one.name, one.requested, one.left_out) for one in found.other_parents] == [(FATHER["name"], False, why["why"])]
    asked = {"parent": f"{name}.2", "measure": "penalty notice", "reason": "leave in term time", **WEEK}
    refused = await world.send("POST", f"/cases/{case}/enforcement", asked)
    assert (refused.status_code, "--lift" in refused.text, "abroad" in refused.text) == (409, True, False)
    await send(world, "DELETE", f"/cases/{case}/parents/{name}.2/left-out", {"why": "came back"})
    await send(world, "POST", f"/cases/{case}/enforcement", asked, status=201)


async def test_who_is_barred_sees_no_leave_of_the_child(world: World) -> None:
    urn, names = next(URNS), two(world, "leavebarred")
    await world.add_officer("barred", "Ash Example")
    leave = (await record(world, urn, of(*names)))["leave"]
    case = (await request(world, urn))["requests"][0]["case"]
    head: dict[str, Any] = {"role": "head of service", "sub": "head"}
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", {"why": "own child"}, **head)
    listed = await world.send("GET", f"/schools/{urn}/leave", sub="barred")
    assert (names[0] in listed.text, names[1] in listed.text) == (False, True)
    assert names[0] not in (await world.send("GET", f"/schools/{urn}/leave/{leave}", sub="barred")).text
    seen = await send(world, "POST", f"/schools/{urn}/leave/requests", {"leaves": [leave]}, sub="barred")
    assert {one["child"] for one in seen["requests"]} == {names[1]}
    refused = await world.send("POST", f"/schools/{urn}/leave", of(*names), sub="barred")
    assert refused.status_code == 404
    assert (await world.send("GET", f"/cases/{case}", sub="barred")).status_code == 404


async def test_nothing_of_a_leave_is_stored_in_clear_and_each_child_takes_its_own_part_away(world: World) -> None:
    urn, names = next(URNS), two(world, "leavegone")
    stays, goes = names
    await record(world, urn, of(*names))
    await request(world, urn)
    await world.quiet()
    query = {"kind": {"$in": ["leave", "referral", "parent", "link"]}, "children": {"$in": names}}
    stored = await world.collection.find(query).to_list(None)
    assert {one["kind"] for one in stored} == {"leave", "referral", "parent", "link"}
    raw = b"".join(bson.encode(one) for one in stored)
    for said in (b"refused", WEEK["last"].encode(), b"Larkfield", f"{goes}.1".encode(), b"penalty notice"):
        assert said not in raw, said
    due, later = academic_year.cohort(YEAR), academic_year.cohort(YEAR + 1)
    await publish(world, DisposalDateMoved(id=new_id(), child=stays, due=later, at=wear()["at"], correlation_id="x", causation_id="x"))
    await world.quiet()
    await publish(world, Purge(purge="p-leave", cohort=due, school=urn, children=tuple(names), **wear()))

    async def answered() -> list[dict[str, Any]]:
        return world.neighbours.events("purge-answered", purge="p-leave")

    [answer] = await until("purge answered", answered)
    assert (answer["erased"], answer["retained"]) == ([goes], {stays: "later date"})
    everything = await world.collection.find({"_id": {"$gt": ""}, "children": {"$exists": True}}).to_list(None)
    assert goes.encode() not in b"".join(bson.encode(one) for one in everything if one["kind"] != "clock")
    [left] = (await send(world, "GET", f"/schools/{urn}/leave"))["leaves"]
    assert [one["child"] for one in left["children"]] == [stays]
