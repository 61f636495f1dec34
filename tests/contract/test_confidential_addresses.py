"""A confidential address is the case's officer's alone, on two replicas of the referrals service: ways round that which are closed."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from shared.contracts.enforcement import AskCaseEvidence, AskCaseFile, CaseEvidence
from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, family, from_roll, send
from tests.support.referrals import World, referrals_world
from tests.support.school import until

SCHOOLS = itertools.count(104100)
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OTHER: dict[str, Any] = {"sub": "officer-other"}
HIDDEN = "7 Refuge Lane, Wexley ZZ99 1AA"
HIDES = {"address": HIDDEN, "address_confidential": True, **WHY}
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


async def test_an_address_that_an_entry_told_of_a_protected_parent_is_a_secret_from_then_on(world: World) -> None:
    _, case, _ = await hidden(world, "toldlater")
    path = f"/cases/{case}/interventions"
    contact = {"parent": "toldlater.2", "field": "address", "value": "9 Sanctuary Close, Wexley ZZ99 2BB"}
    first = await send(world, "POST", path, {**ENTRY, "outcome": "moved", "contacts": [contact]}, status=201)
    await send(world, "PUT", f"{path}/{first['id']}", {**ENTRY, "outcome": "moved", "edition": 1})
    later = {**ENTRY, "outcome": "will be at 9 Sanctuary Close", "next_step": "visit ZZ99 2BB"}
    refused = await world.send("POST", path, later)
    assert refused.status_code == 409, "an earlier edition alone tells it, and that is enough"
    await send(world, "POST", path, {**later, "names_address": True}, status=201)
    for who in (OTHER, HEAD):
        for where in (f"/cases/{case}", path, f"/cases/{case}/for-parents"):
            text = (await world.send("GET", where, **who)).text
            assert ("Sanctuary" in text, "2BB" in text) == (False, False), (who, where)
    asked: dict[str, Any] = {"kind": "positive letter", "asked": {"what went well": "come to 9 Sanctuary Close"}}
    [made] = (await send(world, "POST", "/letters", {**asked, "to": [{"case": case, "parents": ["toldlater.1"]}]}, status=201))["letters"]
    assert (made["letter"], "confidential" in made["refused"]) == (None, True)
    told = await evidence(world, case, "toldlater.1")
    assert "9 Sanctuary Close, Wexley ZZ99 2BB" in [address for one in told.hidden for address in one.addresses]


async def evidence(world: World, case: str, parent: str) -> CaseEvidence:
    question = AskCaseEvidence(case=case, parent=parent)
    answer = await world.neighbours.bus.request(question.SUBJECT, question.model_dump_json().encode(), timeout=20)
    return CaseEvidence.model_validate_json(answer.data)


async def test_what_another_schools_roll_hides_of_the_same_person_is_a_secret_here(world: World) -> None:
    here, there = school(), school()
    child(world, "elsehere", MOTHER, {**FATHER, "address": "5 Open Road, Wexley ZZ99 5EE"})
    child(world, "elsethere", MOTHER, {**FATHER, "address": None, "address_confidential": True})
    world.neighbours.hidden_homes["elsethere"] = {"elsethere.2": HIDDEN}
    case, _ = await a_case(world, here, "elsehere"), await a_case(world, there, "elsethere")
    (_, one), (_, other) = await brought(world, here, "elsehere"), await brought(world, there, "elsethere")
    await send(world, "POST", "/parents/same", {"parents": [one["parent"], other["parent"]], **WHY})
    path, said = f"/cases/{case}/interventions", {**ENTRY, "outcome": "seen at 7 Refuge Lane, ZZ99 1AA"}
    assert (await world.send("POST", path, said)).status_code == 409
    await send(world, "POST", path, {**said, "names_address": True}, status=201)
    for who in (OTHER, HEAD):
        for where in (path, f"/cases/{case}/for-parents"):
            assert "Refuge" not in (await world.send("GET", where, **who)).text, (who, where)


async def test_next_steps_name_no_confidential_address_in_anybody_elses_list(world: World) -> None:
    urn, case, _ = await hidden(world, "steps")
    due = (TODAY + timedelta(3)).isoformat()
    step = {**ENTRY, "outcome": "moved", "next_step": "visit 7 Refuge Lane", "due": due, "names_address": True}
    await send(world, "POST", f"/cases/{case}/interventions", step, status=201)
    for who in (OTHER, HEAD):
        tasks = (await send(world, "GET", f"/tasks?school={urn}&everybody=true", **who))["tasks"]
        assert [one["what"] for one in tasks] == ["[withheld: confidential]"], who
    assert [one["what"] for one in (await send(world, "GET", f"/tasks?school={urn}"))["tasks"]] == ["visit 7 Refuge Lane"]


async def acts(world: World, case: str, act: str) -> list[str]:
    return [one["by"] for one in (await send(world, "GET", f"/cases/{case}/history"))["history"] if one["act"] == act]


async def test_who_may_not_see_an_address_cannot_try_many_and_each_try_is_noted(world: World) -> None:
    _, case, _ = await hidden(world, "tried")
    path = f"/cases/{case}/interventions"
    codes = " ".join(f"ZZ99 {number}{letter}A" for number in range(1, 10) for letter in "ABC")
    for _ in range(2):
        answer = await world.send("POST", path, {**ENTRY, "outcome": "tried", "notes": codes, "names_address": True}, **OTHER)
        assert (answer.status_code, "history" in answer.text) == (409, True), answer.text
    assert (await send(world, "GET", path))["interventions"] == []
    entry = await send(world, "POST", path, {**ENTRY, "outcome": "tried", "notes": codes, "names_address": True}, status=201)
    assert (await send(world, "GET", f"{path}/{entry['id']}", **OTHER))["entry"]["notes"] == "[withheld: confidential]"
    assert await acts(world, case, "name a confidential address") == ["officer-other"]


async def test_a_letter_that_names_an_address_is_an_attempt_too(world: World) -> None:
    urn, case, _ = await hidden(world, "triedletter")
    told = {"name": "Bea Example", "email": "bea@example.org", "schools": [urn], "role": "business support"}
    await send(world, "PUT", "/officers/support-tried", told, role="operator", sub="operator")
    await world.clear("support-tried")
    who: dict[str, Any] = {"role": "business support", "sub": "support-tried", "schools": (urn,)}
    letter = {"kind": "positive letter", "asked": {"what went well": "ZZ99 1AA"}, "case": case, "parents": ["triedletter.1"]}
    for _ in range(2):
        assert (await world.send("POST", "/letters/preview-notes", letter, **who)).status_code == 422
    assert (await world.send("POST", "/letters/preview-notes", letter)).status_code == 422
    assert await acts(world, case, "name a confidential address") == ["support-tried"]


async def test_entries_that_tell_an_address_are_a_look_at_it(world: World) -> None:
    _, case, father = await hidden(world, "lookedat")
    path = f"/cases/{case}/interventions"
    contact = {"parent": "lookedat.2", "field": "address", "value": "9 Sanctuary Close, Wexley ZZ99 2BB"}
    await send(world, "POST", path, {**ENTRY, "outcome": "moved", "contacts": [contact]}, status=201)
    before = await acts(world, case, "see a confidential address")
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-other"}, **HEAD)
    for _ in range(2):
        assert "Sanctuary" in (await world.send("GET", path, **OTHER)).text
    assert await acts(world, case, "see a confidential address") == [*before, "officer-other"]
    history = (await send(world, "GET", f"/cases/{case}/history"))["history"]
    assert {one["whom"] for one in history if one["act"] == "see a confidential address"} == {father}


async def test_words_beside_entries_name_no_confidential_address_either(world: World) -> None:
    _, case, _ = await hidden(world, "beside")
    entry = await send(world, "POST", f"/cases/{case}/interventions", {**ENTRY, "outcome": "moved"}, status=201)
    where, day = "in the hall of 7 Refuge Lane", TODAY.isoformat()
    document: dict[str, Any] = {"what": "a picture", "kind": "other", "date": day, "audience": "officers and school"}
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"/cases/{case}/tasks", {"what": "visit 7 Refuge Lane", "due": day, "officer": "officer-other"}),
        (f"/cases/{case}/documents", {**document, "paper": {"where": where, "whose": "the father"}}),
        (f"/cases/{case}/documents", {**document, "what": "picture of 7 Refuge Lane", "name": "a.pdf"}),
        (f"/cases/{case}/interventions/{entry['id']}/strike", {"reason": "it named 7 Refuge Lane"}),
        (f"/cases/{case}/interventions/{entry['id']}/move", {"reason": "it named 7 Refuge Lane", "to": case}),
    )
    for path, body in bodies:
        for who in ({"sub": "officer-sen"}, OTHER):
            answer = await world.send("POST", path, body, **who)
            assert (answer.status_code, "leave it out" in answer.text) == (409, True), (path, answer.text)


async def test_a_sent_letters_copy_with_a_since_confidential_address_is_given_to_no_pack(world: World) -> None:
    urn = school()
    child(world, "copied", {**MOTHER, "address": "1 Example Street, Wexley ZZ99 3CC"}, FATHER)
    case = await a_case(world, urn, "copied")
    mother, _ = await brought(world, urn, "copied")
    body: dict[str, Any] = {
        "kind": "attendance concern",
        "asked": {"reply by": "2026-12-04"},
        "to": [{"case": case, "parents": ["copied.1"]}],
    }
    [made] = (await send(world, "POST", "/letters", body, status=201))["letters"]
    await send(world, "POST", "/letters/sent", {"letters": [made["letter"]], "way": "post", "date": TODAY.isoformat()})
    told = await evidence(world, case, "copied.1")
    assert [one.document for one in told.documents] == [one.document for one in told.letters] == [made["letter"]]
    question = AskCaseFile(case=case, document=made["letter"])
    ask = partial(world.neighbours.bus.request, question.SUBJECT, question.model_dump_json().encode(), timeout=20)
    assert b'"content"' in (await ask()).data
    await send(world, "PATCH", f"/parents/{mother['parent']}", {"address_confidential": True, **WHY})
    told = await evidence(world, case, "copied.1")
    assert (told.documents, [one.document for one in told.letters]) == ((), [None])
    assert b'"content"' not in (await ask()).data


async def test_who_may_not_see_an_address_does_not_lift_it_by_settling_a_doubt(world: World) -> None:
    urn = school()
    child(world, "doubted", MOTHER, {**FATHER, "address": None, "address_confidential": True})
    await a_case(world, urn, "doubted")
    _, father = await brought(world, urn, "doubted")
    child(world, "doubted", MOTHER, {"name": "Mr Jo Newname", "relationship": "father", "address": HIDES["address"]})
    await from_roll(world, urn, "doubted")
    said = {"child": "doubted", "same": True, **WHY}
    assert (await world.send("POST", f"/parents/{father['parent']}/doubt", said, **OTHER)).status_code == 403
    await send(world, "POST", f"/parents/{father['parent']}/doubt", said)
