"""What a request may bring before anybody knows who sends it, on a service as a process: little, and not slowly."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
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
NEARLY = bodies.LARGEST - 2
JSON = {"Content-Type": "application/json"}
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
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
    cases: tuple[tuple[Role | None, int], ...] = ((None, 401), ("officer", 422))
    for role, status in cases:
        async with client(sharing, role) as caller:
            announced = await caller.post(WHERE, content=b"[" + b"".join(pieces(40 * MB)) + b"[]]", headers=JSON)
            streamed = await caller.post(WHERE, content=in_pieces(40 * MB), headers=JSON)
            for answer in (announced, streamed):
                assert (answer.status_code, answer.headers["connection"]) == (status, "close")
                assert (answer.json() == TOO_LARGE) == (role is not None)
    assert peak(sharing) - before < 30 * MB


async def begun(sharing: Service, count: int, token: str = "") -> list[Connection]:
    """So many requests, each of which has sent its body but for the end."""
    who = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {WHERE} HTTP/1.1\r\nHost: x\r\n{who}Content-Type: application/json\r\nContent-Length: {NEARLY}\r\n\r\n["
    body = head.encode() + b"[]," * (NEARLY // 3 - 10)

    async def one() -> Connection:
        connection = await asyncio.open_connection("127.0.0.1", sharing.port)
        connection[1].write(body)
        return connection

    return await asyncio.gather(*(one() for _ in range(count)))


async def all_of(connection: Connection) -> bytes:
    """What is answered until the other side closes the connection; where that comes before the answer was read, the system throws away
    what of it was not."""
    reader, writer = connection
    answer = b""
    try:
        with suppress(ConnectionResetError):
            while block := await reader.read(MB):
                answer += block
    finally:
        writer.transport.abort()
    return answer


async def test_three_hundred_who_are_not_known_take_next_to_nothing_and_are_shown_out(sharing: Service) -> None:
    before = peak(sharing)
    async with asyncio.timeout(120):
        answers = await asyncio.gather(*(all_of(one) for one in await begun(sharing, 300)))
    answered = [answer for answer in answers if answer]
    assert {answer.split(b"\r\n")[0] for answer in answered} == {b"HTTP/1.1 401 Unauthorized"}
    assert len(answered) > 150, "a sender that is busy may miss its answer, most do not"
    assert peak(sharing) - before < 150 * MB


async def test_the_bodies_of_those_who_are_known_share_a_room(sharing: Service) -> None:
    token = sign_token(sharing._stack.credentials, role="officer", sub="head", schools=("*",))
    before = peak(sharing)
    async with asyncio.timeout(120):
        held = await begun(sharing, 100, token)
        waiting = {asyncio.create_task(all_of(one)) for one in held}
        answers: list[bytes] = []
        for next_one in asyncio.as_completed(waiting):
            answers.append(await next_one)
            if len(answers) == 90:
                break
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    answered = [answer for answer in answers if answer]
    assert {answer.split(b"\r\n")[0] for answer in answered} == {b"HTTP/1.1 503 Service Unavailable"}
    assert all(b"retry-after: 10" in answer for answer in answered)
    assert peak(sharing) - before < 150 * MB
    async with client(sharing, "school") as caller:
        assert (await caller.post(WHERE, content=b"{}", headers=JSON)).status_code == 422, "a small one waits for nobody"


async def test_a_body_of_a_little_less_is_read(sharing: Service) -> None:
    said = json.dumps({"name": "R. Pascoe", "packs": [], "x": "y" * (bodies.LARGEST - 1000)})
    async with client(sharing, "school") as caller:
        answer = await caller.post(WHERE, content=said, headers=JSON)
    assert (answer.status_code, "x: is not known here" in answer.json()["detail"]) == (422, True)


async def to_its_end(receive: Receive) -> None:
    while (await receive())["more_body"]:
        pass


async def known(_: Scope) -> int:
    return bodies.LARGEST


async def unheard(_: Message) -> None:
    return None


def body(into: bodies.Bodies, receive: Receive) -> bodies.Body:
    return into.of({"route": type("Route", (), {"body_field": object()})(), "headers": []}, receive, unheard)


async def test_who_sends_a_body_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.2)
    monkeypatch.setattr(bodies, "_allowed", known)
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        sent += 1
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b" ", "more_body": True}

    with pytest.raises(HTTPException) as refused:
        await to_its_end(body(bodies.Bodies(), receive).receive)
    assert (refused.value.detail, 2 <= sent <= 5) == ("the body: it came too slowly", True)


async def test_a_body_waits_for_those_before_it_and_comes_in_when_they_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """And its waiting is not taken for slowness."""
    monkeypatch.setattr(bodies, "_allowed", known)
    monkeypatch.setattr(bodies, "ROOM", bodies.LARGEST)
    monkeypatch.setattr(bodies, "SECONDS", 0.2)
    into = bodies.Bodies()

    def sender() -> bodies.Body:
        left = [b"x" * 100_000] * 19

        async def receive() -> Message:
            return {"type": "http.request", "body": left.pop(), "more_body": bool(left)}

        return body(into, receive)

    first, beyond, last = (sender() for _ in range(3))
    for one in (first, beyond):
        await to_its_end(one.receive)
    coming = asyncio.create_task(to_its_end(last.receive))
    await asyncio.sleep(0.4)
    assert not coming.done()
    await first.end()
    await asyncio.wait_for(coming, 5)


async def test_the_head_of_a_request_has_its_bound(sharing: Service) -> None:
    async with client(sharing) as caller:
        try:
            answer = await caller.get("/live", headers=[("x-filling", "y" * 1_000)] * 20_000)
        except httpx.TransportError:  # closed while it still sent
            return
        assert answer.status_code == 431
