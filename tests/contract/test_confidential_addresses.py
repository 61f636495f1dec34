"""A confidential address is the case's officer's alone, on two replicas of the referrals service: ways round that which are closed."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, family, from_roll, send
from tests.support.referrals import World, referrals_world
from tests.support.school import until

SCHOOLS = itertools.count(104100)
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OTHER: dict[str, Any] = {"sub": "officer-other"}
HIDES = {"address": "7 Refuge Lane, Wexley ZZ99 1AA", "address_confidential": True, **WHY}
ENTRY: dict[str, Any] = {"kind": "home visit", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "good", "seen": "yes"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("confidential")) as made:
        await made.add_officer("officer-other", "Ash Example")
        yield made


def school() -> str:
    return str(next(SCHOOLS))


async def hidden(world: World, name: str) -> tuple[str, str, str]:
    """School, case and the record of a father whose address is confidential."""
    urn = school()
    child(world, name, MOTHER, {**FATHER, "address": None})
    case = await a_case(world, urn, name)
    _, father = await brought(world, urn, name)
    await send(world, "PATCH", f"/parents/{father['parent']}", HIDES)
    return urn, case, father["parent"]


async def test_for_parents_names_no_confidential_address(world: World) -> None:
    _, case, _ = await hidden(world, "forparents")
    said = {
        **ENTRY,
        "outcome": "seen at 7 Refuge Lane",
        "agreed": "post goes to 7 Refuge Lane, ZZ99 1AA",
        "next_step": "visit 7 Refuge Lane",
        "names_address": True,
    }
    await send(world, "POST", f"/cases/{case}/interventions", said, status=201)
    shown = await send(world, "GET", f"/cases/{case}/for-parents")
    assert "Refuge" not in str(shown), shown


async def test_what_was_handed_over_names_no_confidential_address(world: World) -> None:
    _urn, case, _ = await hidden(world, "handed")
    said = {**ENTRY, "outcome": "seen at 7 Refuge Lane", "next_step": "visit 7 Refuge Lane", "names_address": True}
    await send(world, "POST", f"/cases/{case}/interventions", said, status=201)
    there = school()
    asked = await send(
        world,
        "POST",
        f"/schools/{there}/children/handed/hand-overs",
        {"case": case, **WHY},
        status=201,
        sub="officer-other",
        schools=(there,),
    )
    await send(world, "POST", f"/hand-overs/{asked['hand_over']}/decision", {"decision": "grant", "reason": "moved"})
    shown = await send(world, "GET", f"/hand-overs/{asked['hand_over']}/case", sub="officer-other", schools=(there,))
    assert "Refuge" not in str(shown)


async def test_a_contact_that_tells_a_confidential_address_is_the_cases_officers_alone(world: World) -> None:
    urn, case, _ = await hidden(world, "contacts")
    contact = {"parent": "contacts.2", "field": "address", "value": "9 Sanctuary Close, Wexley ZZ99 2BB"}
    answer = await world.send("POST", f"/cases/{case}/interventions", {**ENTRY, "outcome": "moved", "contacts": [contact]})
    assert answer.status_code == 201, answer.text
    leaks = []
    for who in (OTHER, HEAD):
        for path in (f"/cases/{case}", f"/cases/{case}/interventions", f"/cases/{case}/interventions/{answer.json()['id']}"):
            if "Sanctuary" in (await world.send("GET", path, **who)).text:
                leaks.append((who["sub"], path))
    assert leaks == []
    withheld = [(await send(world, "GET", f"/cases/{case}", **who))["address_withheld"] for who in ({}, OTHER)]
    assert withheld == [False, True]
    entry = f"/cases/{case}/interventions/{answer.json()['id']}"
    changed = await send(world, "PUT", entry, {**ENTRY, "outcome": "moved away", "edition": 1}, **OTHER)
    assert (changed["outcome"], changed["contacts"]) == ("moved away", [])
    assert "Sanctuary" in (await world.send("GET", entry)).text, "who was not shown it does not take it away"
    to = await a_case(world, urn, child(world, "contactsto", MOTHER))
    moved = await world.send("POST", f"{entry}/move", {"to": to, "reason": "the brother"}, **OTHER)
    assert moved.status_code == 403, moved.text


async def test_nobody_but_its_officer_or_the_head_of_service_allocates_a_case_with_a_confidential_address(world: World) -> None:
    _, case, _ = await hidden(world, "allocated")
    refused = await world.send("POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-other"}, **OTHER)
    assert (refused.status_code, "ask the head of service" in refused.text) == (409, True), refused.text
    for officer, by in (("officer-sen", HEAD), ("officer-other", {"sub": "officer-sen"})):
        await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": officer}, **by)


async def test_nobody_sees_a_confidential_address_by_tying_its_parent_to_a_case_of_their_own(world: World) -> None:
    urn, _, father = await hidden(world, "tied")
    own = child(world, "tiedown", MOTHER)
    await world.neighbours.concern(own, "persistent absence", 1, school=urn)
    [proposal] = await until("proposal", lambda: _of(world, urn, own))
    await send(world, "POST", f"/referrals/{proposal['referral']}/accept", **OTHER)
    answer = await world.send("PUT", f"/parents/{father}/links/{own}", {"relationship": "father", **WHY}, **OTHER)
    assert "Refuge" not in answer.text
    assert "Refuge" not in str(await family(world, urn, own, **OTHER))


async def test_nobody_sees_a_confidential_address_by_saying_that_a_record_is_the_same_person(world: World) -> None:
    _, _, father = await hidden(world, "sameperson")
    urn = school()
    own = child(world, "sameown", MOTHER)
    await world.neighbours.concern(own, "persistent absence", 1, school=urn)
    [proposal] = await until("proposal", lambda: _of(world, urn, own))
    await send(world, "POST", f"/referrals/{proposal['referral']}/accept", **OTHER)
    mine = (await send(world, "POST", f"/schools/{urn}/children/{own}/family/from-roll", **OTHER))["parents"][0]["parent"]
    answer = await world.send("POST", "/parents/same", {"parents": [mine, father], **WHY}, **OTHER)
    assert "Refuge" not in answer.text
    assert "Refuge" not in str(await family(world, urn, own, **OTHER))


async def test_who_may_not_see_an_address_cannot_part_the_records_that_hide_it(world: World) -> None:
    _, _, father = await hidden(world, "parted")
    urn = school()
    twin = child(world, "partedtwin", {**FATHER, "address": HIDES["address"]})
    [there] = await from_roll(world, urn, twin)
    pair = {"parents": [there["parent"], father], **WHY}
    await send(world, "POST", "/parents/same", pair)
    assert "Refuge" not in str(await family(world, urn, twin, **OTHER))
    await send(world, "POST", "/parents/apart", pair, **OTHER)
    assert "Refuge" not in str(await family(world, urn, twin, **OTHER))
    history = await world.send("GET", f"/parents/{there['parent']}/history", **OTHER)
    assert "Refuge" not in history.text


async def test_warnings_over_a_confidential_address_tell_it_to_nobody_else(world: World) -> None:
    await hidden(world, "warningshidden")
    review = (TODAY + timedelta(30)).isoformat()
    await send(world, "POST", "/visit-warnings", {"address": HIDES["address"], "reason": "dogs", "review": review})
    found = await send(world, "GET", "/visit-warnings?address=7%20ZZ99%201AA", **OTHER)
    head = await send(world, "GET", "/visit-warnings", **HEAD)
    assert "Refuge" not in str(found), "who does not know the street is told it"
    assert "Refuge" not in str(head)


async def test_find_forgets_a_confidential_address_at_once_even_when_attendance_is_away(world: World) -> None:
    urn = school()
    name = child(world, "findhidden", MOTHER, FATHER)
    world.neighbours.rolls = {urn: [name]}
    await a_case(world, urn, name)
    _, father = await brought(world, urn, name)

    async def found() -> bool:
        answers = [await send(world, "GET", "/find?q=zz99%201aa", **OTHER) for _ in (1, 2)]
        return all(answer["children"] for answer in answers)

    await until("found", found)
    world.neighbours.answering = False
    try:
        changed = await world.send("PATCH", f"/parents/{father['parent']}", {"address_confidential": True, **WHY})
        assert changed.status_code == 200, changed.text

        async def gone() -> bool:
            answers = [(await send(world, "GET", "/find?q=zz99%201aa", **HEAD)) for _ in (1, 2)]
            return all(not answer["children"] and answer["not_searched"] == [urn] for answer in answers)

        await until("not found any more", gone)
    finally:
        world.neighbours.answering = True

    async def searched() -> bool:
        answers = [await send(world, "GET", "/find?q=zz99%201aa", **OTHER) for _ in (1, 2)]
        return all(not answer["children"] and not answer["not_searched"] for answer in answers)

    await until("searched again", searched)


async def _of(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    return [one for one in await world.proposals(urn) if one["child"] == name]
