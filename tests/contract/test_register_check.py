"""The register check on two replicas of `referrals` and real servers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest

from shared import academic_year
from shared.contracts.retention import Purge
from shared.identity import new_id
from tests.contract.test_case_life import a_case, act, proposed
from tests.contract.test_referrals import listed
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}


def of_school(urn: str) -> dict[str, Any]:
    return {"role": "school", "sub": f"school {urn}", "schools": (urn,)}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("check")) as made:
        yield made


async def check(world: World, urn: str, **claims: Any) -> dict[str, Any]:
    answer = await world.send("GET", f"/schools/{urn}/register-check", **claims)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def hold(world: World, urn: str, decisions: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    answer = await world.send("POST", f"/schools/{urn}/register-check", {"decisions": decisions, **more})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def test_one_bad_decision_spoils_no_other_and_the_check_is_noted_once(world: World) -> None:
    urn = "130001"
    ids = {child: await proposed(world, urn, child) for child in ("a", "b", "c", "d")}
    await proposed(world, "130002", "elsewhere")
    [other] = await world.proposals("130002")
    until = str(TODAY + timedelta(days=21))
    decisions = [
        {"referral": ids["a"], "act": "accept"},
        {"referral": ids["b"], "act": "decline", "reason": "no such reason"},
        {"referral": ids["c"], "act": "decline", "reason": "medical", "words": "Quillon-marker: letter seen"},
        {"referral": ids["d"], "act": "leave", "until": until},
        {"referral": other["referral"], "act": "accept"},
        {"referral": ids["a"], "act": "decline", "reason": "school"},
        {"referral": ids["b"], "act": "dance"},
        {"referral": "0" * 24, "act": "accept"},
    ]
    more = {"attendees": "Ms Quillon-marker (attendance lead)", "notes": "Quillon-marker: half an hour"}
    first, second = [await hold(world, urn, decisions, **more) for _ in range(2)]
    assert first == second
    assert [one["done"] for one in first["results"]] == [True, False, True, True, False, False, False, False]
    told = {one["referral"] + one["act"]: one["detail"] for one in first["results"] if not one["done"]}
    assert "one of: school" in told[ids["b"] + "decline"]
    assert "named twice" in told[ids["a"] + "decline"]
    assert "named twice" in told[ids["b"] + "dance"]
    assert "no such referral" in told[other["referral"] + "accept"]
    assert first["open_cases"] == "1"
    assert [one["accepted"] for one in (await world.send("GET", f"/schools/{urn}/register-checks")).json()["checks"]] == [1]
    stored = await world.collection.find_one({"_id": f"check:{first['check']['check']}", "kind": "check"})
    assert b"Quillon" not in bson.encode(stored)

    found = await check(world, urn)
    lines = {line["child"]: line for line in found["proposals"]}
    assert lines.keys() == {"b", "d"}
    assert (lines["d"]["left_until"], lines["b"]["left_until"]) == (until, None)
    assert found["last"]["attendees"] == more["attendees"]


async def test_it_tells_what_changed_since_the_last_one(world: World) -> None:
    urn = "130003"
    for child in ("stays", "worse", "eases"):
        await proposed(world, urn, child)
    assert all(line["changed"]["new"] for line in (await check(world, urn))["proposals"])
    await hold(world, urn, [])
    world.neighbours.absent["worse"] = 55
    await world.neighbours.concern("worse", "severe absence", 1, school=urn)
    await world.neighbours.concern("eases", "persistent absence", 2, school=urn, raised=False)
    await world.neighbours.concern("fresh", "persistent absence", 1, school=urn)
    await listed(world, urn, 3)
    await world.quiet()
    found = await check(world, urn)
    lines = {line["child"]: line for line in found["proposals"]}
    assert found["proposals"][0]["child"] == "worse"
    assert {child: line["changed"]["new"] for child, line in lines.items()} == {"stays": False, "worse": False, "fresh": True}
    worse = lines["worse"]["changed"]
    assert (worse["raised"], worse["then"]["absent"], worse["now"]["absent"]) == (["severe absence"], 20, 55)
    assert (lines["stays"]["changed"]["raised"], lines["stays"]["changed"]["then"]["absent"]) == ([], 20)
    assert [one["child"] for one in found["eased"]] == ["eases"]


async def test_the_last_decision_on_the_child_is_shown_and_a_school_reads_no_officers_words(world: World) -> None:
    urn = "130004"
    declined = await proposed(world, urn, "declined")
    await world.send("POST", f"/referrals/{declined}/decline", {"reason": "medical", "words": "letter of the hospital"})
    case = await a_case(world, urn, "closed")
    await act(world, case, "close", why="attendance improved")
    for child in ("declined", "closed"):
        await proposed(world, urn, child, "severe absence")
    lines = {line["child"]: line for line in (await check(world, urn))["proposals"]}
    assert (lines["declined"]["earlier"]["declined"], lines["declined"]["earlier"]["words"]) == (
        "there is medical evidence for the absence",
        "letter of the hospital",
    )
    assert (lines["closed"]["earlier"]["state"], lines["closed"]["earlier"]["closing"]) == ("closed", "attendance improved")
    answer = await world.send("GET", f"/schools/{urn}/register-check", **of_school(urn))
    shown = {line["child"]: line for line in answer.json()["proposals"]}
    assert shown["declined"]["earlier"].keys() == {"state", "ended_at", "declined"}
    assert shown["declined"]["earlier"]["declined"] is None, "an officer's reason is the officers'"
    assert "hospital" not in answer.text
    assert "improved" not in answer.text
    assert (await world.send("GET", f"/schools/{urn}/register-check", **of_school("130005"))).status_code == 404


async def test_a_school_is_told_its_own_reasons_and_no_notes_of_a_check(world: World) -> None:
    urn = "130044"
    for child, in_check in (("byroute", False), ("bycheck", True)):
        decision = {"reason": "explained", "words": "a wedding"}
        referral = await proposed(world, urn, child)
        in_bulk = {"decisions": [{"referral": referral, "act": "decline", **decision}]}
        path = f"/schools/{urn}/register-check" if in_check else f"/referrals/{referral}/decline"
        (await world.send("POST", path, in_bulk if in_check else decision, **of_school(urn))).raise_for_status()
        await proposed(world, urn, child, "severe absence")
    await hold(world, urn, [], attendees="Kit Quillon-marker", notes="Quillon-marker: known to social care")
    shown = await check(world, urn, **of_school(urn))
    assert {line["child"]: line["earlier"]["declined"] for line in shown["proposals"]} == dict.fromkeys(
        ("byroute", "bycheck"), "the absence is explained and accepted"
    )
    held = await world.send("GET", f"/schools/{urn}/register-checks", **of_school(urn))
    assert (held.status_code, "Quillon" in held.text, "Quillon" in str(shown)) == (200, False, False)
    assert (await check(world, urn))["last"]["notes"] == "Quillon-marker: known to social care"


async def test_a_bulk_of_acceptances_counts_what_was_bought(world: World) -> None:
    urn = "130006"
    await world.send("PUT", f"/schools/{urn}/bought-cases", {"cases": 2}, **HEAD)
    ids = [await proposed(world, urn, f"bulk{number}") for number in range(4)]
    done = await hold(world, urn, [{"referral": id_, "act": "accept"} for id_ in ids])
    assert [one["done"] for one in done["results"]] == [True, True, False, False]
    assert "it would be open case 3 of 2" in done["results"][2]["detail"]
    assert done["open_cases"] == "2 of 2"
    again = await hold(world, urn, [{"referral": ids[2], "act": "accept", "over_bought": True}], notes="with the head's yes")
    assert (again["results"][0]["state"], again["open_cases"]) == ("accepted", "3 of 2")


async def test_four_acceptances_at_once_are_no_more_than_was_bought(world: World) -> None:
    for number in range(3):
        urn = f"13010{number}"
        (await world.send("PUT", f"/schools/{urn}/bought-cases", {"cases": 1}, **HEAD)).raise_for_status()
        ids = [await proposed(world, urn, f"once{number}{each}") for each in range(4)]
        answers = await asyncio.gather(*(world.send("POST", f"/referrals/{id_}/accept") for id_ in ids))
        assert sorted(one.status_code for one in answers) == [200, 409, 409, 409], [one.text for one in answers]


async def test_a_check_of_180_proposals_is_whole(world: World) -> None:
    urn = "130007"
    children = [f"many{number}" for number in range(180)]
    await asyncio.gather(*(world.neighbours.concern(child, "persistent absence", 1, school=urn) for child in children))
    found = await listed(world, urn, 180)
    for child in children[:60]:
        one = next(line["referral"] for line in found if line["child"] == child)
        await world.send("POST", f"/referrals/{one}/decline", {"reason": "school"})
    await asyncio.gather(*(world.neighbours.concern(child, "severe absence", 1, school=urn) for child in children[:60]))
    await listed(world, urn, 180)
    await hold(world, urn, [])
    answer = await world.send("GET", f"/schools/{urn}/register-check")
    assert len(answer.json()["proposals"]) == 180
    assert sum(line["earlier"] is not None for line in answer.json()["proposals"]) == 60


async def test_while_attendance_is_away_the_check_shows_what_is_known_here(world: World) -> None:
    await proposed(world, "130008", "nameless")
    world.neighbours.answering = False
    try:
        found = await check(world, "130008")
    finally:
        world.neighbours.answering = True
    assert found["names_away"]
    assert found["proposals"][0]["changed"]["now"]["absent"] == 20


async def test_what_is_closed_to_a_person_is_nowhere_to_be_seen_by_that_person(world: World) -> None:
    urn = "130009"
    case, neighbour = await a_case(world, urn, "own"), await proposed(world, urn, "other")
    path = f"/cases/{case}/closed-to/officer-kin"
    await world.add_officer("officer-kin", "Kit Example")
    assert (await world.send("PUT", path, {"why": "own child"})).status_code == 403
    said = await world.send("PUT", path, {"why": "Quillon-marker: own child"}, **HEAD)
    assert (said.status_code, said.json()["closed_to"]) == (200, ["officer-kin"])
    assert (await world.send("PUT", path, {"why": "again"}, **HEAD)).json() == said.json()
    kin: dict[str, Any] = {"sub": "officer-kin"}
    for where in (f"/cases/{case}", f"/cases/{case}/history", f"/cases/{case}/interventions"):
        assert (await world.send("GET", where, **kin)).status_code == 404, where
    assert (await world.send("GET", f"/caseload?school={urn}", **kin)).json()["cases"] == []
    assert [one["child"] for one in await world.proposals(urn, **kin)] == ["other"]
    assert (await world.send("POST", f"/cases/{case}/acts", {"act": "start"}, **kin)).status_code == 404
    done = await world.send("POST", f"/schools/{urn}/register-check", {"decisions": [{"referral": case, "act": "accept"}]}, **kin)
    assert (done.json()["results"][0]["done"], "no such referral" in done.json()["results"][0]["detail"]) == (False, True)
    await act(world, case, "close", why="attendance improved")
    await proposed(world, urn, "own", "severe absence")  # a later one is closed to the person too
    assert [line["child"] for line in (await check(world, urn, **kin))["proposals"]] == ["other"]
    assert len((await check(world, urn))["proposals"]) == 2
    history = (await world.send("GET", f"/cases/{case}/history", **HEAD)).json()["history"]
    assert ("close to a person", None, None) in {(one["act"], one["whom"], one["why"]) for one in history}
    said = await world.send("GET", f"/cases/{case}/closed-to", **HEAD)
    assert [(one["who"], one["why"]) for one in said.json()["said"]] == [("officer-kin", "Quillon-marker: own child")]
    stored = await world.collection.find_one({"_id": f"bar:{urn}:own", "kind": "bar"})
    assert b"Quillon" not in bson.encode(stored)
    opened = await world.send("DELETE", path, {"why": "moved away"}, **HEAD)
    assert opened.json()["closed_to"] == []
    assert (await world.send("GET", f"/cases/{case}", **kin)).status_code == 200
    assert neighbour in {line["referral"] for line in await world.proposals(urn, **kin)}


async def test_a_purge_leaves_nothing_of_the_year(world: World) -> None:
    urn, child = "130010", "disposed"
    case = await a_case(world, urn, child)
    raised = await world.send("POST", f"/schools/{urn}/referrals", {"child": child, "why": "the form tutor is worried"})
    await world.add_officer("officer-kin", "Kit Example")
    barred = await world.send("PUT", f"/cases/{case}/closed-to/officer-kin", {"why": "own child"}, **HEAD)
    assert (raised.status_code, barred.status_code) == (200, 200), (raised.text, barred.text)
    await hold(world, urn, [], notes="nothing to decide")
    await world.quiet()
    cohort = academic_year.cohort(YEAR)
    kinds = {"$in": ["concern", "referral", "check", "bar"]}
    held = await world.collection.find({"kind": kinds, "cohort": cohort, "school": urn}).to_list(None)
    assert {one["kind"] for one in held} == {"concern", "referral", "check", "bar"}
    command = Purge(
        id=new_id(), at=datetime.now(UTC), correlation_id="x", causation_id="x", purge="p", cohort=cohort, school=urn, children=(child,)
    )
    await world.neighbours.bus.jetstream().publish(Purge.SUBJECT, command.model_dump_json().encode())

    async def answered() -> bool:
        return bool(world.neighbours.events("purge-answered", school=urn))

    await until("purge answered", answered)
    assert world.neighbours.events("purge-answered", school=urn)[0]["erased"] == [child]
    assert await world.collection.find({"kind": kinds, "cohort": cohort, "school": urn}).to_list(None) == []


async def test_triage_says_what_is_known_with_its_source_and_decides_nothing(world: World) -> None:
    urn = "130011"
    before = await proposed(world, urn, "known")
    await world.send("POST", f"/referrals/{before}/decline", {"reason": "school"})
    referral = await proposed(world, urn, "known", "severe absence")
    found = (await world.send("GET", f"/referrals/{referral}/triage")).json()
    assert not found["attendance_away"]
    assert {one["about"] for one in found["sentences"]} == {"concern", "severity", "year group", "needs", "earlier"}
    assert all(one["source"] for one in found["sentences"])
    assert any(one["says"].startswith("a proposal declined on ") for one in found["sentences"])
    assert found.keys().isdisjoint({"priority", "score", "level"})
    assert (await world.send("GET", f"/referrals/{referral}/triage", **of_school(urn))).status_code == 403
    assert (await world.send("GET", f"/referrals/{referral}/triage", schools=("130001",))).status_code == 404
    world.neighbours.answering = False
    try:
        away = (await world.send("GET", f"/referrals/{referral}/triage")).json()
    finally:
        world.neighbours.answering = True
    assert away["attendance_away"]
    assert {one["about"] for one in away["sentences"]} == {"concern", "severity", "earlier"}


def refused(officer: str) -> str:
    return f"This cannot be done now: {officer} cannot be given this case: name somebody else"


async def test_what_is_accepted_goes_to_whom_the_check_names_or_to_the_one_named_officer_or_to_nobody_and_says_so(world: World) -> None:
    urn = "130012"
    ids = [await proposed(world, urn, f"taker{number}") for number in range(5)]
    [free] = (await hold(world, urn, [{"referral": ids[0], "act": "accept"}]))["results"]
    assert (free["state"], free["officer"], free["nobodys"]) == ("accepted", None, "the school has no named officer")
    told = {"name": "Kit Example", "email": "kit@example.org", "schools": [urn]}
    for id_ in ("officer-one", "officer-two"):
        (await world.send("PUT", f"/officers/{id_}", told, role="operator", sub="operator")).raise_for_status()
        if id_ == "officer-one":
            [unready] = (await hold(world, urn, [{"referral": ids[1], "act": "accept"}]))["results"]
            assert (unready["officer"], unready["nobodys"]) == (None, "the school's named officer cannot be given it now")
            await world.clear(id_)
            [only] = (await hold(world, urn, [{"referral": ids[2], "act": "accept"}], notes="one"))["results"]
            assert (only["state"], only["officer"], only["nobodys"]) == ("allocated", id_, None)
    two = await hold(world, urn, [{"referral": ids[3], "act": "accept"}], notes="two")
    assert two["results"][0]["nobodys"] == "the school has 2 named officers: name the one whose case it is"
    unable = await hold(world, urn, [{"referral": ids[4], "act": "accept"}], officer="officer-two", notes="three")
    assert (unable["results"][0]["done"], unable["results"][0]["detail"]) == (False, refused("officer-two"))
    await world.clear("officer-two")
    elsewhere = {"name": "Kit Example", "email": "kit@example.org", "schools": ["130099"]}
    (await world.send("PUT", "/officers/officer-far", elsewhere, role="operator", sub="operator")).raise_for_status()
    await world.clear("officer-far")
    head: dict[str, Any] = {"role": "head of service", "sub": "head"}
    (await world.send("PUT", f"/cases/{ids[4]}/closed-to/officer-two", {"why": "own child"}, **head)).raise_for_status()
    for nobody in ("officer-far", "officer-two", "officer-unknown"):
        [result] = (await hold(world, urn, [{"referral": ids[4], "act": "accept"}], officer=nobody, notes=nobody))["results"]
        assert result["detail"] == refused(nobody), "the same words whatever the reason is"
    (await world.send("DELETE", f"/cases/{ids[4]}/closed-to/officer-two", {"why": "a mistake"}, **head)).raise_for_status()
    named = await hold(world, urn, [{"referral": ids[4], "act": "accept"}], officer="officer-two", notes="four")
    assert (named["results"][0]["state"], named["results"][0]["officer"]) == ("allocated", "officer-two")
    notices = {(one["who"], one["link"]) async for one in world.collection.find({"kind": "notice", "who": {"$regex": "^officer-"}})}
    assert {("officer-one", f"/v1/cases/{ids[2]}"), ("officer-two", f"/v1/cases/{ids[4]}")} <= notices


async def test_a_case_is_reopened_over_what_was_bought_with_a_yes_alone(world: World) -> None:
    urn = "130013"
    case = await a_case(world, urn, "overagain")
    await act(world, case, "close", why="attendance improved")
    (await world.send("PUT", f"/schools/{urn}/bought-cases", {"cases": 0}, **HEAD)).raise_for_status()
    body = {"act": "reopen", "why": "it fell again"}
    refused = await world.send("POST", f"/cases/{case}/acts", body)
    assert (refused.status_code, "it would be open case 1 of 0" in refused.text) == (409, True), refused.text
    again = await world.send("POST", f"/cases/{case}/acts", {**body, "over_bought": True})
    assert (again.status_code, again.json()["state"]) == (200, "in progress"), again.text
    assert (await world.send("POST", f"/cases/{case}/acts", {"act": "start", "over_bought": True})).status_code == 422


async def test_a_school_learns_what_becomes_of_its_cases_and_no_words(world: World) -> None:
    urn = "130014"
    first, second = [await a_case(world, urn, f"ours{number}") for number in range(2)]
    await proposed(world, urn, "noneyet")
    path = f"/schools/{urn}/cases"
    shown = (await world.send("GET", path, **of_school(urn))).json()["cases"]
    assert [(one["case"], one["state"]) for one in shown] == [(second, "accepted"), (first, "accepted")]
    await act(world, first, "close", why="Quillon-marker: moved")
    answer = await world.send("GET", path, **of_school(urn))
    [latest, other] = answer.json()["cases"]
    assert (latest["case"], latest["state"], other["case"]) == (first, "closed", second)
    assert latest.keys() == {"case", "child", "path", "state", "since", "opened_at", "closed_at", "officer"}
    assert ("Quillon" in answer.text, latest["since"]) == (False, latest["closed_at"])
    since = (await world.send("GET", f"{path}?since={latest['since'].replace('+', '%2B')}", **of_school(urn))).json()["cases"]
    assert [one["case"] for one in since] == [first]
    assert [
        (await world.send("GET", f"{path}?since={day}", **of_school(urn))).status_code for day in ("2026-01-01", "2026-01-01T08:00:00")
    ] == [
        422,
        422,
    ], "of no time zone: it is not known when that was"
    assert (await world.send("GET", path, **of_school("130001"))).status_code == 404
    assert (await world.send("GET", path, role="business support", sub="support")).status_code == 403
