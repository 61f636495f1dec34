"""What a request may bring before anybody knows who sends it, on a service as a process: little, and not slowly."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import HTTPException
from starlette.types import Message, Receive, Scope

from deploy.local.services import Service, prepare_secrets
from shared import bodies
from shared.auth import Role
from shared.development import sign_token
from shared.keys import KeyMint
from shared.topology import SERVICES
from tests.support.servers import empty_stack

MB = 1 << 20
WHERE = "/v1/packs/sign"
JSON = {"Content-Type": "application/json"}
TOO_LARGE = {"detail": "the body: it is larger than 2 MB"}


@pytest.fixture(scope="module")
async def sharing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with empty_stack(tmp_path_factory.mktemp("bodies")) as stack:
        prepare_secrets(stack.credentials)
        KeyMint(stack.folder / "keys", SERVICES).mint_named("scans", ("sharing",))
        service = Service(stack, "sharing")
        await service.start()
        yield service
        await service.stop()


def client(sharing: Service, role: Role | None = None) -> httpx.AsyncClient:
    token = sign_token(sharing._stack.credentials, role=role, sub="head", schools=("*",)) if role else ""
    return httpx.AsyncClient(base_url=sharing.url, headers={"Authorization": f"Bearer {token}"} if role else {}, timeout=60)


def peak(sharing: Service) -> int:
    """The most memory that the process ever had, bytes."""
    told = next(line for line in Path(f"/proc/{sharing.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) * 1024


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """No length is announced."""
    yield b"["
    for piece in pieces(size):
        yield piece
    yield b"[]]"


def pieces(size: int) -> Iterator[bytes]:
    return (b"[]," * (MB // 3) for _ in range(size // MB))


async def test_a_large_body_is_refused_before_it_is_read_whoever_sends_it(sharing: Service) -> None:
    before = peak(sharing)
    for role in (None, "officer"):
        async with client(sharing, role) as caller:
            announced = await caller.post(
                WHERE, content=b"[" + b"".join(pieces(40 * MB)) + b"[]]", headers={"Content-Type": "application/json"}
            )
            streamed = await caller.post(WHERE, content=in_pieces(40 * MB), headers={"Content-Type": "application/json"})
            assert [(one.status_code, one.json()) for one in (announced, streamed)] == [(422, TOO_LARGE)] * 2
    assert peak(sharing) - before < 30 * MB


async def test_a_body_of_a_little_less_is_read(sharing: Service) -> None:
    said = json.dumps({"name": "R. Pascoe", "packs": [], "x": "y" * (bodies.LARGEST - 1000)})
    async with client(sharing, "school") as caller:
        answer = await caller.post(WHERE, content=said, headers=JSON)
    assert (answer.status_code, "x: is not known here" in answer.json()["detail"]) == (422, True)


async def to_its_end(receive: Receive) -> None:
    while (await receive())["more_body"]:
        pass


async def test_who_sends_a_body_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.2)
    scope: Scope = {"route": type("Route", (), {"body_field": object()})(), "headers": []}
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        sent += 1
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b" ", "more_body": True}

    slow = bodies.bounded(scope, receive)
    with pytest.raises(HTTPException) as refused:
        await to_its_end(slow)
    assert (refused.value.detail, 2 <= sent <= 5) == ("the body: it came too slowly", True)
