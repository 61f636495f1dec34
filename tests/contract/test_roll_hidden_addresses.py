"""An address that the school's roll hides, on two replicas of `referrals`: the case's officer sees it, each look noted, and nobody else;
and words of an entry that name a confidential address."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from shared.contracts.attendance import AskRolls
from tests.contract.test_families import MOTHER, TODAY, WHY, a_case, brought, child, family, send
from tests.support.referrals import World, referrals_world

SCHOOLS = itertools.count(105100)
OTHER: dict[str, Any] = {"sub": "officer-other"}
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
SUPPORT: dict[str, Any] = {"role": "business support", "sub": "support"}
WHERE = "7 Refuge Lane, Wexley ZZ99 1AA"
FATHER = {"name": "Mr Jo Ashdown", "relationship": "father", "phone": "07700 900222", "address_confidential": True}
ENTRY: dict[str, Any] = {"kind": "home visit", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "good", "seen": "yes"}
WITHHELD = "[withheld: confidential]"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("rollhidden")) as made:
        await made.add_officer("officer-other", "Ash Example")
        yield made


async def hidden(world: World, name: str) -> tuple[str, str, dict[str, Any]]:
    """School, case and the father, whose address the roll hides; the case is officer-sen's."""
    urn = str(next(SCHOOLS))
    child(world, name, MOTHER, FATHER)
    world.neighbours.hidden_homes[name] = {f"{name}.2": WHERE}
    case = await a_case(world, urn, name)
    _, father = await brought(world, urn, name)
    return urn, case, father


async def looks(world: World, case: str) -> list[tuple[str, str]]:
    steps = (await send(world, "GET", f"/cases/{case}/history"))["history"]
    return [(one["by"], one["whom"]) for one in steps if one["act"] == "see a confidential address"]


async def test_the_cases_officer_sees_where_a_parent_lives_whom_the_roll_hides_and_each_look_is_noted(world: World) -> None:
    urn, case, father = await hidden(world, "looked")
    for _ in range(2):
        mother, shown = (await family(world, urn, "looked"))["parents"]
        assert (shown["address_on_roll"], shown["address_confidential"], shown["fields"].get("address")) == (WHERE, True, None)
        assert (mother["address_on_roll"], mother["address_confidential"]) == (None, False)
    assert (await send(world, "GET", f"/parents/{father['parent']}"))["address_on_roll"] == WHERE
    assert await looks(world, case) == [("officer-sen", father["parent"])], "once a day, whatever is looked at again"


async def test_nobody_else_sees_it(world: World) -> None:
    urn, case, father = await hidden(world, "unseen")
    before = await looks(world, case)
    paths = (f"/schools/{urn}/children/unseen/family", f"/parents/{father['parent']}", f"/cases/{case}", f"/cases/{case}/interventions")
    for who in (OTHER, HEAD, SUPPORT, {"role": "school", "sub": "credential x", "schools": (urn,)}):
        for path in paths:
            answer = await world.send("GET", path, **who)
            assert "Refuge" not in answer.text, (who["sub"], path)
            if who is OTHER or who is HEAD:
                assert answer.status_code == 200, (who, path, answer.text)
                assert '"address_on_roll":"' not in answer.text
    for path in paths[:2]:
        answer = await world.send("GET", path, **SUPPORT)
        assert (answer.status_code, "address_on_roll" in answer.text) == (200, False), "business support has a model without it"
        assert (await world.send("GET", path, role="school", sub="credential x", schools=(urn,))).status_code == 403
    assert (await world.send("GET", paths[0], sub="officer-other", schools=("999998",))).status_code == 404
    assert await looks(world, case) == before, "who was shown nothing has not looked"


async def test_an_address_that_an_officer_was_told_is_noted_the_same_way(world: World) -> None:
    urn, case, _ = await hidden(world, "told")
    mother, father = (await family(world, urn, "told"))["parents"]
    await send(world, "PATCH", f"/parents/{mother['parent']}", {"address_confidential": True, **WHY})
    await family(world, urn, "told")
    assert await looks(world, case) == [("officer-sen", father["parent"]), ("officer-sen", mother["parent"])]


async def test_a_warning_over_an_address_that_the_roll_hides_is_shown_before_a_visit(world: World) -> None:
    _, case, _ = await hidden(world, "warned")
    review = (TODAY + timedelta(30)).isoformat()
    await send(world, "POST", "/visit-warnings", {"address": WHERE, "reason": "two dogs", "review": review}, **HEAD)
    for who, address in (({"sub": "officer-sen"}, WHERE), (OTHER, None), (HEAD, None)):
        warned = (await send(world, "GET", f"/cases/{case}", **who))["visit_warnings"]
        assert [(one["reason"], one["address"]) for one in warned] == [("two dogs", address)], who


