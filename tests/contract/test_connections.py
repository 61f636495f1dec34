"""What a connection may take of a process that has not brought a request yet, on a real server with small bounds."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.connections import Connection

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
SOON = 10.0
"""Seconds within which all of this is done on a busy machine."""


class Small(Connection):
    most = 3
    own = 1
    largest_head = 2_000
    seconds = 0.3
    unread_seconds = 0.5
    most_lines = 30
    most_waiting = 5


class Patient(Small):
    """Its time does not end before a test does: what ends is for its size."""

    seconds = 10 * SOON


class Server:
    """Answers `/` at once with what it was sent, `/held` when told to, `/unread` at once without reading."""

    def __init__(self, connection: type[Small]) -> None:
        self._connection = connection
        self.go_on = asyncio.Event()
        routes = [("/", self._read), ("/held", self._held), ("/unread", self._unread), ("/large", self._large)]
        self._app = Starlette(routes=[Route(path, answer, methods=["GET", "POST"]) for path, answer in routes])
        self.port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)  # what nobody reads waits here, not in the system
        self.port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(self._app, http=self._connection, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        )
        task = asyncio.create_task(server.serve([listening]))
        yield self
        self.go_on.set()
        server.should_exit = True
        await task

    async def _read(self, request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def _held(self, request: Request) -> Response:
        await self.go_on.wait()
        return PlainTextResponse("held")

    async def _large(self, request: Request) -> Response:
        return PlainTextResponse("x" * int(request.query_params["size"]))

    async def _unread(self, request: Request) -> Response:
        return PlainTextResponse("no", 403)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server(Small).running() as running:
        yield running


@pytest.fixture
async def patient() -> AsyncIterator[Server]:
    async with Server(Patient).running() as running:
        yield running


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def of(cls, server: Server, host: str = "127.0.0.1") -> "Caller":
        """`host`: of the caller. 127.0.0.2 is one that is not the machine itself."""
        return cls(*await asyncio.open_connection("127.0.0.1", server.port, local_addr=(host, 0)))

    async def send(self, what: bytes) -> None:
        self._writer.write(what)
        await self._writer.drain()

    async def answered(self) -> bytes:
        """One answer's head and body."""
        async with asyncio.timeout(SOON):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
            return head + await self._reader.readexactly(length)

    async def some(self, most: int) -> bytes:
        return await self._reader.read(most)

    async def to_the_end(self) -> bytes:
        """All that comes until the other side closes."""
        async with asyncio.timeout(SOON):
            with suppress(ConnectionResetError):
                return await self._reader.read()
        return b""

    async def dripping(self, what: Callable[[], bytes]) -> None:
        """Send until the other side has closed."""
        async with asyncio.timeout(SOON):
            with suppress(ConnectionError):
                while not self._reader.at_eof():
                    await self.send(what())
                    await asyncio.sleep(0.02)

    def close(self) -> None:
        self._writer.close()


async def nothing(caller: Caller) -> None:
    return None


async def half_a_head(caller: Caller) -> None:
    await caller.send(GET)


async def answered_before(caller: Caller) -> None:
    await caller.send(GET + b"\r\n")
    await caller.answered()
    await caller.send(GET)


@pytest.mark.parametrize("begin", [nothing, half_a_head, answered_before])
async def test_a_head_that_does_not_come_is_not_waited_for(server: Server, begin: Callable[[Caller], Awaitable[None]]) -> None:
    caller = await Caller.of(server)
    await begin(caller)
    assert await caller.to_the_end() == b""


async def test_a_head_may_not_drip(server: Server) -> None:
    caller = await Caller.of(server)
    await caller.send(GET)
    await caller.dripping(lambda: b"a: b\r\n")
    assert b"200" not in await caller.to_the_end()


