"""Whatever somebody typed of a child, in whichever field it is shown: what names a confidential address is the case's officer's alone, also
where the address became confidential after it was written."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.test_case_documents import attach
from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, send
from tests.support import files
from tests.support.referrals import World, referrals_world
from tests.support.school import until

URNS = (str(number) for number in itertools.count(107100))
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OTHER: dict[str, Any] = {"sub": "officer-other"}
NAMED = "seen at 7 Refuge Lane, ZZ99 1AA"
ENTRY: dict[str, Any] = {"kind": "home visit", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "good", "seen": "yes"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("words")) as made:
        await made.add_officer("officer-other", "Ash Example")
        yield made


async def declined(world: World, urn: str, name: str) -> None:
    """An earlier proposal with a decline in words, and one that is raised by hand in its place."""
    await world.neighbours.concern(name, "persistent absence", 1, school=urn)
    [first] = await until("proposal", lambda: of(world, urn, name))
    await send(world, "POST", f"/referrals/{first['referral']}/decline", {"reason": "not-ours", "words": NAMED})
    raised = {"child": name, "why": NAMED, "parents_said": NAMED, "child_said": NAMED}
    await send(world, "POST", f"/schools/{urn}/referrals", raised, status=201)


async def of(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    return [one for one in await world.proposals(urn) if one["child"] == name]


async def written_everywhere(world: World, urn: str, name: str) -> tuple[str, str, str]:
    """Each place in which words of a person are kept names the father's address, which is no secret yet: the case, a flag, a hand-over."""
    child(world, name, MOTHER, FATHER)
    await declined(world, urn, name)
    [proposal] = await of(world, urn, name)
    case = proposal["referral"]
    await send(world, "POST", f"/referrals/{case}/accept")
    _, father = await brought(world, urn, name)
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-sen", "why": NAMED}, **HEAD)
    due = (TODAY + timedelta(3)).isoformat()
    await send(world, "POST", f"/cases/{case}/tasks", {"what": NAMED, "due": due, "officer": "officer-sen"}, status=201)
    flag = {"kind": "safeguarding", "why": NAMED}
    made = await send(world, "POST", f"/schools/{urn}/children/{name}/flags", flag, status=201)
    lifted = await send(world, "POST", f"/schools/{urn}/children/{name}/flags", {**flag, "kind": "looked after"}, status=201)
    await send(world, "POST", f"/flags/{lifted['flag']}/lift", {"why": NAMED})
    review = (TODAY + timedelta(30)).isoformat()
    await send(world, "POST", "/visit-warnings", {"address": MOTHER["address"], "reason": NAMED, "review": review}, **HEAD)
    for entry in (await entries(world, case, 3))[1:]:
        await send(world, "POST", f"/cases/{case}/interventions/{entry}/strike", {"reason": NAMED})
    elsewhere = await a_case(world, urn, child(world, f"{name}twin", MOTHER))
    [moved] = await entries(world, elsewhere, 1)
    await send(world, "POST", f"/cases/{elsewhere}/interventions/{moved}/move", {"to": case, "reason": NAMED})
    document = await attach(world, case, files.pdf(), what=NAMED, audience="officers", kind="other", date=TODAY.isoformat(), name="a.pdf")
    await send(world, "POST", f"/cases/{case}/documents/{document['document']}/strike", {"reason": NAMED})
    await send(world, "PUT", f"/cases/{case}/parents/{father['parent']}/left-out", {"why": NAMED.partition(",")[0]})
    await send(world, "PUT", f"/cases/{case}/closed-to/officer-barred", {"why": NAMED}, **HEAD)
    there = next(URNS)
    asked = await send(
        world, "POST", f"/schools/{there}/children/{name}/hand-overs", {"case": case, "why": NAMED}, status=201, schools=(there,), **OTHER
    )
    await send(world, "PATCH", f"/parents/{father['parent']}", {"telephones": ["07700 900555"], "why": NAMED})
    await send(world, "PUT", f"/parents/{father['parent']}/links/{name}", {"court_order": NAMED, **WHY})
    letter = {"kind": "attendance concern", "asked": {"reply by": due}, "to": [{"case": case, "parents": [f"{name}.1"]}]}
    [held] = (await send(world, "POST", "/letters", letter, status=201))["letters"]
    await send(world, "POST", f"/letters/{held['letter']}/release", {"why": NAMED})
    await send(world, "POST", f"/letters/{held['letter']}/cancel", {"why": NAMED})
    await send(world, "PATCH", f"/parents/{father['parent']}", {"address_confidential": True, **WHY})
    return case, made["flag"], asked["hand_over"]


