"""Finding people on two replicas of the referrals service: who finds whom, what is shown, and that nobody who is gone is left."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import academic_year
from shared.contracts.retention import Purge
from shared.identity import new_id
from tests.contract.test_families import FATHER, MOTHER, WHY, a_case, child, from_roll, send
from tests.support.referrals import World, referrals_world
from tests.support.school import until

OURS, THEIRS = "100201", "100202"
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OFFICER: dict[str, Any] = {"sub": "officer-sen", "schools": (OURS,)}
SUPPORT: dict[str, Any] = {"role": "business support", "sub": "support", "schools": (OURS,)}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("find")) as made:
        people = [child(made, "aa", MOTHER), child(made, "bb", {**MOTHER, "name": "Ms Alex Larkfeild"}), child(made, "cc", FATHER)]
        made.neighbours.known["aa"] = made.neighbours.known["aa"].model_copy(update={"upn": "B900001000017"})
        made.neighbours.rolls = {OURS: people, THEIRS: [child(made, "dd", {**MOTHER, "phone": "01632 960999"})]}
        await found(made, "01632 960999", ["dd"], **HEAD)
        yield made


async def found(world: World, q: str, expected: list[str], **claims: Any) -> list[dict[str, Any]]:
    """What both replicas find once they have heard of it."""

    async def probe() -> list[dict[str, Any]] | None:
        answers = [await send(world, "GET", f"/find?q={q}", **claims) for _ in world.services]
        same = all(sorted(one["child"] for one in answer["children"]) == sorted(expected) for answer in answers)
        return [answers[0]] if same else None

    [answer] = await until(f"found {expected}", probe)
    children: list[dict[str, Any]] = answer["children"]
    return children


async def test_a_head_of_service_finds_everybody_and_others_their_schools_children(world: World) -> None:
    [one, *_] = await found(world, "larkfield", ["aa", "bb", "cc", "dd"], **HEAD)
    assert (one["school"], one["surname"]) == (OURS, "Larkfield")
    await found(world, "larkfield", ["aa", "bb", "cc"], **OFFICER)
    await found(world, "larkfield", ["dd"], sub="officer-sen", schools=(THEIRS,))
    nowhere = await send(world, "GET", "/find?q=larkfield", sub="officer-sen", schools=("100299",))
    assert (nowhere["children"], nowhere["not_searched"], nowhere["no_roll"]) == ([], [], ["100299"])
    for claims in ({"role": "school", "schools": (OURS,)}, {"role": "operator"}):
        assert (await world.send("GET", "/find?q=larkfield", **claims)).status_code == 403
    for nothing in ("", "a", "?"):
        assert (await world.send("GET", f"/find?q={nothing}", **HEAD)).status_code == 422


async def test_telephone_and_postcode_find_the_child_and_say_why(world: World) -> None:
    [one] = await found(world, "07700%20900222", ["cc"], **OFFICER)
    assert one["why"] == ["telephone of Mr Jo Ashdown (father) is 07700900222: 07700 900222"]
    assert one["parents"][0]["address"] == FATHER["address"]
    [one] = await found(world, "zz99%201aa", ["cc"], **OFFICER)
    assert one["why"] == ["postcode of Mr Jo Ashdown (father) is ZZ991AA: ZZ99 1AA"]


async def test_a_upn_finds_its_child_alone_and_among_the_callers_schools(world: World) -> None:
    [one] = await found(world, "b900001000017", ["aa"], **OFFICER)
    assert one["why"] == ["UPN of the child is B900001000017: B900001000017"]
    await found(world, "B9000010%20larkfield", ["aa"], **OFFICER)
    nowhere = await send(world, "GET", "/find?q=B900001000017", sub="officer-sen", schools=(THEIRS,))
    assert nowhere["children"] == []


async def test_what_an_officer_changes_is_found_soon_and_what_it_replaces_is_not(world: World) -> None:
    [mother] = await from_roll(world, OURS, "aa")
    await send(world, "PATCH", f"/parents/{mother['parent']}", {"telephones": ["01632 960555"], **WHY})
    [one] = await found(world, "01632%20960555", ["aa"], **OFFICER)
    assert one["parents"][0]["parent"] == mother["parent"]
    await found(world, "960111", ["bb"], **OFFICER)


async def test_business_support_sees_contacts_and_no_case(world: World) -> None:
    case = await a_case(world, OURS, "bb")
    [told] = [one for one in await found(world, "larkfeild", ["aa", "bb", "cc"], **OFFICER) if one["child"] == "bb"]
    assert [one["referral"] for one in told["cases"]] == [case]
    for one in await found(world, "larkfield", ["aa", "bb", "cc"], **SUPPORT):
        assert one.keys() == {"school", "child", "forename", "surname", "year_group", "left", "parents", "why", "open_cases"}
        assert one["child"] != "bb" or one["open_cases"] == [case], "in which a letter may be written"


async def test_lists_name_children_without_asking_for_those_who_can_be_found(world: World) -> None:
    await a_case(world, OURS, "cc")
    await found(world, "larkfield", ["aa", "bb", "cc"], **OFFICER)
    world.neighbours.answering = False
    try:
        lines = (await send(world, "GET", f"/caseload?school={OURS}", **OFFICER))["cases"]
    finally:
        world.neighbours.answering = True
    assert [(one["child"], one["surname"], one["names"]) for one in lines if one["child"] == "cc"] == [("cc", "Larkfield", "known")]
    assert "query.attendance.people" not in world.neighbours.unanswered


async def test_a_word_on_a_parent_that_hides_a_school_from_searches_leaves_lists_their_names(world: World) -> None:
    [mother] = await from_roll(world, OURS, "aa")
    await a_case(world, OURS, "aa")
    await found(world, "larkfield", ["aa", "bb", "cc"], **OFFICER)

    async def hidden() -> bool:
        answers = [await send(world, "GET", "/find?q=larkfield", **OFFICER) for _ in world.services]
        return all(OURS in answer["not_searched"] for answer in answers)

    world.neighbours.answering = False
    try:
        await send(world, "PATCH", f"/parents/{mother['parent']}", {"telephones": ["01632 960556"], **WHY})
        await until("the school is not searched", hidden)
        lines = (await send(world, "GET", f"/caseload?school={OURS}", **OFFICER))["cases"]
    finally:
        world.neighbours.answering = True
    assert [(one["child"], one["surname"], one["names"]) for one in lines if one["child"] == "aa"] == [("aa", "Larkfield", "known")]
    await found(world, "01632%20960556", ["aa"], **OFFICER)


async def test_who_a_case_is_closed_to_finds_nothing_of_the_child_and_sees_no_family(world: World) -> None:
    await world.add_officer("neighbour", "Ash Example")
    neighbour: dict[str, Any] = {"sub": "neighbour", "schools": (OURS,)}
    [mother] = await from_roll(world, OURS, "bb")
    [case] = [one["case"] for one in (await send(world, "GET", f"/caseload?school={OURS}"))["cases"] if one["child"] == "bb"]
    await send(world, "PUT", f"/cases/{case}/closed-to/neighbour", {"why": "the officer's own child"}, **HEAD)
    await found(world, "larkfield", ["aa", "cc"], **neighbour)
    for path in (f"/schools/{OURS}/children/bb/family", f"/parents/{mother['parent']}"):
        await send(world, "GET", path, status=404, **neighbour)
        await send(world, "GET", path, **OFFICER)
    await send(world, "PUT", f"/parents/{mother['parent']}/links/aa", {"relationship": "mother", **WHY})
    family = await send(world, "GET", f"/schools/{OURS}/children/aa/family", **neighbour)
    assert family["siblings"] == [], "nor as a sibling"
    assert len((await send(world, "GET", f"/schools/{OURS}/children/aa/family", **OFFICER))["siblings"]) == 1


async def test_a_confidential_address_is_neither_searched_nor_shown_and_its_warning_is(world: World) -> None:
    review = (datetime.now(UTC).date() + timedelta(30)).isoformat()
    warning = {"address": FATHER["address"], "reason": "two dogs loose", "review": review}
    await send(world, "POST", "/visit-warnings", warning)
    [one] = await found(world, "ashdown", ["cc"], **OFFICER)
    assert [said["address"] for said in one["visit_warnings"]] == [FATHER["address"]]
    [father] = await from_roll(world, OURS, "cc")
    await send(world, "PATCH", f"/parents/{father['parent']}", {"address_confidential": True, **WHY})
    await found(world, "zz99%201aa", [], **HEAD)
    [one] = await found(world, "ashdown", ["cc"], **HEAD)
    assert "Refuge" not in str(one)
    assert [(said["address"], said["reason"]) for said in one["visit_warnings"]] == [(None, "two dogs loose")]


async def test_a_child_who_is_gone_from_the_roll_is_gone_from_every_replica(world: World) -> None:
    world.neighbours.rolls[THEIRS] = [child(world, "ee", {"name": "Mx Wren Quillfeather"})]
    await found(world, "quilfeather", ["ee"], **HEAD)
    world.neighbours.rolls[THEIRS] = []
    await found(world, "quillfeather", [], **HEAD)
    del world.neighbours.rolls[THEIRS]
    await found(world, "01632%20960999", [], **HEAD)


async def test_a_school_with_a_purge_is_searched_no_more_until_its_roll_is_read_again(world: World) -> None:
    urn = "100203"
    world.neighbours.rolls[urn] = [child(world, "ff", {"name": "Mx Robin Thistlewick"})]
    await found(world, "thistlewick", ["ff"], **HEAD)
    wear: dict[str, Any] = {"at": datetime.now(UTC), "correlation_id": "x", "causation_id": "x"}
    purge = Purge(id=new_id(), purge="p-find", cohort=academic_year.cohort(2019), school=urn, children=("ff",), **wear)
    world.neighbours.answering = False
    try:
        await world.neighbours.bus.jetstream().publish(purge.SUBJECT, purge.model_dump_json().encode())
        await found(world, "thistlewick", [], **HEAD)
    finally:
        world.neighbours.answering = True
    await found(world, "thistlewick", ["ff"], **HEAD)


async def test_a_school_that_cannot_be_read_keeps_no_other_from_being_searched(world: World) -> None:
    torn, other = "100204", "100205"
    world.neighbours.rolls[torn] = [child(world, "gg", {"name": "Mx Sam Featherby"})]
    [parent] = await from_roll(world, torn, "gg")
    of = {"_id": f"parent:{parent['parent']}", "kind": "parent"}
    kept = await world.collection.find_one(of)
    await world.collection.update_one(of, {"$set": {"sealed": b"torn", "version": kept["version"] + 1}})
    world.neighbours.rolls[other] = [child(world, "hh", {"name": "Mx Ali Featherby"})]
    await found(world, "featherby", ["hh"], **HEAD)
    await world.collection.update_one(of, {"$set": {"sealed": kept["sealed"], "version": kept["version"] + 2}})
    await found(world, "featherby", ["gg", "hh"], **HEAD)


async def test_nothing_of_the_index_is_in_the_database(world: World) -> None:
    """Of children without a case nothing is stored at all."""
    assert await world.collection.find_one({"kind": {"$in": ["parent", "link"]}, "children": "dd"}, hint="by_child") is None
