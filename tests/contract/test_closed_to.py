"""A child who is closed to a named person: what that person is shown, given and told, on two replicas of the referrals service."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.test_families import MOTHER, WHY, a_case, child, family, send
from tests.support.referrals import World, referrals_world
from tests.support.school import until

SCHOOLS = itertools.count(103100)
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}
OTHER: dict[str, Any] = {"sub": "officer-other"}
BARRED: dict[str, Any] = {"sub": "barred"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("closedto")) as made:
        for sub in ("officer-other", "barred"):
            await made.add_officer(sub, "Ash Example")
        yield made


def school() -> str:
    return str(next(SCHOOLS))


async def bar(world: World, case: str, **why: str) -> None:
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", {"why": "own child", **why}, **HEAD)


async def closed_case(world: World, name: str) -> tuple[str, str]:
    """School and case."""
    urn = school()
    case = await a_case(world, urn, child(world, name, MOTHER))
    await bar(world, case)
    return urn, case


async def test_a_parent_of_two_children_shows_nothing_of_the_one_who_is_closed(world: World) -> None:
    urn = school()
    first, second = child(world, "aclosed", MOTHER), child(world, "bopen", MOTHER)
    case = await a_case(world, urn, first)
    [mother] = await until("brought", lambda: _parents(world, urn, first), 20)
    parent = f"/parents/{mother['parent']}"
    await send(world, "PUT", f"{parent}/links/{second}", {"relationship": "mother", **WHY})
    await send(world, "PUT", f"{parent}/links/{first}", {"court_order": "Wrenfield order", **WHY})
    await bar(world, case)
    for method, path, body in (
        ("GET", parent, None),
        ("GET", f"{parent}/history", None),
        ("PATCH", parent, {"language": "Welsh", **WHY}),
        ("GET", f"/schools/{urn}/children/{second}/family", None),
    ):
        shown = await world.send(method, path, body, **BARRED)
        assert (shown.status_code, first in shown.text, "Wrenfield" in shown.text) == (200, False, False), (method, path, shown.text)
    assert (await send(world, "GET", parent, **OTHER))["link"]["court_order"] == "Wrenfield order"


async def _parents(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    return list((await family(world, urn, name))["parents"])
