"""docs/examples, on a real service: curl always, PowerShell where there is one."""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.running import Running
from tests.support.autumn import TODAY
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, school_days, upn

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
DAY = school_days(1, TODAY)[0]
GOOD = marks_csv([(upn(1), DAY, "AM", "/")])

SHELL = [str(EXAMPLES / "push.sh")]
POWERSHELL = [shutil.which("pwsh") or "pwsh", "-NoProfile", "-File", str(EXAMPLES / "push.ps1")]
no_powershell = pytest.mark.skipif(shutil.which("pwsh") is None, reason="there is no PowerShell (pwsh) here: push.ps1 is not tested")
both = pytest.mark.parametrize("command", [pytest.param(SHELL, id="curl"), pytest.param(POWERSHELL, id="PowerShell", marks=no_powershell)])


async def pushed(running: Running, school: School, command: list[str], file: Path, *more: str, key: str | None = None) -> tuple[int, str]:
    """Exit code and what it printed, what went wrong behind it."""
    own = school.headers()["Authorization"].removeprefix("Bearer ")
    known = {"IEWO_URL": running["attendance"].url, "IEWO_KEY": own if key is None else key}
    environment = {**os.environ, **known, "NO_PROXY": "127.0.0.1"}
    done = await asyncio.to_thread(
        subprocess.run, [*command, str(file), school.urn, *more], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


@both
@pytest.mark.parametrize(
    ("rows", "code", "accepted"), [(GOOD, 0, 1), (GOOD + b"x,2026-09-07,AM,/\n", 3, 1)], ids=["all accepted", "a row refused"]
)
async def test_a_file_is_pushed_and_its_receipt_printed(
    running: Running, school: School, tmp_path: Path, command: list[str], rows: bytes, code: int, accepted: int
) -> None:
    file = tmp_path / "marks.csv"
    file.write_bytes(rows)
    exit_code, printed = await pushed(running, school, command, file)
    assert exit_code == code
    receipt = json.loads(printed)
    assert (receipt["accepted"], receipt["school"]) == (accepted, school.urn)


@both
async def test_a_file_or_a_key_that_is_refused_is_said(running: Running, school: School, tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "marks.csv"
    file.write_bytes(b"first,second\n1,2\n")
    assert (await pushed(running, school, command, file))[0] == 3
    file.write_bytes(GOOD)
    assert (await pushed(running, school, command, file, key="iewo_wrong"))[0] == 1
    assert await school.children() == {}


@both
async def test_without_the_file_or_the_key_one_line_says_so(running: Running, school: School, tmp_path: Path, command: list[str]) -> None:
    for file, key, says in ((tmp_path / "none.csv", None, "none.csv is not a file"), (EXAMPLES / "push.sh", "", "IEWO_KEY")):
        code, printed = await pushed(running, school, command, file, key=key)
        assert (code, printed.count("\n")) == (1, 1), printed
        assert says in printed


@both
async def test_a_whole_roll_that_waits_ends_with_a_code_of_its_own(
    running: Running, school: School, tmp_path: Path, command: list[str]
) -> None:
    await school.put_in(roll_csv(range(40)))
    file = tmp_path / "roll.csv"
    file.write_bytes(roll_csv(range(10)))
    assert (await pushed(running, school, command, file, "whole=true"))[0] == 6


@pytest.mark.parametrize("name", ["push.sh", "push.ps1"])
def test_an_example_is_at_most_fifteen_lines(name: str) -> None:
    assert len((EXAMPLES / name).read_text().splitlines()) <= 15
