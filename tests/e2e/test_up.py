"""`make up`: one stack in a folder, a clean stop by either signal, the same data at the next start."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
SCHOOL = {"name": "Harbour Lane Primary", "authority": "991", "phase": "Primary"}


class Up:
    """The command as a process of its own, in a folder."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.endpoints_file = folder / "endpoints.json"

    async def ready(self) -> dict[str, Any]:
        """What the endpoints file says once it is there."""
        await until(lambda: self.endpoints_file.is_file() or self.process.returncode is not None)
        assert self.process.returncode is None, await self.said()
        said: dict[str, Any] = json.loads(self.endpoints_file.read_text())
        return said

    async def said(self) -> tuple[str, str]:
        """Both outputs, to the end."""
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        return out.decode(), err.decode()


async def until(probe: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not probe():  # noqa: ASYNC110  (a file and a process set no event)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def up(folder: Path) -> AsyncIterator[Up]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.local", "--folder", str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Up(folder, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def school(method: str, said: dict[str, Any], body: Any = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {said['tokens']['operator']}"}
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        return await client.request(method, f"{said['attendance']}/v1/schools/900001", headers=headers, json=body)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
async def test_one_stack_in_a_folder_and_its_data_outlive_its_stop(tmp_path: Path) -> None:
    folder = tmp_path / "stack"
    async with up(folder) as first:
        said = await first.ready()
        assert (await school("PUT", said, SCHOOL)).status_code == 201

        async with up(folder) as second:
            _, refused = await second.said()
            assert second.process.returncode == 1
            assert refused.splitlines() == [f"a stack already runs from {folder} (pid {first.process.pid}): use it, or stop it first"]
        assert json.loads(first.endpoints_file.read_text()) == said
        assert (await school("GET", said)).status_code == 200

        started = children(first.process.pid)
        assert len(started) == 6
        first.process.send_signal(signal.SIGTERM)
        out, err = await first.said()
        assert (first.process.returncode, err, out.splitlines()[-1]) == (0, "", "stopped")
        assert not any(map(is_alive, started))
        assert not first.endpoints_file.exists()

    async with up(folder) as again:
        said = await again.ready()
        assert (await school("GET", said)).json()["name"] == SCHOOL["name"]
        started = children(again.process.pid)
        again.process.send_signal(signal.SIGINT)
        out, err = await again.said()
        assert (again.process.returncode, err, out.splitlines()[-1]) == (0, "", "stopped")
        assert not any(map(is_alive, started))
        assert not again.endpoints_file.exists()


async def test_a_taken_port_is_one_line_and_a_dead_stacks_endpoints_go(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        (tmp_path / "nats").mkdir()
        (tmp_path / "nats" / "port").write_text(str(port))
        (tmp_path / "endpoints.json").write_text("{}")
        async with up(tmp_path) as refused:
            _, err = await refused.said()
    assert refused.process.returncode == 1
    assert err.splitlines() == [f"port {port} of nats-server is taken: stop what listens there (ss -ltnp sport = :{port})"]
    assert not refused.endpoints_file.exists()


async def test_stopped_while_it_starts_it_leaves_nothing(tmp_path: Path) -> None:
    async with up(tmp_path) as stopped:
        await until((tmp_path / "nats" / "nats.conf").is_file)
        stopped.process.send_signal(signal.SIGTERM)
        out, err = await stopped.said()
        assert (stopped.process.returncode, err, out.splitlines()[-1]) == (0, "", "stopped")
    assert not stopped.endpoints_file.exists()
