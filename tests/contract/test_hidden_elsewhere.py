"""What any school calls confidential no pack names: another school's roll, and another school's record, of the same child or of a parent
who is one person with somebody's here."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence
from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, send
from tests.contract.test_find import found
from tests.contract.test_for_packs import ask, evidence
from tests.support.referrals import World, referrals_world

URNS = (str(number) for number in itertools.count(106100))
REFUGE, SANCTUARY = "7 Refuge Lane, Wexley ZZ99 1AA", "9 Sanctuary Close, Wexley ZZ99 2BB"
HIDDEN_BY_ROLL = {**FATHER, "address": None, "address_confidential": True}
OPEN = {**FATHER, "address": "5 Open Road, Wexley ZZ99 5EE"}
ENTRY: dict[str, Any] = {"kind": "home visit", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "good", "seen": "yes"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("elsewhere")) as made:
        yield made


async def opened(world: World, urn: str, name: str, father: dict[str, Any]) -> tuple[str, str]:
    """The case, and the father's record at this school."""
    child(world, name, MOTHER, father)
    case = await a_case(world, urn, name)
    _, record = await brought(world, urn, name)
    return case, record["parent"]


def hidden(told: CaseEvidence) -> set[str]:
    return {address for one in told.hidden for address in one.addresses}


async def test_a_pack_is_told_what_the_roll_of_another_school_hides_of_the_same_person(world: World) -> None:
    case, here = await opened(world, next(URNS), "samehere", OPEN)
    world.neighbours.hidden_homes["samethere"] = {"samethere.2": REFUGE}
    _, there = await opened(world, next(URNS), "samethere", HIDDEN_BY_ROLL)
    assert hidden(await evidence(world, case, "samehere.1")) == set()
    await send(world, "POST", "/parents/same", {"parents": [here, there], **WHY})
    told = await evidence(world, case, "samehere.1")
    assert hidden(told) == {REFUGE, str(OPEN["address"])}
    assert [(one.confidential, one.address) for one in told.other_parents] == [(True, None)]
    world.neighbours.answering = False
    try:
        assert (await ask(world, AskCaseEvidence(case=case, parent="samehere.1")))[0] == "away", "no pack, rather than one that names it"
    finally:
        world.neighbours.answering = True


@pytest.mark.parametrize("by", ["roll", "officer"])
async def test_what_another_school_of_the_same_child_hides_is_hidden_here(world: World, by: str) -> None:
    name, here, there = f"moved{by}", next(URNS), next(URNS)
    case, _ = await opened(world, here, name, OPEN)
    assert hidden(await evidence(world, case, f"{name}.1")) == set()
    world.neighbours.hidden_homes[name] = {f"{name}.2": REFUGE}
    _, record = await opened(world, there, name, HIDDEN_BY_ROLL if by == "roll" else OPEN)
    if by == "officer":
        await send(world, "PATCH", f"/parents/{record}", {"address": REFUGE, "address_confidential": True, **WHY})
    told = await evidence(world, case, f"{name}.1")
    assert REFUGE in hidden(told)
    assert [(one.confidential, one.address) for one in told.other_parents] == [(True, None)], "the same name is the same protection"
    path, said = f"/cases/{case}/interventions", {**ENTRY, "outcome": "seen at 7 Refuge Lane"}
    assert (await world.send("POST", path, said)).status_code == 409
    await send(world, "POST", path, {**said, "names_address": True}, status=201)
    assert "Refuge" not in (await world.send("GET", path, role="head of service", sub="head")).text


async def test_somebody_whom_only_another_school_knows_hides_an_address_here_too(world: World) -> None:
    here, there = next(URNS), next(URNS)
    case, _ = await opened(world, here, "stepfather", OPEN)
    _, record = await opened(world, there, "stepfather", {**OPEN, "name": "Mr Kit Ravenscroft"})
    contact = {"parent": record, "field": "address", "value": SANCTUARY}
    written = (await send(world, "GET", f"/caseload?school={there}"))["cases"][0]["case"]
    await send(world, "POST", f"/cases/{written}/interventions", {**ENTRY, "outcome": "moved", "contacts": [contact]}, status=201)
    await send(world, "PATCH", f"/parents/{record}", {"address": REFUGE, "address_confidential": True, **WHY})
    told = await evidence(world, case, "stepfather.1")
    assert {REFUGE, SANCTUARY} <= hidden(told)
    assert [(one.names, one.refs) for one in told.hidden] == [(("Mr Kit Ravenscroft",), ())]
    assert [one.confidential for one in told.other_parents] == [False]


async def test_nobody_finds_here_where_a_parent_lives_whom_another_school_hides(world: World) -> None:
    name, here, there = "findable", next(URNS), next(URNS)
    ours: dict[str, Any] = {"schools": (here,)}
    child(world, name, MOTHER, OPEN)
    world.neighbours.rolls = {here: [name]}
    await found(world, "zz99%205ee", [name], **ours)
    _, record = await opened(world, there, name, OPEN)
    review = (TODAY + timedelta(30)).isoformat()
    await send(world, "POST", "/visit-warnings", {"address": OPEN["address"], "reason": "two dogs loose", "review": review})
    await send(world, "PATCH", f"/parents/{record}", {"address_confidential": True, **WHY})
    await found(world, "zz99%205ee", [], **ours)
    [one] = await found(world, "larkfield", [name], **ours)
    assert "Open Road" not in str(one), "nobody has said that the two are one person, and the name is the same"
    assert [(said["address"], said["reason"]) for said in one["visit_warnings"]] == [(None, "two dogs loose")]
    await send(world, "PATCH", f"/parents/{record}", {"address_confidential": False, **WHY})
    await found(world, "zz99%205ee", [name], **ours)