async def entries(world: World, case: str, count: int) -> list[str]:
    path = f"/cases/{case}/interventions"
    meant = {**ENTRY, "names_address": True}
    return [(await send(world, "POST", path, {**meant, "outcome": f"{number}: {NAMED}"}, status=201))["id"] for number in range(count)]


async def test_words_that_name_a_confidential_address_are_shown_nowhere_but_to_the_cases_officer(world: World) -> None:
    urn, name = next(URNS), "everywhere"
    await world.add_officer("officer-barred", "Jules Example")
    case, flag, hand_over = await written_everywhere(world, urn, name)
    father = (await brought(world, urn, name))[1]["parent"]
    paths = (
        f"/cases/{case}",
        f"/cases/{case}/history",
        f"/cases/{case}/interventions",
        f"/cases/{case}/documents",
        f"/cases/{case}/letters",
        f"/tasks?school={urn}&everybody=true",
        f"/referrals/{case}/triage",
        f"/schools/{urn}/children/{name}/family",
        f"/parents/{father}",
        f"/parents/{father}/history",
        f"/letters?school={urn}&state=cancelled",
        "/hand-overs",
        f"/hand-overs/{hand_over}",
    )
    for path in paths:
        assert "Refuge" in (await world.send("GET", path)).text, f"{path}: its officer reads it"
        for who in (OTHER, HEAD):
            answer = await world.send("GET", path, **who)
            assert (answer.status_code, "Refuge" in answer.text, "1AA" in answer.text) == (200, False, False), (path, who["sub"])
    assert "Refuge" not in (await world.send("GET", f"/cases/{case}/closed-to", **HEAD)).text
    warned = await send(world, "GET", "/visit-warnings?address=1%20Example%20Street,%20Wexley", **OTHER)
    assert "Refuge" not in str(warned), "a reason that names another address"
    again = await send(world, "POST", f"/flags/{flag}/lift", WHY, **OTHER)
    left = await send(world, "PUT", f"/cases/{case}/parents/{name}.2/left-out", {"why": "abroad"}, **OTHER)
    assert "Refuge" not in str((again, left))
    support: dict[str, Any] = {"role": "business support", "sub": "support-words"}
    told = {"name": "Bea Example", "email": "bea@example.org", "schools": [urn], "role": "business support"}
    await send(world, "PUT", "/officers/support-words", told, role="operator", sub="operator")
    await world.clear("support-words")
    for path in (f"/cases/{case}/letters", f"/schools/{urn}/children/{name}/family"):
        assert "Refuge" not in (await world.send("GET", path, **support)).text


async def test_the_register_check_and_a_hand_over_note_name_none_either(world: World) -> None:
    urn, name = next(URNS), "checkedwords"
    child(world, name, MOTHER, FATHER)
    await declined(world, urn, name)
    _, father = (await send(world, "POST", f"/schools/{urn}/children/{name}/family/from-roll"))["parents"]
    assert "Refuge" in (await world.send("GET", f"/schools/{urn}/register-check", **OTHER)).text
    await send(world, "PATCH", f"/parents/{father['parent']}", {"address_confidential": True, **WHY}, **OTHER)
    shown = await world.send("GET", f"/schools/{urn}/register-check", **OTHER)
    assert (shown.status_code, "Refuge" in shown.text, "withheld" in shown.text) == (200, False, True), shown.text

    [proposal] = await of(world, urn, name)
    case = proposal["referral"]
    await world.add_officer("officer-goes", "Kit Example", [urn])
    await send(world, "POST", f"/referrals/{case}/accept", sub="officer-goes")
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-goes"}, **HEAD)
    await send(world, "POST", "/officers/officer-goes/away", {"to": "officer-other", "note": NAMED}, **HEAD)
    assert (await send(world, "GET", f"/cases/{case}", **HEAD))["handed_over"]["note"] == "[withheld: confidential]"
    assert (await send(world, "GET", f"/cases/{case}", **OTHER))["handed_over"]["note"] == NAMED, "whose it is now"
