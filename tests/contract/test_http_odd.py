"""What can be written and means nothing, put into every place of every request: an answer of one line, and never an error of ours."""

import asyncio
import copy
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from deploy.local.running import QUICK, Running
from shared.auth import Role
from shared.topology import SERVICES
from tests.support.autumn import CLOCK, TODAY
from tests.support.servers import RunningOn, empty_stack

ROLES: Final[tuple[Role, ...]] = ("head of service", "officer", "school", "operator", "data protection officer", "la", "business support")
DAYS: Final = ("0001-01-01", "9999-12-31")
PLANTED: Final = "Zwordsplanted"
VALUES: Final = (
    *("NaN", "-Infinity", "1e400", "1" + "0" * 4500, "9223372036854775808", "null", "[]", "{}", '{"$gt": ""}', '""'),
    *('"\\ud800"', '["\\ud800"]', '{"\\ud800": 1}', '"\\u0000"', '"\\ufffe"', '"9999-12-31"', '"0001-01-01T00:00:00+14:00"'),
    *("[" * 900 + "]" * 900, f'"{PLANTED * 3000}"'),
)
"""As JSON writes them, or those who write it wrongly."""
BODIES: Final = (b"", b"\xff\xfe", b"[" * 100_000, b'{"a": 1', b'{"a": 1}{"a": 2}', "{}".encode("utf-16"), b'{"\\u0000": 1}')
TYPES: Final = ("", "text/plain", "application/xml", "multipart/form-data; boundary=x", "a/b;" * 500)
FEW: Final = 4
HERE: Final = "@@HERE@@"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Retention sweeps nothing ahead of time, so that a sweep of any day takes no key away."""
    async with empty_stack(tmp_path_factory.mktemp("stack")) as stack:
        made = RunningOn(stack, {**QUICK, **CLOCK})
        made["retention"].change_settings({"IEWO_DEVELOPMENT": "false"})
        async with made:
            yield made


@pytest.fixture(params=SERVICES)
async def asked(running: Running, request: pytest.FixtureRequest) -> AsyncIterator["Asked"]:
    async with httpx.AsyncClient(base_url=running[request.param].url, timeout=60, trust_env=False) as client:
        described = (await client.get("/openapi.json")).json()
        yield Asked(running, request.param, client, described)


class Asked:
    """A service, each of whose operations is asked by a role that it lets in."""

    def __init__(self, running: Running, name: str, client: httpx.AsyncClient, described: Mapping[str, Any]) -> None:
        self._client, self._described = client, described
        self._tokens = {role: running.token(role, "officer", schools=("*",), authority="991") for role in ROLES}
        self._gate = asyncio.Semaphore(8)
        self.log: Path = running.stack.folder / "services" / name / f"{name}.log"

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, methods in self._described["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), re.sub(r"\{\w+\}", "0" * 24, path), operation

    async def let_in(self, method: str, path: str, params: Mapping[str, str]) -> Role:
        for role in ROLES:
            answer = await self.send(role, method, path, params=params)
            if not (answer.status_code == 403 and "this is for" in answer.text):
                return role
        raise AssertionError(f"{method} {path} is for nobody")

    async def send(self, role: Role, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[role]}"} | more.pop("headers", {})
        return await self._client.request(method, path, headers=headers, **more)

    async def refused(
        self, role: Role, method: str, path: str, params: Mapping[str, str], content: bytes, headers: dict[str, str]
    ) -> str | None:
        """What is wrong with the answer."""
        async with self._gate:
            return wrong(await self.send(role, method, path, params=params, content=content, headers=headers))

    def body(self, operation: Mapping[str, Any]) -> Any:
        """One that has every field; None of an operation that takes no JSON."""
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        return None if content is None or content.get("format") == "binary" else self.example(content)

    def example(self, schema: Mapping[str, Any]) -> Any:
        if "$ref" in schema:
            return self.example(self._described["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for word in ("examples", "enum"):
            if schema.get(word):
                return schema[word][0]
        if several := schema.get("anyOf") or schema.get("oneOf"):
            return self.example(several[0])
        if "properties" in schema:
            return {name: self.example(one) for name, one in schema["properties"].items()}
        if schema.get("format") == "date":
            return TODAY.isoformat()
        if schema.get("type") == "array":
            return [self.example(schema.get("items", {}))]
        return {"integer": 1, "number": 1, "boolean": True}.get(schema.get("type", ""), "words")


def required(operation: Mapping[str, Any], asked: Asked) -> dict[str, str]:
    needed = [one for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    return {one["name"]: str(asked.example(one["schema"])) for one in needed}


def places(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from places(value, (*at, key))


def with_value(body: Any, at: tuple[Any, ...], value: str) -> bytes:
    made = copy.deepcopy({"": body})
    node: Any = made
    for key in ("", *at[:-1]) if at else ():
        node = node[key]
    node[at[-1] if at else ""] = HERE
    return json.dumps(made[""]).replace(json.dumps(HERE), value).encode()


def some(number: int) -> Iterator[str]:
    """All values for the whole body, a few for each field, all of them in turn."""
    yield from VALUES if number == 0 else (VALUES[(FEW * number + place) % len(VALUES)] for place in range(FEW))


def wrong(answer: httpx.Response) -> str | None:
    """What is not as it should be in an answer to what nobody means."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code < 400:
        return None
    said = answer.json()["detail"]
    return None if said and "\n" not in said and PLANTED not in said and len(said) < 4000 else f"not one clear line: {answer.text[:200]}"


async def test_a_day_at_the_end_of_the_calendar_is_no_error_of_ours(asked: Asked) -> None:
    found = []
    for method, path, operation in asked.operations():
        days = [one for one in operation.get("parameters", ()) if one["in"] == "query" and '"date"' in json.dumps(one)]
        params = required(operation, asked)
        role = await asked.let_in(method, path, params) if days else "operator"
        for name, day in ((one["name"], day) for one in days for day in DAYS):
            answer = await asked.send(role, method, path, params={**params, name: day})
            if fault := wrong(answer):
                found.append((method, path, name, day, fault))
    assert found == []


async def test_a_body_that_means_nothing_is_refused_in_one_line_and_not_logged(asked: Asked) -> None:
    found = []
    for method, path, operation in asked.operations():
        if (body := asked.body(operation)) is None:
            continue
        params = required(operation, asked)
        role = await asked.let_in(method, path, params)
        json_type = {"Content-Type": "application/json"}
        sent = [(with_value(body, at, value), json_type) for number, at in enumerate(places(body)) for value in some(number)]
        sent += [(one, json_type) for one in BODIES]
        sent += [(json.dumps(body).encode(), {"Content-Type": kind}) for kind in TYPES]
        answers = await asyncio.gather(*(asked.refused(role, method, path, params, *one) for one in sent))
        found += [(method, path, content[:200], fault) for (content, _), fault in zip(sent, answers, strict=True) if fault]
    assert found == []
    assert PLANTED not in asked.log.read_text()
