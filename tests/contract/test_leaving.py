"""What a disposal must take, and what it must leave: two replicas of the referrals service, with purges as `retention` commands them."""

import itertools
import struct
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shared import academic_year
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.identity import new_id
from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, family, from_roll, publish, send, wear
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

SCHOOLS = itertools.count(105100)
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OTHER: dict[str, Any] = {"sub": "officer-other"}
EARLIER, LATER = academic_year.cohort(YEAR), academic_year.cohort(YEAR + 1)


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("leaving")) as made:
        for sub in ("officer-other", "barred"):
            await made.add_officer(sub, "Ash Example")
        yield made


def school() -> str:
    return str(next(SCHOOLS))


async def move(world: World, name: str, due: str, order: int) -> None:
    await publish(world, DisposalDateMoved(child=name, due=due, order=order, **wear()))
    await world.quiet()


async def purge(world: World, urn: str, cohort: str, *children: str) -> list[dict[str, Any]]:
    answers = []
    for scope in (urn, None):
        id_ = new_id()
        await publish(world, Purge(purge=id_, cohort=cohort, school=scope, children=children, **wear()))

        async def answered(id_: str = id_) -> list[dict[str, Any]]:
            return world.neighbours.events("purge-answered", purge=id_)

        answers += await until("purge answered", answered)
    return answers


