"""Entries of cases on a real NATS and MongoDB: editions, the child's view, many families at once, striking out, moving."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence
from shared.contracts.referrals import AskContacts, AskRequest, Contacts, EnforcementRequest
from shared.identity import new_id
from tests.support.referrals import World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
VISIT: dict[str, Any] = {
    "kind": "home visit",
    "date": TODAY.isoformat(),
    "people": [{"who": "parent", "words": "mother"}, {"who": "child", "words": "the child"}],
    "engagement": "partial",
    "seen": "yes",
    "outcome": "agreed to meet the school",
    "notes": "Wrenfield-marker: said that mornings are hard",
    "child_view": "Wrenfield-marker: wants to come",
    "reasons": ["transport", "routine at home"],
}
LETTER: dict[str, Any] = {"kind": "letter", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "none", "outcome": "sent"}
NUMBERS = itertools.count(300000)


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("entries")) as made:
        yield made


async def a_case(world: World, child: str | None = None, school: str | None = None) -> str:
    where = school or str(next(NUMBERS))
    child = child or new_id()
    await world.neighbours.concern(child, "persistent absence", 1, school=where)

    async def probe() -> dict[str, Any] | None:
        return next((one for one in await world.proposals(where) if one["child"] == child), None)

    case: str = (await until("a proposal", probe))["referral"]
    (await world.send("POST", f"/referrals/{case}/accept")).raise_for_status()
    return case


async def made(world: World, case: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await world.send("POST", f"/cases/{case}/interventions", body)
    assert answer.status_code == 201, answer.text
    entry: dict[str, Any] = answer.json()
    return entry


async def told(world: World, intervention: str, count: int) -> list[tuple[str, str, int]]:
    """What the clock heard of an entry: type, child, edition."""

    async def probe() -> list[tuple[str, str, int]] | None:
        heard = [one for one in world.neighbours.heard if one.get("intervention") == intervention]
        found = sorted((one["edition"], one["type"].removeprefix("intervention-"), one["child"]) for one in heard)
        return [(type_, child, edition) for edition, type_, child in found] if len(found) >= count else None

    return await until(f"{count} events of an entry", probe)


async def chronology(world: World, case: str, child: str) -> list[tuple[str, str]]:
    body = {"parent": f"{child}.1", "measure": "penalty notice", "reason": "irregular attendance"}
    asked = (await world.send("POST", f"/cases/{case}/enforcement", body)).json()["request"]
    reply = await world.neighbours.bus.request(AskRequest.SUBJECT, AskRequest(request=asked).model_dump_json().encode(), timeout=5)
    return [(one.kind, one.with_whom) for one in EnforcementRequest.model_validate_json(reply.data).chronology]


async def caseload_line(world: World, case: str) -> dict[str, Any]:
    return next(one for one in (await world.send("GET", "/caseload")).json()["cases"] if one["case"] == case)


async def test_a_change_makes_an_edition_and_keeps_what_stood_before(world: World) -> None:
    case = await a_case(world)
    path = f"/cases/{case}/interventions"
    first = (await world.send("POST", path, VISIT, {"Idempotency-Key": "v"})).json()
    entry = f"{path}/{first['id']}"
    changed = {**VISIT, "outcome": "agreed to nothing"}
    answer = await world.send("PUT", entry, {**changed, "edition": 1})
    assert (answer.status_code, answer.json()["edition"], answer.json()["edited"]["by"]) == (200, 2, "officer-sen")
    again = await world.send("PUT", entry, {**changed, "edition": 1})
    assert (again.status_code, again.json()["edition"]) == (200, 2), "sent again it changes nothing"
    late = await world.send("PUT", entry, {**VISIT, "notes": "", "edition": 1})
    assert (late.status_code, "it is edition 2 now" in late.json()["detail"]) == (409, True)
    shown = (await world.send("GET", entry)).json()
    assert [(one["edition"], one["by"], one["done"]["outcome"]) for one in shown["earlier"]] == [
        (1, "officer-sen", "agreed to meet the school")
    ]
    assert shown["entry"]["outcome"] == "agreed to nothing"
    under_its_key = await world.send("POST", path, VISIT, {"Idempotency-Key": "v"})
    assert (under_its_key.status_code, under_its_key.json()["edition"]) == (200, 2), "what was sent first under the key is this entry"
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    await world.send("PUT", entry, {**changed, "date": yesterday, "edition": 2})
    assert [one[::2] for one in await told(world, first["id"], 2)] == [("recorded", 1), ("recorded", 3)], "the day moved, the words did not"
    await world.send("PUT", entry, {**changed, "date": yesterday, "kind": "file note", "seen": None, "edition": 3})
    assert (await told(world, first["id"], 3))[-1][::2] == ("struck", 4), "a file note keeps nothing"


async def test_words_that_packs_print_tell_nobodys_number_unless_that_is_meant(world: World) -> None:
    case = await a_case(world)
    path = f"/cases/{case}/interventions"
    for said, what in (
        ({"outcome": "Mrs Begum's number is 01632 960 321"}, "outcome: a telephone number"),
        ({"outcome": "ask at ZZ99 4AA"}, "outcome: a postcode"),
        ({"with_whom": "neighbour, n.begum@example.org"}, "with_whom: an e-mail address"),
        ({"people": [{"who": "other", "words": "uncle, +44 7700 900123"}]}, "people: a telephone number"),
    ):
        answer = await world.send("POST", path, {**VISIT, **said})
        assert (answer.status_code, what in answer.json()["detail"]) == (422, True), answer.text
    entry = await made(world, case, {**VISIT, "notes": "01632 960 321", "outcome": "12 sessions in 10 weeks since 2026-09-07, ref 4410/22"})
    edit = {**VISIT, "outcome": "rings 01632 960321", "edition": 1}
    assert (await world.send("PUT", f"{path}/{entry['id']}", edit)).status_code == 422
    assert (await world.send("PUT", f"{path}/{entry['id']}", {**edit, "names_address": True})).status_code == 200
    await made(
        world,
        case,
        {"kind": "file note", "date": VISIT["date"], "with_whom": "office", "engagement": "not applicable", "outcome": "ring 01632 960321"},
    )


async def test_a_childs_view_that_stands_in_an_internal_entry_is_in_no_pack(world: World) -> None:
    internal: dict[str, Any] = {"kind": "social worker told", "with_whom": "social worker", "seen": None, "people": []}
    case = await a_case(world)

    async def told() -> str | None:
        question = AskCaseEvidence(case=case, parent="x.1").model_dump_json().encode()
        answer = await world.neighbours.bus.request(AskCaseEvidence.SUBJECT, question, timeout=10)
        return CaseEvidence.model_validate_json(answer.data).child_view

    for more, shown in ((internal, None), ({}, VISIT["child_view"])):
        entry = await made(world, case, {**VISIT, **more})
        (await world.send("POST", f"/cases/{case}/interventions/{entry['id']}/view-reviewed")).raise_for_status()
        assert await told() == shown


async def test_a_childs_view_is_reviewed_before_a_parent_is_shown_it(world: World) -> None:
    case = await a_case(world)
    first = await made(world, case, VISIT)
    entry = f"/cases/{case}/interventions/{first['id']}"
    assert first["view_reviewed"] is None

    async def for_parents() -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = (await world.send("GET", f"/cases/{case}/for-parents")).json()["interventions"]
        return shown

    assert [(one["outcome"], one["child_view"]) for one in await for_parents()] == [(VISIT["outcome"], None)]
    assert "Wrenfield" not in str(await for_parents())
    marked = (await world.send("POST", f"{entry}/view-reviewed", role="head of service", sub="dana")).json()
    assert marked["view_reviewed"]["by"] == "dana"
    assert [one["child_view"] for one in await for_parents()] == [VISIT["child_view"]]
    kept = (await world.send("PUT", entry, {**VISIT, "notes": "", "edition": 1})).json()
    assert kept["view_reviewed"]["by"] == "dana"
    gone = (await world.send("PUT", entry, {**VISIT, "child_view": "something else", "edition": 2})).json()
    assert gone["view_reviewed"] is None
    assert [one["child_view"] for one in await for_parents()] == [None]
    letter = await made(world, case, LETTER)
    await made(world, case, {**LETTER, "kind": "file note"})
    assert len(await for_parents()) == 2
    none = await world.send("POST", f"/cases/{case}/interventions/{letter['id']}/view-reviewed")
    assert (none.status_code, "no view of the child" in none.json()["detail"]) == (409, True)


async def test_a_clinic_is_an_entry_in_each_case_and_all_or_nothing(world: World) -> None:
    cases = [await a_case(world) for _ in range(3)]
    told = {key: value for key, value in VISIT.items() if key not in ("kind", "date", "seen")}
    body = {"kind": "attendance clinic", "date": TODAY.isoformat(), "entries": [{**told, "case": case, "notes": case} for case in cases]}
    bad = await world.send("POST", "/visits", {**body, "entries": [*body["entries"], {**told, "case": cases[0]}]}, {"Idempotency-Key": "c"})
    assert bad.status_code == 422
    assert all([(await caseload_line(world, case))["interventions"] == 0 for case in cases])
    answer = await world.send("POST", "/visits", body, {"Idempotency-Key": "c"})
    assert answer.status_code == 201, answer.text
    assert {(one["case"], one["notes"], one["visit"]) for one in answer.json()["interventions"]} == {
        (case, case, answer.json()["visit"]) for case in cases
    }
    assert (await world.send("POST", "/visits", body, {"Idempotency-Key": "c"})).json() == answer.json()
    assert [(await caseload_line(world, case))["interventions"] for case in cases] == [1, 1, 1]
    await world.send("POST", f"/cases/{cases[0]}/close", {"reason": "attendance improved"})
    closed = await world.send("POST", "/visits", body, {"Idempotency-Key": "c"})
    assert (closed.status_code, closed.json()) == (201, answer.json()), "all of it is there"
    assert (await world.send("POST", "/visits", body, {"Idempotency-Key": "d"})).status_code == 409
    assert (await world.send("POST", "/visits", body)).status_code == 422, "without a key it could not be told from a second clinic"


async def test_what_is_struck_out_is_out_of_everything_at_once_and_the_fact_stays(world: World) -> None:
    child = new_id()
    case = await a_case(world, child)
    due = (TODAY + timedelta(days=3)).isoformat()
    wrong = await made(world, case, {**VISIT, "next_step": "ring", "due": due})
    await made(world, case, LETTER)
    assert ((await caseload_line(world, case))["interventions"], (await caseload_line(world, case))["next_due"]) == (2, due)
    path = f"/cases/{case}/interventions/{wrong['id']}"
    gone = await world.send("POST", f"{path}/strike", {"reason": "written twice"})
    assert gone.status_code == 200, gone.text
    assert (gone.json()["struck"]["reason"], gone.json()["outcome"], gone.json()["notes"]) == ("written twice", "", "")
    again = await world.send("POST", f"{path}/strike", {"reason": "another"})
    assert again.json() == gone.json(), "the first reason stays"
    assert await chronology(world, case, child) == [("letter", "father")]
    line = await caseload_line(world, case)
    assert (line["interventions"], line["next_due"]) == (1, None)
    assert await told(world, wrong["id"], 2) == [("recorded", child, 1), ("struck", child, 2)]
    listed = (await world.send("GET", f"/cases/{case}/interventions")).json()["interventions"]
    assert [(one["kind"], bool(one["struck"])) for one in listed] == [("home visit", True), ("letter", False)]
    assert "Wrenfield" not in str(listed)
    shown = (await world.send("GET", path)).json()
    assert shown["struck_words"]["notes"] == VISIT["notes"], "until the next disposal"
    assert (await world.send("PUT", path, {**VISIT, "edition": 2})).status_code == 409
    words = await world.collection.find_one({"_id": f"struck:{wrong['id']}", "kind": "struck"})
    assert (words["children"], words["cohort"]) == ([], f"{TODAY.year + (TODAY.month >= 9)}-08-31")
    stored = await world.collection.find_one({"_id": f"intervention:{wrong['id']}", "kind": "intervention"})
    assert ("sealed_earlier" in stored, stored["due"], stored["struck"]) == (False, None, True)


async def test_an_entry_on_the_wrong_child_is_moved_with_its_past(world: World) -> None:
    wrong, right = new_id(), new_id()
    here, there = await a_case(world, wrong), await a_case(world, right)
    entry = await made(world, here, VISIT)
    path = f"/cases/{here}/interventions/{entry['id']}"
    await world.send("PUT", path, {**VISIT, "agreed": "a plan", "edition": 1})
    nowhere = await world.send("POST", f"{path}/move", {"to": new_id(), "reason": "the wrong sibling"})
    assert nowhere.status_code == 404
    moved = await world.send("POST", f"{path}/move", {"to": there, "reason": "the wrong sibling"})
    assert moved.status_code == 200, moved.text
    again = await world.send("POST", f"{path}/move", {"to": there, "reason": "the wrong sibling"})
    assert (again.status_code, again.json()) == (200, moved.json())
    assert (await world.send("GET", path)).status_code == 404
    shown = (await world.send("GET", f"/cases/{there}/interventions/{entry['id']}")).json()
    assert (shown["entry"]["agreed"], shown["entry"]["moved"]["reason"], len(shown["earlier"])) == ("a plan", "the wrong sibling", 1)
    assert await told(world, entry["id"], 3) == [("recorded", wrong, 1), ("recorded", right, 3), ("struck", wrong, 3)]
    assert [(await caseload_line(world, case))["interventions"] for case in (here, there)] == [0, 1]
    stored = await world.collection.find_one({"_id": f"intervention:{entry['id']}", "kind": "intervention"})
    assert (stored["children"], stored["case"]) == ([right], there)
    assert await chronology(world, there, right) == [("home visit", "mother, the child")]
    assert await chronology(world, here, wrong) == []


async def test_another_schools_entry_is_not_there(world: World) -> None:
    case = await a_case(world, school="390001")
    entry = await made(world, case, VISIT)
    other = await a_case(world, school="390002")
    path = f"interventions/{entry['id']}"
    for method, end, body in (
        ("GET", "", None),
        ("PUT", "", {**VISIT, "edition": 1}),
        ("POST", "/strike", {"reason": "x"}),
        ("POST", "/move", {"reason": "x", "to": other}),
        ("POST", "/view-reviewed", None),
    ):
        for where in (case, other):
            answer = await world.send(method, f"/cases/{where}/{path}{end}", body, schools=("390002",))
            assert answer.status_code == 404
    assert (await world.send("GET", f"/cases/{case}/{path}", schools=("390001",))).status_code == 200


async def contacts(world: World, intervention: str) -> Contacts:
    reply = await world.neighbours.bus.request(
        AskContacts.SUBJECT, AskContacts(intervention=intervention).model_dump_json().encode(), timeout=5
    )
    return Contacts.model_validate_json(reply.data)


async def test_contacts_confirmed_or_changed_are_told_and_taken_back_with_their_entry(world: World) -> None:
    child, other = new_id(), new_id()
    case, there = await a_case(world, child), await a_case(world, other)
    said = [
        {"parent": f"{child}.1", "field": "phone", "value": "07700 900123"},
        {"parent": f"{child}.2", "field": "email"},
        {"field": "address", "value": "4 Example Row"},
    ]
    plain = await made(world, case, LETTER)
    entry = await made(world, case, {**VISIT, "contacts": said})
    path = f"/cases/{case}/interventions/{entry['id']}"

    async def heard(count: int) -> list[tuple[str, int]]:
        async def probe() -> list[tuple[str, int]] | None:
            events = world.neighbours.events("contacts-told", intervention=entry["id"])
            return sorted((one["child"], one["edition"]) for one in events) if len(events) >= count else None

        return await until(f"{count} events of contacts", probe)

    assert await heard(1) == [(child, 1)]
    answer = await contacts(world, entry["id"])
    assert (answer.child, answer.day) == (child, TODAY)
    assert [(one.parent, one.field, one.value) for one in answer.contacts] == [
        (f"{child}.1", "phone", "07700 900123"),
        (f"{child}.2", "email", None),
        (None, "address", "4 Example Row"),
    ]
    assert not [one for one in world.neighbours.heard if "07700" in str(one) or "Example Row" in str(one)], "no words in events"
    await world.send("PUT", path, {**VISIT, "contacts": said, "notes": "", "edition": 1})
    await world.send("PUT", path, {**VISIT, "contacts": said[:1], "edition": 2})
    assert await heard(2) == [(child, 1), (child, 3)], "told where it changed"
    await world.send("POST", f"{path}/move", {"to": there, "reason": "the other sibling"})
    assert set(await heard(4)) == {(child, 1), (child, 3), (child, 4), (other, 4)}
    assert (await contacts(world, entry["id"])).child == other
    await world.send("POST", f"/cases/{there}/interventions/{entry['id']}/strike", {"reason": "x"})
    assert await contacts(world, entry["id"]) == Contacts(child=None)
    assert world.neighbours.events("contacts-told", intervention=plain["id"]) == []
