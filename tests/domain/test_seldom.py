"""A stranger fills no log: of each reason a line a second, with how many were left out."""

import logging

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from shared.auth import Caller, caller
from shared.logging import LIBRARIES, _ClassOnly
from shared.seldom import Seldom
from shared.watched import Watched

GOOD = {"Authorization": "Bearer good"}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Gate:
    """Believes one token."""

    def believed(self, token: str) -> Caller | None:
        return Caller(sub="o1", role="officer") if token == "good" else None

    def check(self, token: str) -> Caller:
        raise ValueError("the token is not valid here")


def client(clock: Clock, registry: CollectorRegistry) -> httpx.AsyncClient:
    app = FastAPI()
    app.state.gate = Gate()
    app.add_middleware(Watched, registry=registry, seldom=Seldom(clock))

    @app.post("/v1/things", dependencies=[Depends(caller)])
    async def things(request: Request) -> None:
        if await request.body() == b"bad":
            raise HTTPException(422, "bad")

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here.example.org")


def test_of_each_reason_there_is_a_line_a_second_with_how_many_were_left_out() -> None:
    clock = Clock()
    seldom = Seldom(clock)
    assert [seldom.line("a") for _ in range(4)] == [0, None, None, None]
    assert seldom.line("b") == 0, "of another reason"
    clock.now = 0.9
    assert seldom.line("a") is None
    clock.now = 1.0
    assert [seldom.line("a"), seldom.line("a")] == [4, None]
    clock.now = 9.0
    assert [seldom.line("a"), seldom.line("b")] == [1, 0]


async def test_who_calls_without_a_token_causes_a_line_a_second_and_is_counted_each_time() -> None:
    clock, registry = Clock(), CollectorRegistry()
    with capture_logs() as logged:
        async with client(clock, registry) as calls:
            for _ in range(50):
                assert (await calls.post("/v1/things")).status_code == 401
            clock.now = 2.0
            await calls.post("/v1/things", headers={"Authorization": "Bearer forged"})
    assert [(one["status"], one.get("left_out")) for one in logged] == [(401, None), (401, 49)]
    counted = registry.get_sample_value("iewo_requests_total", {"method": "POST", "route": "/v1/things", "status": "401"})
    assert counted == 51


async def test_of_who_has_a_token_each_request_is_logged() -> None:
    with capture_logs() as logged:
        async with client(Clock(), CollectorRegistry()) as calls:
            for body in (b"", b"bad", b"bad"):
                await calls.post("/v1/things", headers=GOOD, content=body)
    assert [one["status"] for one in logged] == [200, 422, 422]


def test_what_is_no_request_causes_a_line_a_second_and_is_counted_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, library = Clock(), logging.getLogger("a.library")
    monkeypatch.setattr(library, "handlers", [_ClassOnly(Seldom(clock))])
    with capture_logs() as logged:
        for now in (0.0, 0.0, 0.5, 1.5):
            clock.now = now
            library.warning("Invalid HTTP request received.")
    assert [one.get("left_out") for one in logged] == [None, 2]
    assert not any("Invalid" in str(one) for one in logged), "its words do not pass"
    assert sum(one.value for one in next(iter(LIBRARIES.collect())).samples if one.labels.get("reason", "").startswith("a.library:")) >= 4