async def of(world: World, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await world.collection.find({"children": name}).hint("_id_").to_list(None)
    return found


async def test_a_flag_on_a_parent_outlives_the_child_it_was_said_with(world: World) -> None:
    """Said before the younger child was tied to the parent."""
    urn = school()
    first, second = child(world, "flagfirst", MOTHER), child(world, "flagsecond", MOTHER)
    [mother] = await from_roll(world, urn, first)
    flag = {"kind": "do not contact", "parent": mother["parent"], **WHY}
    await send(world, "POST", f"/schools/{urn}/children/{first}/flags", flag, status=201)
    await send(world, "PUT", f"/parents/{mother['parent']}/links/{second}", {"relationship": "mother", **WHY})
    await move(world, second, LATER, 1)
    assert [one["kind"] for one in (await family(world, urn, second))["flags"]] == ["do not contact"]
    await purge(world, urn, EARLIER, first, second)
    assert [one["kind"] for one in (await family(world, urn, second))["flags"]] == ["do not contact"]


async def test_a_letter_is_held_for_a_parent_who_must_not_be_contacted_after_the_elder_child_is_disposed_of(world: World) -> None:
    """The letter that would go."""
    urn = school()
    first, second = child(world, "letterfirst", MOTHER), child(world, "lettersecond", MOTHER)
    [mother] = await from_roll(world, urn, first)
    flag = {"kind": "do not contact", "parent": mother["parent"], **WHY}
    await send(world, "POST", f"/schools/{urn}/children/{first}/flags", flag, status=201)
    await send(world, "PUT", f"/parents/{mother['parent']}/links/{second}", {"relationship": "mother", **WHY})
    case = await a_case(world, urn, second)
    await move(world, second, LATER, 1)
    soon = (TODAY + timedelta(14)).isoformat()
    body = {"kind": "attendance concern", "asked": {"reply by": soon}, "to": [{"case": case}], "again": True}
    assert {one["state"] for one in (await send(world, "POST", "/letters", body, status=201))["letters"]} == {"held"}
    await purge(world, urn, EARLIER, first, second)
    assert {one["state"] for one in (await send(world, "POST", "/letters", body, status=201))["letters"]} == {"held"}


async def test_a_disposal_leaves_nothing_of_a_child_whose_sisters_date_had_been_moved_and_came_back(world: World) -> None:
    urn = school()
    first, second = child(world, "sisterone", MOTHER), child(world, "sistertwo", MOTHER)
    [mother] = await from_roll(world, urn, first)
    await send(world, "PUT", f"/parents/{mother['parent']}/links/{second}", {"relationship": "mother", **WHY})
    flag = {"kind": "do not contact", "parent": mother["parent"], **WHY}
    await send(world, "POST", f"/schools/{urn}/children/{first}/flags", flag, status=201)
    await move(world, first, LATER, 1)
    await move(world, first, EARLIER, 2)
    answers = await purge(world, urn, EARLIER, first, second)
    left = [one["_id"] for name in (first, second) for one in await of(world, name)]
    assert left == [], f"answered: erased {answers[0]['erased']}, retained {answers[0]['retained']}"


async def test_what_hides_an_address_outlives_the_child_it_was_said_with(world: World) -> None:
    """The same person's record at another school, or of the elder child, said that it is confidential."""
    urn, there = school(), school()
    first, second = child(world, "hidesfirst", FATHER), child(world, "hidessecond", FATHER)
    [father] = await from_roll(world, urn, first)
    [his] = await from_roll(world, there, second)
    flag = {"kind": "do not contact", "parent": father["parent"], **WHY}
    await send(world, "POST", f"/schools/{urn}/children/{first}/flags", flag, status=201)
    await send(world, "PATCH", f"/parents/{father['parent']}", {"address_confidential": True, **WHY}, **OTHER)
    await send(world, "POST", "/parents/same", {"parents": [father["parent"], his["parent"]], **WHY})
    await move(world, second, LATER, 1)
    before = await family(world, there, second, **OTHER)
    assert "Refuge" not in str(before)
    await purge(world, urn, EARLIER, first, second)
    after = await family(world, there, second, **OTHER)
    assert "Refuge" not in str(after)


async def test_what_the_roll_of_an_elder_child_hides_stays_hidden_for_the_younger(world: World) -> None:
    urn = school()
    first, second = child(world, "rollhidesone", FATHER), child(world, "rollhidestwo", FATHER)
    [father] = await from_roll(world, urn, first)
    await send(world, "PUT", f"/parents/{father['parent']}/links/{second}", {"relationship": "father", **WHY})
    child(world, first, {**FATHER, "address_confidential": True})
    for name in (first, second):
        await from_roll(world, urn, name)
    assert "Refuge" not in str(await family(world, urn, second, **OTHER))
    await move(world, second, LATER, 1)
    await purge(world, urn, EARLIER, first, second)
    assert "Refuge" not in str(await family(world, urn, second, **OTHER))


async def test_a_case_of_joined_records_comes_forward_with_both_their_dates(world: World) -> None:
    urn = school()
    first, second = child(world, "joinedone", MOTHER), child(world, "joinedtwo", MOTHER)
    await a_case(world, urn, first)
    await world.neighbours.said(first, second, 1, school=urn)
    await world.quiet()
    await world.neighbours.concern(second, "severe absence", 1, school=urn)
    await world.quiet()
    for name in (first, second):
        await move(world, name, LATER, 1)
    for name in (first, second):
        await move(world, name, EARLIER, 2)
    late = sorted({one["_id"].split(":")[0] for name in (first, second) for one in await of(world, name) if one["cohort"] > EARLIER})
    assert late == []


async def test_a_child_stays_closed_to_a_person_as_long_as_there_is_a_referral(world: World) -> None:
    urn, name = school(), child(world, "barstays", MOTHER)
    case = await a_case(world, urn, name)
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", WHY, **HEAD)
    await send(world, "POST", f"/cases/{case}/close", {"reason": "improved"})
    await world.neighbours.concern(name, "severe absence", 1, school=urn, year=YEAR + 1)

    async def proposed() -> list[dict[str, Any]]:
        return [one for one in await world.proposals(urn) if one["child"] == name]

    await until("next year's proposal", proposed)
    assert [one for one in await world.proposals(urn, sub="barred") if one["child"] == name] == []
    await purge(world, urn, EARLIER, name)
    assert len(await proposed()) == 1
    assert [one for one in await world.proposals(urn, sub="barred") if one["child"] == name] == []


async def test_a_date_that_comes_forward_brings_everything_of_the_child_forward(world: World) -> None:
    """All that is written while the date stands later, too: the date came of an entry that is then struck out."""
    urn, name = school(), child(world, "forward", MOTHER, FATHER)
    await world.neighbours.concern(name, "persistent absence", 1, school=urn)

    async def proposed() -> list[dict[str, Any]]:
        return [one for one in await world.proposals(urn) if one["child"] == name]

    [proposal] = await until("proposal", proposed)
    case = proposal["referral"]
    await move(world, name, LATER, 1)
    await send(world, "POST", f"/referrals/{case}/accept")
    await brought(world, urn, name)
    await send(world, "POST", f"/schools/{urn}/children/{name}/flags", {"kind": "safeguarding", **WHY}, status=201)
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", WHY, **HEAD)
    await send(world, "POST", f"/cases/{case}/tasks", {"what": "ring", "due": TODAY.isoformat(), "officer": "officer-sen"}, status=201)
    document = {"what": "note", "kind": "other", "date": TODAY.isoformat(), "audience": "officers", "name": "a.png"}
    added = await send(world, "POST", f"/cases/{case}/documents", document, status=201)
    png = _png()
    url = f"{world.services[0].url}/v1/cases/{case}/documents/{added['document']}/content"
    put = await world._client.put(url, content=png, headers={"Authorization": f"Bearer {world.token()}"})
    assert put.status_code == 200, put.text
    soon = (TODAY + timedelta(14)).isoformat()
    made = await send(
        world, "POST", "/letters", {"kind": "attendance concern", "asked": {"reply by": soon}, "to": [{"case": case}]}, status=201
    )
    assert made["letters"][0]["letter"], made
    there = school()
    await send(world, "POST", f"/schools/{there}/children/{name}/hand-overs", {"case": case, **WHY}, status=201)
    await move(world, name, EARLIER, 2)
    late = sorted({one["kind"] for one in await of(world, name) if one["cohort"] > EARLIER})
    assert late == [], "kept longer than the child's date"


async def test_a_file_is_not_kept_longer_than_its_entry(world: World) -> None:
    urn, name = school(), child(world, "filelate", MOTHER)
    case = await a_case(world, urn, name)
    await brought_one(world, urn, name)
    await move(world, name, LATER, 1)
    document = {"what": "note", "kind": "other", "date": TODAY.isoformat(), "audience": "officers", "name": "a.png"}
    added = await send(world, "POST", f"/cases/{case}/documents", document, status=201)
    url = f"{world.services[0].url}/v1/cases/{case}/documents/{added['document']}/content"
    (await world._client.put(url, content=_png(), headers={"Authorization": f"Bearer {world.token()}"})).raise_for_status()
    await move(world, name, EARLIER, 2)
    await purge(world, urn, EARLIER, name)
    left = [one["_id"] for one in await of(world, name)]
    assert left == []


async def brought_one(world: World, urn: str, name: str) -> None:
    async def there() -> list[Any]:
        return list((await family(world, urn, name))["parents"])

    await until("parents", there)


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


async def test_a_flag_is_of_the_person_at_another_school_too_and_goes_on_to_the_record_that_stays(world: World) -> None:
    urn, there = school(), school()
    first, second = child(world, "flaghere", MOTHER), child(world, "flagthere", MOTHER)
    [mother], [hers] = await from_roll(world, urn, first), await from_roll(world, there, second)
    flag = {"kind": "do not contact", "parent": mother["parent"], **WHY}
    made = await send(world, "POST", f"/schools/{urn}/children/{first}/flags", flag, status=201)
    await send(world, "POST", "/parents/same", {"parents": [mother["parent"], hers["parent"]], **WHY})
    [stored] = await world.collection.find({"_id": f"flag:{made['flag']}"}).to_list(None)
    assert stored["children"] == [first, second], "once the records are said to be one person's"
    await move(world, second, LATER, 1)
    await purge(world, urn, EARLIER, first)
    assert [one["kind"] for one in (await family(world, there, second))["flags"]] == ["do not contact"]
    await send(world, "POST", f"/flags/{made['flag']}/lift", WHY, schools=(there,))
    await purge(world, there, LATER, second)
    assert await of(world, first) + await of(world, second) == []


async def test_an_address_stays_hidden_where_the_record_between_two_of_the_person_falls(world: World) -> None:
    """Of three records in a row the middle one goes, and with it that the outer two are one person's."""
    schools = [school() for _ in range(3)]
    names = [child(world, f"between{place}", FATHER) for place in range(3)]
    records = [(await from_roll(world, urn, name))[0]["parent"] for urn, name in zip(schools, names, strict=True)]
    for pair in itertools.pairwise(records):
        await send(world, "POST", "/parents/same", {"parents": list(pair), **WHY})
    await send(world, "PATCH", f"/parents/{records[0]}", {"address_confidential": True, **WHY}, **OTHER)
    for name in (names[0], names[2]):
        await move(world, name, LATER, 1)
    assert "Refuge" not in str(await family(world, schools[2], names[2], **OTHER))
    await purge(world, schools[1], EARLIER, names[1])
    assert "Refuge" not in str(await family(world, schools[2], names[2], **OTHER))


async def test_a_flag_stands_on_both_who_were_one_person_through_a_record_that_went(world: World) -> None:
    """Said of the first; the record in the middle falls with its child."""
    schools, names = [school() for _ in range(3)], [child(world, f"chain{place}", MOTHER) for place in range(3)]
    records = [(await from_roll(world, urn, name))[0]["parent"] for urn, name in zip(schools, names, strict=True)]
    flag = {"kind": "do not contact", "parent": records[0], **WHY}
    await send(world, "POST", f"/schools/{schools[0]}/children/{names[0]}/flags", flag, status=201)
    for pair in (records[:2], records[1:]):
        await send(world, "POST", "/parents/same", {"parents": pair, **WHY})
    for name in (names[0], names[2]):
        await move(world, name, LATER, 1)

    async def flags(place: int) -> list[str]:
        return [one["kind"] for one in (await family(world, schools[place], names[place]))["flags"]]

    assert [await flags(place) for place in range(3)] == [["do not contact"]] * 3
    await purge(world, schools[1], EARLIER, names[1])
    assert await of(world, names[1]) == []
    assert [await flags(place) for place in (0, 2)] == [["do not contact"]] * 2
    history = await send(world, "GET", f"/parents/{records[2]}/history")
    assert ("disposal", f"the same person as {records[0]}") in [(one["by"], one["what"]) for one in history["steps"]]