async def test_the_rest_of_a_body_after_its_answer_may_not_drip(server: Server) -> None:
    caller = await Caller.of(server)
    await caller.send(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
    assert b"403" in await caller.answered()
    await caller.dripping(lambda: b"x")
    assert await caller.to_the_end() == b""


@pytest.mark.parametrize("large", [b"a: " + b"b" * 100_000, b"a: b\r\n" * 20_000])
async def test_a_large_head_is_refused(patient: Server, large: bytes) -> None:
    caller = await Caller.of(patient)
    for at in range(0, len(GET + large), 1_000):
        with suppress(ConnectionError):
            await caller.send((GET + large)[at : at + 1_000])
            await asyncio.sleep(0)
    told = await caller.to_the_end()
    assert told == b"" or (b" 431 " in told and b"too large" in told)


@pytest.mark.parametrize("front", [GET, GET.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"])
async def test_a_head_of_many_lines_is_refused_however_short_they_are(patient: Server, front: bytes) -> None:
    """Each takes many times what it brings."""
    caller = await Caller.of(patient)
    await caller.send(front + b"a:b\r\n" * 40)
    assert b"200" not in await caller.to_the_end()


async def test_so_many_requests_wait_behind_another_and_no_more(patient: Server) -> None:
    within, beyond = [await Caller.of(patient) for _ in range(2)]
    held = GET.replace(b"/", b"/held", 1) + b"\r\n"
    await within.send(held + (GET + b"\r\n") * Small.most_waiting)
    await beyond.send(held + (GET + b"\r\n") * 2 * Small.most_waiting)
    assert await beyond.to_the_end() == b""
    patient.go_on.set()
    assert (await within.answered()).endswith(b"held")
    for _ in range(Small.most_waiting):
        assert (await within.answered()).endswith(b"0")
    within.close()


async def test_who_sends_what_is_no_request_and_does_not_read_is_not_kept(server: Server) -> None:
    deaf = [deaf_caller(server, 60_000) for _ in range(Small.most)]
    for one in deaf:
        one.setblocking(False)
        await asyncio.get_running_loop().sock_recv(one, 1)  # its answer has begun
        one.sendall(b"GET http://x HTTP/1.1\r\n\r\n")  # found out when its head is complete
    await until_there_is_room(server)
    for one in deaf:
        one.close()


async def test_what_is_no_request_does_not_get_into_an_answer(server: Server) -> None:
    caller = await Caller.of(server)
    await caller.send(GET.replace(b"/", b"/held", 1) + b"\r\nno request\r\n\r\n")
    assert await caller.to_the_end() == b""


async def test_what_trails_after_a_body_has_its_bound_too(patient: Server) -> None:
    caller = await Caller.of(patient)
    await caller.send(b"POST /held HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\na: ")
    await caller.dripping(lambda: b"b" * 1_000)
    assert not patient.go_on.is_set()


async def test_a_body_as_large_as_it_may_be_comes_however_small_its_pieces(patient: Server) -> None:
    caller = await Caller.of(patient)
    await caller.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n")
    for _ in range(900):
        await caller.send(b"b" * 10)
        await asyncio.sleep(0.001)  # else they come as one
    assert (await caller.answered()).endswith(b"9000")
    caller.close()


async def test_an_answer_that_takes_its_time_is_not_cut_off(server: Server) -> None:
    """Nor by the head of one that follows it and does not come."""
    caller = await Caller.of(server)
    await caller.send(GET.replace(b"/", b"/held", 1) + b"\r\n" + GET)
    await asyncio.sleep(3 * Small.seconds)
    server.go_on.set()
    assert (await caller.answered()).endswith(b"held")
    assert await caller.to_the_end() == b""


async def test_there_are_so_many_connections_and_no_more(server: Server) -> None:
    open_ = [await Caller.of(server, "127.0.0.2") for _ in range(Small.most)]
    for one in open_:
        await one.send(GET.replace(b"/", b"/held", 1) + b"\r\n")
    told = await (await Caller.of(server, "127.0.0.2")).to_the_end()
    assert told.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 10" in told
    assert b"try again in a moment" in told
    look = await Caller.of(server)
    await look.send(GET + b"\r\n")
    assert b" 200 " in await look.answered(), "who asks on the same machine whether the process lives"
    assert b" 503 " in await (await Caller.of(server)).to_the_end(), "of these places there are few too"
    look.close()
    server.go_on.set()
    for one in open_:
        assert (await one.answered()).endswith(b"held")
        one.close()
    await asyncio.gather(*(one.to_the_end() for one in open_), return_exceptions=True)
    await until_there_is_room(server)


async def until_there_is_room(server: Server) -> None:
    async with asyncio.timeout(SOON):
        while True:
            caller = await Caller.of(server, "127.0.0.2")
            with suppress(ConnectionError):
                await caller.send(GET + b"\r\n")
            if b" 200 " in await caller.to_the_end():
                return


@pytest.mark.parametrize("size", [20_000_000, 60_000])
async def test_an_answer_that_nobody_reads_is_not_kept(server: Server, size: int) -> None:
    """As one, which waits to be written; and as many, of which the last is closed with what is left to be sent."""
    deaf = [deaf_caller(server, size) for _ in range(Small.most)]
    await asyncio.sleep(0)
    await until_there_is_room(server)
    for one in deaf:
        one.close()


def deaf_caller(server: Server, size: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    made.bind(("127.0.0.2", 0))
    made.connect(("127.0.0.1", server.port))
    made.sendall(GET.replace(b"/", b"/large?size=%d" % size, 1) + b"\r\n")
    return made


async def test_an_answer_that_is_read_slowly_comes_whole(server: Server) -> None:
    caller = await Caller.of(server)
    await caller.send(GET.replace(b"/", b"/large?size=20000000", 1) + b"Connection: close\r\n\r\n")
    taken = 0
    async with asyncio.timeout(60):
        while piece := await caller.some(500_000):
            taken += len(piece)
            await asyncio.sleep(0.02)  # in all some times as long as an answer may stay unread
    assert taken > 20_000_000
