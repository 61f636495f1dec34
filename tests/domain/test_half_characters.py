"""JSON can say half of a character (a surrogate that stands alone), which nothing can store, seal or print: no service takes it."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from deploy.documents import built
from shared.auth import Caller, Gate
from shared.development import ISSUER, JWKS_FILE, sign_token
from shared.topology import SERVICES

HALVES = [rb'{"\ud800": "a"}', rb'{"why": ["a", {"b": "a\uDFFFb"}]}', rb'"\udc00\ud800"', b'{"why": "\xed\xa0\x80"}']
WHOLE = [rb'{"why": "\ud83d\ude00"}', '{"why": "\U0001f600 Siân"}'.encode(), b"[1e999, 1]", b"", b"{", b"\xff"]


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FastAPI]:
    """Their bodies are read, since somebody is known; nothing is done for him."""
    folder = tmp_path_factory.mktemp("built")
    made = dict(built(folder))
    for app in made.values():
        app.state.gate = Gate(str(folder / JWKS_FILE), ISSUER)
        app.state.admission = turned_away
        app.state.token = sign_token(folder, role="operator", sub="somebody")
    return made


async def turned_away(_: Caller) -> None:
    raise HTTPException(403, "nobody is let in here")


def taking_json(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if operation.get("requestBody", {}).get("content", {}).keys() == {"application/json"}:
                yield method, path


async def answers(app: FastAPI, bodies: list[bytes], sent: str = "application/json") -> list[tuple[str, str, httpx.Response]]:
    headers = {"Content-Type": sent, "Authorization": f"Bearer {app.state.token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here.test") as client:
        return [
            (method, path, await client.request(method, path, content=body, headers=headers))
            for method, path in taking_json(app)
            for body in bodies
        ]


@pytest.mark.parametrize("service", SERVICES)
async def test_no_operation_takes_half_of_a_character(apps: dict[str, FastAPI], service: str) -> None:
    got = await answers(apps[service], HALVES)
    assert got
    assert [(method, path, answer.text) for method, path, answer in got if answer.status_code != 422] == []
    assert all("half of a character" in answer.json()["detail"] for *_, answer in got)


@pytest.mark.parametrize("sent", ["application/json", "text/plain"])
@pytest.mark.parametrize("service", SERVICES)
async def test_whatever_else_is_sent_is_not_said_to_hold_one(apps: dict[str, FastAPI], service: str, sent: str) -> None:
    for method, path, answer in await answers(apps[service], WHOLE, sent):
        assert answer.status_code in (400, 403, 422), (method, path)
        assert "half of a character" not in answer.text, (method, path)


async def test_a_body_of_any_depth_is_answered(apps: dict[str, FastAPI]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(apps["attendance"]), base_url="http://here.test") as client:
        for deep in range(800, 1000):
            answer = await client.post("/v1/credentials", content=b"[" * deep + b"]" * deep, headers={"Content-Type": "application/json"})
            assert answer.status_code in (400, 422), deep
