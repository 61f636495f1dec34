"""`make demo` stopped by a signal: one line, and nothing left behind."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds in which a demo comes to its first command on a machine that does a dozen other things."""


def processes_of(folder: Path) -> list[bytes]:
    """Command lines of processes that are told of a demo's folder below this one, by arguments or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder / "iewo-demo-") in command + environment:
            found.append(command)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize(
    ("number", "running"),
    [(signal.SIGINT, b"nats-server"), (signal.SIGTERM, b"clients.iewo")],
    ids=["Ctrl-C while it starts", "SIGTERM while a command of its own runs"],
)
async def test_a_stopped_demo_leaves_no_folder_and_no_process(tmp_path: Path, number: signal.Signals, running: bytes) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.demo"),
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await until(lambda: any(running in command for command in processes_of(tmp_path)))
        process.send_signal(number)
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (err, process.returncode) == (b"stopped\n", 128 + number)
    assert list(tmp_path.glob("iewo-demo-*")) == []
    assert processes_of(tmp_path) == []


async def until(probe: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not probe():  # noqa: ASYNC110  (a file sets no event)
            await asyncio.sleep(0.05)
