"""The walk-through's page, pasted into bash line by line on a stack of its own: each line does what the page says of it, and all that is
saved lies in one folder that is not versioned."""

import asyncio
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK, TODAY

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600.0
"""Some eighty commands: a minute on a quiet machine, several on a busy one."""


def lines(page: str) -> Iterator[str]:
    """What is to be pasted, without `make up`: the blocks that are indented by four spaces."""
    told = (line.removeprefix("    ") for line in page.splitlines() if line.startswith("    "))
    return (line for line in told if not line.startswith("make up"))


def as_after_make(folder: Path) -> None:
    """The folder as `make` leaves it, and a `date` that says the day on which the services live."""
    programs, venv = folder / "programs", folder / ".venv" / "bin"
    programs.mkdir()
    venv.mkdir(parents=True)
    (programs / "date").write_text(f"#!/bin/sh\necho {TODAY}\n")
    (programs / "date").chmod(0o755)
    path = f"{programs}:{Path(sys.executable).parent}:$PATH"
    (venv / "activate").write_text(f"export PATH={path} PYTHONPATH={ROOT} COLUMNS=200\n")


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("bash")), reason="the page is for bash, with jq")
async def test_every_line_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    as_after_make(tmp_path)
    script = "\n".join(lines((ROOT / "docs" / "walkthrough.md").read_text()))
    before = {place.name for place in tmp_path.iterdir()} | {".local"}
    async with Running(tmp_path / ".local", {**QUICK, **CLOCK}):
        process = await asyncio.create_subprocess_exec(
            *("bash", "-e", "-o", "pipefail", "-v", "-c", script),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            out, _ = await asyncio.wait_for(process.communicate(), SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
    told = out.decode()
    assert process.returncode == 0, told[-3000:]
    made = {place.name for place in tmp_path.iterdir()} - before
    assert made == {"out"}, "what is saved names children: nothing of it lies where it would be versioned"
    signed = re.search(r"^(\d+) signed, 0 refused$", told, re.MULTILINE)
    assert signed
    assert int(signed[1]) > 1, "many packs at once"
    packs = list((tmp_path / "out" / "walkthrough" / "packs").iterdir())
    assert len(packs) == 1 + int(signed[1])
