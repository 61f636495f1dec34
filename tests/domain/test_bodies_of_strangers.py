"""What a request brings without a token: where one is asked for, nothing is read; elsewhere, as much as the fields may hold."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deploy.documents import built
from services.referrals.api.register_check import MOST_DECISIONS, CheckBody
from shared.auth import Caller, Gate
from shared.bodies import LARGEST, UNKNOWN
from shared.development import ISSUER
from shared.errors import WorldAway
from shared.topology import SERVICES

LONGEST = 12
"""Bytes of a character as JSON: two surrogates, each as an escape."""


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FastAPI]:
    return dict(built(tmp_path_factory.mktemp("built")))


def taking_json(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if operation.get("requestBody", {}).get("content", {}).keys() == {"application/json"}
    ]


async def sent(app: FastAPI, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[httpx.Response, int]:
    """The answer, and how many bytes were asked for before it."""
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for piece in (b"[", *([b"[]," * 400] * 10), b"[]]"):
            yield piece

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        async def counting() -> Any:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b"")) if not answered else 0
            return message

        answered = False

        async def answering(message: Any) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await app(scope, counting, answering)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(counted), base_url="http://here.test") as client:
        answer = await client.request(method, path, content=body(), headers={"Content-Type": "application/json", **(headers or {})})
    return answer, read


@pytest.mark.parametrize("service", SERVICES)
async def test_a_body_of_nobody_known_is_not_read_where_somebody_is_asked_for(apps: dict[str, FastAPI], service: str) -> None:
    asked = [(method, path) for method, path, operation in taking_json(apps[service]) if "security" in operation]
    assert asked
    for method, path in asked:
        for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Basic b3BlbjpzZXNhbWU="}):
            answer, read = await sent(apps[service], method, path, headers)
            assert (answer.status_code, answer.headers["connection"], read) == (401, "close", 0), (method, path)


async def test_where_nobody_is_asked_for_a_body_is_as_small_as_its_fields(apps: dict[str, FastAPI]) -> None:
    open_ones = [(name, *one) for name, app in apps.items() for one in taking_json(app) if "security" not in one[2]]
    assert [(name, method, path) for name, method, path, _ in open_ones] == [("attendance", "post", "/v1/credentials")]
    for name, method, path, operation in open_ones:
        answer, read = await sent(apps[name], method, path)
        assert (answer.status_code, answer.json()["detail"]) == (422, "the body: it is larger than 8 kB")
        assert read <= UNKNOWN + 1200
        schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        fields = apps[name].openapi()["components"]["schemas"][schema]["properties"]
        assert sum(field["maxLength"] * LONGEST + 100 for field in fields.values()) <= UNKNOWN


async def test_where_it_cannot_be_said_who_calls_the_answer_is_503(apps: dict[str, FastAPI]) -> None:
    async def away(_: str) -> Caller | None:
        raise WorldAway

    referrals = apps["referrals"]
    referrals.state.school_keys, referrals.state.gate = away, Gate("/nowhere/jwks.json", ISSUER)
    for token in ("iewo_key", "token"):
        answer, read = await sent(referrals, "post", "/v1/visits", {"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.headers["retry-after"], read) == (503, "5", 0), token


def test_the_largest_register_check_that_its_fields_allow_is_read() -> None:
    decision = {"referral": "r" * 64, "act": "a" * 40, "reason": "r" * 40, "words": "w" * 2000, "until": "2026-09-01", "officer": "0" * 24}
    said = {"attendees": "a" * 2000, "notes": "n" * 20_000, "decisions": [decision] * MOST_DECISIONS}
    body = json.dumps(said).encode()
    assert len(CheckBody.model_validate_json(body).decisions) == MOST_DECISIONS
    assert len(body) <= LARGEST
