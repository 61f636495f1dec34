"""A confidential address is the case's officer's alone, on two replicas of the referrals service: ways round that which are closed."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, send
from tests.support.referrals import World, referrals_world

SCHOOLS = itertools.count(104100)
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
    }
    await send(world, "POST", f"/cases/{case}/interventions", said, status=201)
    shown = await send(world, "GET", f"/cases/{case}/for-parents")
    assert "Refuge" not in str(shown), shown


async def test_what_was_handed_over_names_no_confidential_address(world: World) -> None:
    _urn, case, _ = await hidden(world, "handed")
    said = {**ENTRY, "outcome": "seen at 7 Refuge Lane", "next_step": "visit 7 Refuge Lane"}
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