async def test_lists_of_warnings_tell_nobody_else_what_a_roll_hides(world: World) -> None:
    await hidden(world, "listed")
    warning = {"address": WHERE, "reason": "dogs at 7 Refuge Lane", "review": (TODAY + timedelta(30)).isoformat()}
    made = await send(world, "POST", "/visit-warnings", warning, status=201)
    assert made["address"] == WHERE, "who gave it knows it"

    async def told(path: str, **claims: Any) -> tuple[object, ...]:
        answer = await send(world, "GET", path, **claims)
        [one] = [one for one in answer["visit_warnings"] if one["warning"] == made["warning"]]
        return one["address"], one["reason"]

    async def each() -> None:
        assert await told("/visit-warnings") == (WHERE, warning["reason"])
        assert await told("/visit-warnings?address=7%20ZZ99%201AA", **OTHER) == (None, WITHHELD)
        assert await told("/visit-warnings", **HEAD) == (None, WITHHELD)

    await each()
    world.neighbours.answering = False
    try:
        await each()
    finally:
        world.neighbours.answering = True


async def test_words_that_name_it_need_a_yes_and_are_the_cases_officers_alone(world: World) -> None:
    _, case, _ = await hidden(world, "worded")
    path = f"/cases/{case}/interventions"
    said = {**ENTRY, "outcome": "seen at 7, Refuge Lane", "notes": "he moved to ZZ99 1AA"}
    refused = await world.send("POST", path, said)
    assert (refused.status_code, "outcome, notes: " in refused.text, "Refuge" in refused.text) == (409, True, False), refused.text
    visit = {"kind": "home visit", "date": TODAY.isoformat(), "entries": [{"case": case, **said}]}
    for unwanted in ("kind", "date"):
        del visit["entries"][0][unwanted]  # type: ignore[attr-defined]
    assert (await world.send("POST", "/visits", visit, headers={"Idempotency-Key": "v"})).status_code == 409
    assert (await send(world, "GET", path))["interventions"] == []
    entry = await send(world, "POST", path, {**said, "names_address": True}, status=201)
    assert (await send(world, "GET", f"{path}/{entry['id']}"))["entry"]["notes"] == said["notes"]
    for who in (OTHER, HEAD):
        for where in (f"/cases/{case}", path, f"{path}/{entry['id']}"):
            text = (await world.send("GET", where, **who)).text
            assert ("Refuge" in text, "ZZ99" in text, WITHHELD in text) == (False, False, True), (who, where)
    assert "Refuge" not in str(await send(world, "GET", f"/cases/{case}/for-parents"))
    shown = (await send(world, "GET", f"{path}/{entry['id']}", **OTHER))["entry"]
    back = {**ENTRY, **{name: shown[name] for name in ("outcome", "notes")}, "next_step": "ring him", "edition": 1}
    await send(world, "PUT", f"{path}/{entry['id']}", back, **OTHER)
    kept = (await send(world, "GET", f"{path}/{entry['id']}"))["entry"]
    assert (kept["outcome"], kept["notes"], kept["next_step"]) == (said["outcome"], said["notes"], "ring him")
    lost = await world.send("PUT", f"{path}/{entry['id']}", {**back, "outcome": "seen", "edition": 2}, **OTHER)
    assert lost.status_code == 403, lost.text


async def test_while_the_roll_cannot_be_asked_who_may_not_see_is_shown_no_entries(world: World) -> None:
    _, case, _ = await hidden(world, "away")
    path = f"/cases/{case}/interventions"
    await send(world, "POST", path, {**ENTRY, "outcome": "seen at 7 Refuge Lane", "names_address": True}, status=201)
    world.neighbours.answering = False
    try:
        answer, waits = await waited(world, path, **OTHER)
        own, waits_of_own = await waited(world, path)
    finally:
        world.neighbours.answering = True
    assert (answer.status_code, "Refuge" in answer.text) == (503, False)
    assert answer.json() == {"detail": "a part of the system does not answer; send it again"}
    assert (own.status_code, "Refuge" in own.text) == (200, True)
    assert (waits, waits_of_own) == (1, 1), "whoever asks for a page waits once for a service that is away, whatever else it would be asked"


async def waited(world: World, path: str, **claims: Any) -> tuple[Response, int]:
    """The answer, and how many of its questions `attendance` was sent. What finds people asks in the background, of rolls alone."""
    before = len(world.neighbours.unanswered)
    answer = await world.send("GET", path, **claims)
    return answer, sum(one != AskRolls.SUBJECT for one in world.neighbours.unanswered[before:])
