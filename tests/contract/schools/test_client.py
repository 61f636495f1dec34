"""The `iewo` command of a school on a real service."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.iewo import pushing
from clients.iewo.main import main
from deploy.local.running import Running
from tests.support.autumn import TODAY
from tests.support.school import School, marks_csv, school_days, upn

DAYS = school_days(20, TODAY)


@pytest.fixture(autouse=True)
def _here(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with the stack's endpoints and no key of an earlier test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("IEWO_ENDPOINTS", str(running.endpoints_file))


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


async def test_a_file_larger_than_the_service_takes_goes_in_parts_and_its_lines_stay_its_own(
    school: School, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(upn(number), day, "AM", "/") for day in DAYS for number in range(20)]
    rows[300] = (upn(0), DAYS[3], "AM", "A")
    Path("marks.csv").write_bytes(marks_csv(rows))
    monkeypatch.setattr(pushing, "LARGEST", 4000)
    assert main(["feed", "push", "marks.csv", "--school", school.urn, "--json"]) == 3
    receipts = told(capsys)
    assert [(one["part"], one["parts"]) for one in receipts] == [(n, len(receipts)) for n in range(1, len(receipts) + 1)]
    assert len(receipts) > 2
    assert sum(one["accepted"] for one in receipts) == 399
    (refused,) = [line for one in receipts for line in one["refused"]]
    assert refused["line"] == 302
    assert {one["state"] for one in receipts} == {"stored"}
    assert len(await school.children()) == 20


async def test_where_the_service_takes_less_the_parts_are_smaller(
    school: School, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The largest that it takes is its own affair: it says 413."""
    row = f"{upn(1)},{DAYS[0]},AM,I,{'x' * 400}\n"
    Path("marks.csv").write_text("UPN,date,session,code,filler\n" + row * 170_000)
    monkeypatch.setattr(pushing, "LARGEST", 256 * 1024 * 1024)
    assert main(["feed", "push", "marks.csv", "--school", school.urn, "--json"]) == 0
    receipts = told(capsys)
    assert len(receipts) > 1
    assert sum(one["rows"] for one in receipts) == 170_000


async def test_a_school_that_is_known_keeps_what_is_not_given_and_the_command_says_what_changed(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ("--name", "Stonepit High", "--authority", "992", "--phase", "Secondary", "--agreement", "all", "--propose", "severe absence")
    assert main(["school", "add", "968001", *said, "--from", "2025-09-01", "--register-hour", "09:30"]) == 0
    before = (await School(running, "968001").get("/v1/schools/968001")).json()
    assert main(["school", "add", "968001", "--name", "Stonepit Academy"]) == 0
    assert capsys.readouterr().out.endswith("school 968001: name: Stonepit High -> Stonepit Academy\n")
    assert (await School(running, "968001").get("/v1/schools/968001")).json() == before | {"name": "Stonepit Academy"}
    assert main(["school", "add", "968001", "--from", "open", "--propose", "profile", "--agreement", "none"]) == 0
    after = (await School(running, "968001").get("/v1/schools/968001")).json()
    assert after == before | {"name": "Stonepit Academy", "from": None, "proposes": None, "agreement": []}
    assert main(["school", "add", "968001"]) == 0
    assert capsys.readouterr().out.endswith("school 968001: nothing is changed\n")
    assert main(["school", "add", "968002", "--name", "Stonepit Low"]) == 2
    assert "needs --authority, --phase" in capsys.readouterr().err


async def test_nobody_judged_is_a_failure_and_an_empty_return_says_nobody(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rejudge", "--school", "968999"]) == 1
    assert "no school 968999 is known here" in capsys.readouterr().err
    await school.put_in(marks_csv([(upn(1), DAYS[0], "AM", "/")]))
    assert main(["rejudge", "--school", school.urn]) == 0
    assert "1 child of 1 school" in capsys.readouterr().out
    assert main(["returns", "--school", school.urn, "--kind", "attendance", "--from", str(DAYS[0]), "--to", str(TODAY)]) == 0
    assert "nobody is to be returned" in capsys.readouterr().err
