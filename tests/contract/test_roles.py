"""Every request of `referrals`, asked as every role, is answered as docs/roles.md says; and an officer who is not let in gets nowhere."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.roles import ROLES, parsed
from shared.auth import Role
from tests.support.referrals import World, referrals_world

TABLE = parsed((Path(__file__).parents[2] / "docs" / "roles.md").read_text())
SOMETHING = {"urn": "900001", "school": "900001", "officer": "officer-nobody", "year": "2026"}
"""Values of path parameters; of every other one an id that nothing has."""
CASEWORK: frozenset[Role] = frozenset({"operator", "la", "data protection officer"})
FOR_OPERATORS = ("/v1/officers",)


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("roles")) as made:
        yield made


def path_of(template: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: SOMETHING.get(found[1], "0" * 24), template).removeprefix("/v1")


async def status(world: World, method: str, path: str, **claims: Any) -> tuple[int, str]:
    answer = await world.send(method, path, None if method in ("GET", "DELETE") else {}, **claims)
    return answer.status_code, answer.text


async def test_the_table_names_every_request(world: World) -> None:
    async with httpx.AsyncClient() as client:
        described = (await client.get(f"{world.services[0].url}/openapi.json")).json()["paths"]
    assert {(method.upper(), path) for path, methods in described.items() for method in methods} == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
async def test_every_request_is_open_to_the_roles_of_the_table_alone(world: World, role: Role) -> None:
    wrong = []
    for (method, path), roles in TABLE.items():
        code, text = await status(world, method, path_of(path), role=role, sub="officer-sen")
        refused = code == 403 and "this is for: " in text
        if refused is (role in roles) or code in (401, 500):
            wrong.append((method, path, code, text[:200]))
    assert wrong == []


async def test_without_a_token_nothing_is_open(world: World) -> None:
    async with httpx.AsyncClient(base_url=world.services[0].url) as client:
        answers = await asyncio.gather(*(client.request(method, f"/v1{path_of(path)}") for method, path in TABLE))
    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize("state", ["never added", "out of date"])
async def test_an_officer_who_is_not_let_in_gets_nowhere(world: World, state: str) -> None:
    sub = "officer-" + state.replace(" ", "-")
    if state == "out of date":
        told = {"name": "Kit Late", "email": "kit@example.org", "schools": ["900001"]}
        (await world.send("PUT", f"/officers/{sub}", told, role="operator", sub="operator")).raise_for_status()
    for (method, path), roles in TABLE.items():
        if "officer" in roles:
            code, text = await status(world, method, path_of(path), role="officer", sub=sub)
            assert code == 403, (method, path, text)
            assert "iewo officer" in text, "it says what to do"


def test_nobody_outside_casework_sees_casework() -> None:
    """An operator runs the system and keeps the staff's records; an LA and the data protection officer have their own services."""
    for (method, path), roles in TABLE.items():
        if not path.startswith(FOR_OPERATORS):
            assert not roles & CASEWORK, (method, path)
