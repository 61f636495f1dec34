"""A moved entry is answered for as the case in which it stands now shows it, and through no other case than the one it came from."""

import itertools
from collections.abc import AsyncIterator

import pytest

from tests.contract.test_families import FATHER, MOTHER, WHY, a_case, brought, child, send
from tests.contract.test_words_shown import ENTRY, HEAD, NAMED, OTHER
from tests.support.referrals import World, referrals_world

URNS = (str(number) for number in itertools.count(108100))


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("moved")) as made:
        await made.add_officer("officer-other", "Ash Example")
        yield made


async def of_a_family(world: World, urn: str, name: str) -> tuple[str, str]:
    """A case of officer-sen's with the father's record."""
    child(world, name, MOTHER, FATHER)
    case = await a_case(world, urn, name)
    _, father = await brought(world, urn, name)
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-sen"}, **HEAD)
    return case, father["parent"]


async def test_a_move_is_answered_as_the_other_case_shows_it(world: World) -> None:
    urn = next(URNS)
    case, father = await of_a_family(world, urn, "movedwords")
    twin = await a_case(world, urn, child(world, "movedwordstwin", MOTHER))
    entries = [
        (await send(world, "POST", f"/cases/{twin}/interventions", {**ENTRY, "outcome": NAMED, "names_address": True}, status=201))["id"]
        for _ in range(2)
    ]
    to = {"to": case, "reason": "of the brother"}
    first, second = (f"/cases/{twin}/interventions/{entry}/move" for entry in entries)
    assert (await send(world, "POST", first, to))["outcome"] == NAMED
    await send(world, "PATCH", f"/parents/{father}", {"address_confidential": True, **WHY})
    for path in (first, second, second):
        moved = await send(world, "POST", path, to, **OTHER)
        assert (moved["case"], moved["outcome"]) == (case, "[withheld: confidential]"), path
        assert (await send(world, "POST", path, to))["outcome"] == NAMED, "its officer reads it"


async def test_a_moved_entry_is_there_through_the_case_it_came_from_alone(world: World) -> None:
    urn = next(URNS)
    case, _ = await of_a_family(world, urn, "movedonce")
    twin = await a_case(world, urn, child(world, "movedoncetwin", MOTHER))
    stranger = await a_case(world, urn, child(world, "stranger", MOTHER))
    entry = (await send(world, "POST", f"/cases/{twin}/interventions", {**ENTRY, "outcome": "away"}, status=201))["id"]
    to = {"to": case, "reason": "of the brother"}
    moved = await send(world, "POST", f"/cases/{twin}/interventions/{entry}/move", to)
    assert await send(world, "POST", f"/cases/{twin}/interventions/{entry}/move", to) == moved
    edited = {**ENTRY, "outcome": "at home", "edition": moved["edition"]}
    await send(world, "PUT", f"/cases/{case}/interventions/{entry}", edited)
    assert (await send(world, "POST", f"/cases/{twin}/interventions/{entry}/move", to))["outcome"] == "at home"
    await send(world, "POST", f"/cases/{stranger}/interventions/{entry}/move", to, status=404)
    assert twin not in str(await send(world, "GET", f"/cases/{case}/interventions/{entry}")), "the other child's case is named nowhere"
