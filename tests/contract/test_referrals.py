"""The referrals service, two replicas of it, on a real NATS and MongoDB: from concerns to a closed case."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest

from shared import academic_year
from shared.contracts.referrals import AskRequest, EnforcementRequest
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.contracts.standing import Rule
from shared.identity import new_id
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
RULES: list[Rule] = ["severe absence", "ten sessions unauthorised", "persistent absence", "late before the register closed"]
VISIT = {
    "kind": "home visit",
    "date": TODAY.isoformat(),
    "with_whom": "mother, at home",
    "engagement": "partial",
    "seen": "yes",
    "outcome": "agreed to meet the school",
    "notes": "Wrenfield-marker: said that mornings are hard",
}

UNSEEN = {"seen": None}
NOTE = {**VISIT, **UNSEEN, "kind": "file note"}

NUMBERS = itertools.count()
"""For schools of which a test needs a fresh one."""


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("referrals")) as made:
        yield made


async def listed(world: World, school: str, count: int) -> list[dict[str, Any]]:
    async def probe() -> list[dict[str, Any]] | None:
        found = await world.proposals(school)
        return found if len(found) == count else None

    return await until(f"{count} proposals", probe) if count else await world.proposals(school)


async def a_case(world: World, school: str, child: str, rule: Rule = "persistent absence") -> str:
    await world.neighbours.concern(child, rule, 1, school=school)
    [proposal] = await listed(world, school, 1)
    answer = await world.send("POST", f"/referrals/{proposal['referral']}/accept")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["case"])


async def test_two_children_of_one_page_make_two_proposals(world: World) -> None:
    for child in ("pagechild1", "pagechild2"):
        await world.neighbours.concern(child, "persistent absence", 1, school="100001")
    found = await listed(world, "100001", 2)
    assert {proposal["child"] for proposal in found} == {"pagechild1", "pagechild2"}
    assert {proposal["names"] for proposal in found} == {"known"}
    assert {proposal["surname"] for proposal in found} == {"Marsh-pagechild1", "Marsh-pagechild2"}


async def test_the_list_is_sorted_and_explains_itself(world: World) -> None:
    world.neighbours.absent["mostaway"] = 48
    for child, rule in (
        ("once", "late before the register closed"),
        ("away", "persistent absence"),
        ("mostaway", "persistent absence"),
        ("half", "severe absence"),
    ):
        await world.neighbours.concern(child, rule, 1, school="100002")  # type: ignore[arg-type]
    found = await listed(world, "100002", 4)
    assert [proposal["child"] for proposal in found] == ["half", "mostaway", "away", "once"]
    assert [proposal["priority"]["level"] for proposal in found] == ["urgent", "medium", "medium", "low"]
    assert found[1]["priority"]["because"] == [
        "persistent absence, a tenth of the possible sessions or more",
        "absent 48 of 100 possible sessions (48.0 %)",
        "12 of them unauthorised",
        "late 3 times before the register closed",
    ]
    assert found[1]["figures"] == {"year": YEAR, "possible": 100, "absent": 48, "unauthorised": 12, "late": 3, "late_after_closing": 0}


async def test_each_concern_counts_once_in_whatever_order_and_however_often(world: World) -> None:
    chance = random.Random(7)
    events = [(f"storm{n}", rule, order) for n in range(12) for rule in RULES for order in range(1, 1 + chance.randint(1, 4))]
    last = {(child, rule): order for child, rule, order in events}
    deliveries = [event for event in events for _ in range(3)]
    chance.shuffle(deliveries)
    await asyncio.gather(
        *(world.neighbours.concern(child, rule, order, school="100003", raised=order % 2 == 1) for child, rule, order in deliveries)
    )
    await world.quiet()
    expected: dict[str, set[str]] = {}
    for (child, rule), order in last.items():
        if order % 2:
            expected.setdefault(child, set()).add(rule)
    found = await world.proposals("100003")
    assert {proposal["child"]: set(proposal["rules"]) for proposal in found} == expected
    assert len(found) == len(expected)


async def test_the_lists_follow_the_officers_schools(world: World) -> None:
    for school, child in (("100010", "ofsen"), ("100011", "ofnobody")):
        await world.neighbours.concern(child, "late before the register closed", 1, school=school)
        await listed(world, school, 1)
    body = {"name": "Robin Senn", "email": "robin.senn@example.org", "schools": ["100010", "100010"]}
    put = await world.send("PUT", "/officers/robin", body, role="operator", sub="operator")
    assert put.status_code == 200
    for told in ({"name": " \n"}, {"name": "Robin\x00Senn"}, {"schools": ["10010"]}, {"schools": ["1000100"]}, {"schools": ["\u0661" * 6]}):
        assert (await world.send("PUT", "/officers/robin", body | told, role="operator", sub="operator")).status_code == 422, ascii(told)
    added = {"id": "robin", "name": "Robin Senn", "email": "robin.senn@example.org", "schools": ["100010"], "role": "officer"}
    assert added.items() <= put.json().items()
    refused = await world.send("GET", "/proposals", sub="robin", schools=())
    assert refused.status_code == 403
    assert "DBS check is not noted here" in refused.json()["detail"]
    await world.clear("robin")

    own = (await world.send("GET", "/proposals", sub="robin", schools=())).json()["proposals"]
    assert [(proposal["child"], proposal["officers"]) for proposal in own] == [("ofsen", ["robin"])]
    of_officer = (await world.send("GET", "/proposals?officer=robin")).json()["proposals"]
    assert [proposal["child"] for proposal in of_officer] == ["ofsen"]
    unallocated = (await world.send("GET", "/proposals?unallocated=true", role="head of service")).json()["proposals"]
    assert "ofnobody" in {proposal["child"] for proposal in unallocated}
    assert "ofsen" not in {proposal["child"] for proposal in unallocated}

    assert (await world.send("GET", "/proposals?school=100011", sub="robin", schools=())).status_code == 404
    assert (await world.send("GET", "/proposals", role="school", schools=("100011",))).json()["proposals"][0]["child"] == "ofnobody"
    assert (await world.send("GET", "/proposals", role="operator")).status_code == 403
    other = unallocated[0]["referral"]
    assert (await world.send("POST", f"/referrals/{other}/accept", sub="robin", schools=())).status_code == 404


async def test_an_acceptance_sent_many_times_opens_one_case(world: World) -> None:
    await world.neighbours.concern("accepted", "severe absence", 1, school="100004")
    [proposal] = await listed(world, "100004", 1)
    path = f"/referrals/{proposal['referral']}/accept"
    await asyncio.gather(*(world.add_officer(f"officer-{n}", f"Kit {n}") for n in range(6)))
    answers = await asyncio.gather(*(world.send("POST", path, sub=f"officer-{n}") for n in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    case = answers[0].json()["case"]

    async def opened() -> bool:
        return bool(world.neighbours.events("case-opened", case=case))

    await until("case opened", opened)
    await world.neighbours.concern("accepted", "late before the register closed", 1, school="100004")
    await world.neighbours.concern("accepted", "severe absence", 2, school="100004", raised=False)
    await world.quiet()
    assert len(world.neighbours.events("case-opened", case=case)) == 1
    [line] = (await world.send("GET", "/caseload?school=100004")).json()["cases"]
    assert line["case"] == case
    assert line["rules"] == ["late before the register closed"]
    assert (await world.proposals("100004")) == []

    refused = await world.send("POST", f"/referrals/{case}/decline", {"reason": "register-wrong"})
    assert refused.status_code == 409
    assert refused.json()["detail"].endswith(
        "it is accepted; possible now: allocate, start, record an intervention, request enforcement, close"
    )


async def test_a_declined_or_eased_proposal_goes_and_comes_back_only_when_raised_anew(world: World) -> None:
    await world.neighbours.concern("back", "late before the register closed", 1, school="100005")
    [proposal] = await listed(world, "100005", 1)
    answer = await world.send("POST", f"/referrals/{proposal['referral']}/decline", {"reason": "other-service", "words": "x"})
    assert answer.json()["state"] == "declined"
    await world.neighbours.concern("back", "late before the register closed", 1, school="100005")
    await world.quiet()
    assert await world.proposals("100005") == []
    await world.neighbours.concern("back", "late before the register closed", 3, school="100005")
    [anew] = await listed(world, "100005", 1)
    assert anew["referral"] != proposal["referral"]
    await world.neighbours.concern("back", "late before the register closed", 4, school="100005", raised=False)
    await world.quiet()
    refused = await world.send("POST", f"/referrals/{anew['referral']}/accept")
    assert (refused.status_code, "it is lapsed" in refused.json()["detail"]) == (409, True)


async def test_an_intervention_is_recorded_once_under_its_key_and_starts_the_clock(world: World) -> None:
    case = await a_case(world, "100006", "visited")
    path = f"/cases/{case}/interventions"
    first = await world.send("POST", path, VISIT, {"Idempotency-Key": "visit 1"})
    assert first.status_code == 201, first.text
    assert first.json()["date"] == TODAY.isoformat()
    again = await world.send("POST", path, VISIT, {"Idempotency-Key": "visit 1"})
    assert (again.status_code, again.json()) == (200, first.json())
    other = await world.send("POST", path, {**VISIT, "outcome": "nobody at home"}, {"Idempotency-Key": "visit 1"})
    assert other.status_code == 409
    due = (TODAY + timedelta(days=7)).isoformat()
    note = await world.send("POST", path, {**NOTE, "due": due})
    assert note.status_code == 201

    async def told() -> bool:
        return bool(world.neighbours.events("intervention-recorded", case=case))

    await until("intervention recorded", told)
    await world.quiet()
    assert [event["day"] for event in world.neighbours.events("intervention-recorded", case=case)] == [TODAY.isoformat()]
    shown = (await world.send("GET", f"/cases/{case}")).json()
    assert [one["kind"] for one in shown["interventions"]] == ["home visit", "file note"]
    assert shown["person"]["surname"] == "Marsh-visited"
    assert shown["standing"]["absent"] == 20
    [line] = (await world.send("GET", "/caseload?school=100006")).json()["cases"]
    assert (line["interventions"], line["next_due"]) == (2, due)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"date": (TODAY + timedelta(days=1)).isoformat()}, "`date` is after today"),
        ({"date": f"{YEAR - 1}-07-31"}, "`date` is before last academic year"),
        ({"kind": "chat"}, "kind: one of: telephone call"),
        ({"seen": None}, "seen: a home visit says whether the child was seen"),
        ({"kind": "letter"}, "seen: asked of home visit, safe-and-well visit alone"),
        ({"reasons": ["the dog"]}, "reasons: number 1 is not on the list; some of: illness"),
        ({"with_whom": ""}, "with_whom: say who was there"),
        ({"engagement": "splendid"}, "engagement: should be 'good'"),
        ({"mood": "sunny"}, "mood: is not known here"),
    ],
)
async def test_an_intervention_that_cannot_be_is_refused_in_a_line(world: World, changes: dict[str, Any], told: str) -> None:
    child = new_id()
    answer = await world.send("POST", f"/cases/{await a_case(world, f'2{next(NUMBERS):05}', child)}/interventions", {**VISIT, **changes})
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert "splendid" not in answer.text


async def test_what_goes_to_court_is_not_by_somebody_without_a_name(world: World) -> None:
    case = await a_case(world, "100014", "nobodys")
    body = {"parent": "nobodys.1", "measure": "prosecution", "reason": "irregular attendance"}
    for path, told in ((f"/cases/{case}/interventions", VISIT), (f"/cases/{case}/enforcement", body)):
        answer = await world.send("POST", path, told, sub="officer-new")
        assert answer.status_code == 403
        assert "iewo officer add officer-new " in answer.json()["detail"]
        assert (await world.send("POST", path, told, role="head of service", sub="Dana Example")).status_code == 201
    await world.add_officer("officer-new", "Kit Newly")
    assert (await world.send("POST", f"/cases/{case}/interventions", VISIT, sub="officer-new")).status_code == 201


async def test_enforcement_names_one_parent_and_the_pack_learns_no_notes(world: World) -> None:
    case = await a_case(world, "100007", "enforced", "ten sessions unauthorised")
    for changes in ({}, UNSEEN | {"kind": "file note"}, UNSEEN | {"kind": "letter", "date": (TODAY - timedelta(days=1)).isoformat()}):
        assert (await world.send("POST", f"/cases/{case}/interventions", {**VISIT, **changes})).status_code == 201
    body = {
        "parent": "enforced.1",
        "measure": "penalty notice",
        "reason": "irregular attendance",
    }
    wrong = await world.send("POST", f"/cases/{case}/enforcement", {**body, "parent": "other.1"})
    assert (wrong.status_code, wrong.json()["detail"].endswith("the roll has enforced.1, enforced.2")) == (422, True)
    made = await world.send("POST", f"/cases/{case}/enforcement", body)
    assert made.status_code == 201, made.text
    again = await world.send("POST", f"/cases/{case}/enforcement", body)
    assert (again.status_code, again.json()) == (200, made.json())
    of_a_notice = await world.send("POST", f"/cases/{case}/enforcement", {**body, "offence": "444(1A)"})
    assert (of_a_notice.status_code, "belongs to a prosecution" in of_a_notice.text) == (422, True)
    record = made.json()["parent"]
    request = made.json()["request"]

    async def told() -> bool:
        return bool(world.neighbours.events("enforcement-requested", request=request))

    await until("enforcement requested", told)
    await world.quiet()
    assert len(world.neighbours.events("enforcement-requested", case=case)) == 1

    reply = await world.neighbours.bus.request(AskRequest.SUBJECT, AskRequest(request=request).model_dump_json().encode(), timeout=5)
    answer = EnforcementRequest.model_validate_json(reply.data)
    assert (answer.child, answer.parent, answer.concerns) == ("enforced", record, ("ten sessions unauthorised",))
    assert [(entry.kind, entry.day) for entry in answer.chronology] == [("letter", TODAY - timedelta(days=1)), ("home visit", TODAY)]
    assert answer.last == TODAY - timedelta(days=1), "today may have sessions that are still to be"
    assert answer.first == academic_year.first_day(academic_year.of(answer.last))
    assert b"Wrenfield" not in reply.data
    shown = (await world.send("GET", f"/cases/{case}")).json()
    assert (shown["state"], [one["request"] for one in shown["requests"]]) == ("enforcement requested", [request])


async def test_a_period_ends_with_today_once_the_register_has_both_its_marks(world: World) -> None:
    case = await a_case(world, "100091", "halfday", "ten sessions unauthorised")
    body = {"parent": "halfday.1", "measure": "penalty notice", "reason": "irregular attendance", "last": TODAY.isoformat()}
    world.neighbours.halves[TODAY] = ["AM"]
    refused = await world.send("POST", f"/cases/{case}/enforcement", body)
    assert (refused.status_code, "ask with a day before" in refused.json()["detail"]) == (422, True)
    world.neighbours.halves[TODAY] = ["AM", "PM"]
    made = await world.send("POST", f"/cases/{case}/enforcement", body)
    assert (made.status_code, made.json()["last"], made.json()["period_said"]) == (201, TODAY.isoformat(), True)
    del world.neighbours.halves[TODAY]


@pytest.mark.parametrize("joined_first", [True, False])
async def test_a_joined_childs_concerns_join_its_open_case_and_parted_go_back(world: World, joined_first: bool) -> None:
    school = "10002" + str(int(joined_first))
    kept, joined = f"kept{school}", f"joined{school}"
    case = await a_case(world, school, joined, "late before the register closed")
    for one in ([True, False] if joined_first else [False, True]) * 2:  # and each twice
        if one:
            await world.neighbours.said(kept, joined, 1, school=school)
        else:
            await world.neighbours.concern(kept, "persistent absence", 1, school=school)
        await world.quiet()
    assert await world.proposals(school) == []
    found = (await world.send("GET", f"/cases/{case}")).json()
    assert {(one["child"], one["rule"]) for one in found["concerns"]} == {
        (None, "late before the register closed"),
        (kept, "persistent absence"),
    }
    for _ in range(2):
        await world.neighbours.said(kept, joined, 2, school=school, one=False)
        await world.neighbours.said(kept, joined, 1, school=school)
        await world.quiet()
    [proposal] = await world.proposals(school)
    assert (proposal["child"], proposal["rules"], proposal["figures"]["possible"]) == (kept, ["persistent absence"], 100)
    found = (await world.send("GET", f"/cases/{case}")).json()
    assert [one["rule"] for one in found["concerns"]] == ["late before the register closed"]
    assert (await world.collection.find_one({"_id": f"referral:{case}", "kind": "referral"}))["children"] == [joined]


async def test_never_two_proposals_of_one_child_however_all_comes_at_once(world: World) -> None:
    chance = random.Random(11)
    schools = [f"1000{number}" for number in range(30, 42)]
    deliveries = []
    for school in schools:
        a, b, c = (f"{name}{school}" for name in "abc")
        deliveries += [world.neighbours.said(a, b, order, school=school, one=order % 2 == 1) for order in (1, 2, 3) for _ in range(2)]
        deliveries += [world.neighbours.said(b, c, 1, school=school) for _ in range(2)]
        deliveries += [
            world.neighbours.concern(child, rule, order, school=school, raised=order % 2 == 1)
            for child in (a, b, c)
            for rule in RULES[:2]
            for order in (1, 2, 3)
        ]
    chance.shuffle(deliveries)
    await asyncio.gather(*deliveries)
    await world.quiet()
    for school in schools:
        [proposal] = await world.proposals(school)
        found = await world.collection.find_one({"_id": f"referral:{proposal['referral']}", "kind": "referral"})
        standing = {(one["child"] or found["child"], one["rule"]) for one in found["concerns"] if not one["eased"]}
        assert standing == {(f"{name}{school}", rule) for name in "abc" for rule in RULES[:2]}


async def test_of_two_open_cases_of_one_child_both_stay(world: World) -> None:
    school = "100022"
    cases = []
    for child in ("casekept", "casejoined"):
        cases.append(await a_case(world, school, child))
    await world.neighbours.said("casekept", "casejoined", 1, school=school)
    await world.quiet()
    await world.neighbours.concern("casekept", "severe absence", 1, school=school)
    await world.quiet()
    assert await world.proposals(school) == []
    found = [(await world.send("GET", f"/cases/{case}")).json() for case in cases]
    assert [case["state"] for case in found] == ["accepted", "accepted"]
    assert [len(case["concerns"]) for case in found] == [2, 1], "each record's concerns stay with its own case"


async def test_what_names_two_records_of_a_child_goes_with_the_later_and_the_answer_says_so(world: World) -> None:
    school, kept, joined = "100023", "latekept", "latejoined"
    await a_case(world, school, joined, "late before the register closed")
    await world.neighbours.said(kept, joined, 1, school=school)
    await world.neighbours.concern(kept, "persistent absence", 1, school=school)
    await world.quiet()
    due, earlier = academic_year.cohort(YEAR + 1), academic_year.cohort(YEAR)
    context = world.neighbours.bus.jetstream()
    wear: dict[str, Any] = {"at": datetime.now(UTC), "correlation_id": "x", "causation_id": "x"}
    moved = DisposalDateMoved(id=new_id(), child=joined, due=due, **wear)
    await context.publish(DisposalDateMoved.SUBJECT, moved.model_dump_json().encode())
    await world.quiet()
    command = Purge(id=new_id(), purge="p-late", cohort=earlier, school=school, children=(kept, joined), **wear)
    await context.publish(Purge.SUBJECT, command.model_dump_json().encode())

    async def answered() -> list[dict[str, Any]]:
        return world.neighbours.events("purge-answered", school=school)

    [answer] = await until("purge answered", answered)
    assert (answer["erased"], answer["retained"]) == ([kept], {kept: "later date", joined: "later date"})
    left = await world.collection.find({"children": {"$in": [kept, joined]}, "kind": {"$in": ["join", "referral"]}}).to_list(None)
    assert {(one["kind"], one["cohort"]) for one in left} == {("join", due), ("referral", due)}


async def test_a_closed_case_takes_nothing_new(world: World) -> None:
    case = await a_case(world, "100008", "closed")
    answers = [await world.send("POST", f"/cases/{case}/close", {"reason": "attendance improved"}) for _ in range(2)]
    assert answers[0].json()["state"] == "closed"
    assert answers[0].text == answers[1].text
    refused = await world.send("POST", f"/cases/{case}/interventions", VISIT)
    assert refused.status_code == 409

    async def told() -> bool:
        return bool(world.neighbours.events("case-closed", case=case))

    await until("case closed", told)
    assert (await world.send("GET", "/caseload?school=100008")).json() == {"cases": [], "total": 0}


async def test_without_attendance_the_list_is_there_and_says_that_names_are_away(world: World) -> None:
    await world.neighbours.concern("nameless", "late before the register closed", 1, school="100009")
    await listed(world, "100009", 1)
    world.neighbours.answering = False
    try:
        [proposal] = await world.proposals("100009")
        assert (proposal["names"], proposal["surname"]) == ("away", None)
        await world.neighbours.concern("waiting", "late before the register closed", 1, school="100009")

        async def asked() -> bool:
            return "query.attendance.standing" in world.neighbours.unanswered

        await until("figures asked for", asked)
    finally:
        world.neighbours.answering = True
    assert {proposal["child"] for proposal in await listed(world, "100009", 2)} == {"nameless", "waiting"}


async def test_nothing_that_was_said_is_stored_in_clear(world: World) -> None:
    documents = await world.collection.find({"kind": {"$in": ["referral", "intervention"]}}).hint("_id_").to_list(None)
    stored = b"".join(bson.encode(document) for document in documents)
    for said in (b"Wrenfield", b"mother", b"Marsh", b"home visit", b"attendance improved", b"Oyelaran", b"irregular", b"partial"):
        assert said not in stored
    assert b"persistent absence" in stored


async def test_records_move_to_the_later_date_and_go_with_their_cohort(world: World) -> None:
    case = await a_case(world, "100012", "disposed")
    assert (await world.send("POST", f"/cases/{case}/interventions", VISIT)).status_code == 201
    due = academic_year.cohort(YEAR + 1)
    context = world.neighbours.bus.jetstream()
    wear = {"id": new_id(), "at": datetime.now(UTC), "correlation_id": "x", "causation_id": "x"}
    moved = DisposalDateMoved(child="disposed", due=due, **wear)
    await context.publish(DisposalDateMoved.SUBJECT, moved.model_dump_json().encode())
    await world.quiet()
    query = {"children": "disposed", "kind": {"$in": ["concern", "referral", "intervention", "clock"]}}
    assert {(one["kind"], one["cohort"]) for one in await world.collection.find(query).to_list(None)} == {
        (kind, due) for kind in ("concern", "referral", "intervention", "clock")
    }
    assert (await world.send("GET", f"/cases/{case}")).json()["interventions"][0]["notes"] == VISIT["notes"]

    for school in ("100012", None):
        command = Purge(purge="p1", cohort=due, school=school, children=("disposed", "unknown"), **wear)
        await context.publish(Purge.SUBJECT, command.model_dump_json().encode())

        async def answered(school: str | None = school) -> bool:
            return bool(world.neighbours.events("purge-answered", school=school))

        await until("purge answered", answered)
    assert world.neighbours.events("purge-answered", school="100012")[0]["erased"] == ["disposed"]
    assert await world.collection.find(query).to_list(None) == []


async def test_a_concern_of_a_disposed_year_begins_nothing(world: World) -> None:
    world.mint.destroy(academic_year.cohort(YEAR - 1))
    await world.neighbours.concern("returning", "late before the register closed", 1, school="100013", year=YEAR - 1)
    await world.quiet()
    assert await world.proposals("100013") == []
    await world.neighbours.concern("returning", "late before the register closed", 1, school="100013")
    assert [proposal["year"] for proposal in await listed(world, "100013", 1)] == [YEAR]
