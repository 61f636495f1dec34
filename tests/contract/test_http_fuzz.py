"""Whatever a caller sends, as the published descriptions have it or against them, no service answers with an error of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from deploy.local.running import QUICK, Running
from shared.auth import Role
from shared.topology import SERVICES
from tests.support.autumn import CLOCK, this_term
from tests.support.casework import Casework, add_authority, roll
from tests.support.events import quiet
from tests.support.marks import children, sheet
from tests.support.school import School, marks_csv
from tests.support.whole import proposals

Operation = APIOperation[Any, Any, Any, Any]
Request = Case[Any]

EXAMPLES, FEW = 12, 4
"""Requests to each operation of each sort; few where there is nothing to choose but what stands in the path."""
ODD = ["0001-01-01", "9999-12-31", -1, 2**63, 10**30, "\0", "\u0663" * 6, "a" * 3000, "9" * 5000, "\ud7ff", None]
ROLES: tuple[Role, ...] = ("data protection officer", "operator", "school", "head of service", "officer")
MANY = children(12)
URN = "940001"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Retention sweeps nothing ahead of time, so that a sweep of any day takes no key away."""
    stack = Running(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}, notablescan=True)
    stack["retention"].change_settings({"IEWO_DEVELOPMENT": "false"})
    async with stack:
        yield stack


@pytest.fixture(scope="module")
async def known(running: Running) -> AsyncIterator[Mapping[str, str]]:
    """Values of path parameters under which there is something."""
    school = await School(running, URN).open()
    await add_authority(running)
    await school.put_in(roll(MANY), kind="roll")
    feed = await school.put_in(marks_csv(sheet(MANY, this_term(40))))
    await quiet(running)
    proposal, other = (await proposals(school))[:2]
    work = Casework(school)
    await work.take_up([proposal])
    await quiet(running)
    packs = (await school.get(f"/v1/packs?school={URN}", "sharing", role="head of service")).json()
    case = proposal["referral"]
    yield {
        "urn": URN,
        "child": proposal["child"],
        "feed": feed["feed"],
        "case": case,
        "referral": other["referral"],
        "officer": "officer-lark",
        "code": "991",
        "pack": packs[0]["pack"],
        "number": "1",
    }
    await school.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_no_request_is_an_error_of_ours(running: Running, known: Mapping[str, str], name: str) -> None:
    tokens = [running.token(role, "officer-lark", schools=("*",)) for role in ROLES]
    schema = schemathesis.openapi.from_url(f"{running[name].url}/openapi.json")
    found = list(schema.get_all_operations())
    assert found
    assert all(isinstance(one, Ok) for one in found)
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the machine's, and no look for one at each request
        for operation in (one.ok() for one in found if isinstance(one, Ok)):
            several = EXAMPLES if operation.body or _parameters(operation, "query") else FEW
            await asyncio.to_thread(_send, _as_described(operation, known), several, tokens, session)
            if _parameters(operation) or operation.body:
                await asyncio.to_thread(_send, _odd(operation, known), EXAMPLES, tokens, session)
                await asyncio.to_thread(_send, _otherwise(operation), several, tokens, session)


def _send(cases: SearchStrategy[Request], several: int, tokens: list[str], session: requests.Session) -> None:
    """Requests to one operation, each by whoever is let in."""

    @given(case=cases)
    @settings(max_examples=several, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def send(case: Request) -> None:
        for token in tokens:
            answer = case.call(session=session, headers={"Authorization": f"Bearer {token}"}, timeout=20)
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.status_code, answer.text)
            if answer.status_code != 403:
                tokens.insert(0, tokens.pop(tokens.index(token)))  # the first to try next time
                break

    with suppress(Unsatisfiable):  # a parameter that may be anything has nothing against its description
        send()


def _as_described(operation: Operation, known: Mapping[str, str]) -> SearchStrategy[Request]:
    """About half of them name what there is."""

    @st.composite
    def cases(draw: st.DrawFn) -> Request:
        case: Request = draw(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        if draw(st.booleans()):
            case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
        return case

    return cases()


def _otherwise(operation: Operation) -> SearchStrategy[Request]:
    return operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def _odd(operation: Operation, known: Mapping[str, str]) -> SearchStrategy[Request]:
    """As described, but for one value at the end of what can be written."""

    @st.composite
    def cases(draw: st.DrawFn) -> Request:
        case: Request = draw(_as_described(operation, known))
        body = case.body if isinstance(case.body, dict) else {}
        places = [(case.query, key) for key in _parameters(operation, "query")]
        places += [(case.path_parameters, key) for key in _parameters(operation, "path")] + [(body, key) for key in body]
        if places:
            values, key = draw(st.sampled_from(places))
            values[key] = draw(st.sampled_from(ODD))
        return case

    return cases()


def _parameters(operation: Operation, *where: str) -> list[str]:
    found = {"query": operation.query, "path": operation.path_parameters}
    return [parameter.name for place, some in found.items() if place in (where or found) for parameter in some]
