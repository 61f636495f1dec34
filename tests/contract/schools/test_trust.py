"""One file and one credential for the schools of a trust."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clients.iewo.main import main
from deploy.local.running import Running
from tests.support.autumn import TODAY
from tests.support.school import School, school_days, upn

DAYS = school_days(3, TODAY)


@pytest.fixture
async def trust(running: Running, school: School) -> AsyncIterator[tuple[School, School]]:
    """Two schools; of the second the establishment number is known."""
    number = f"97{school.urn[2:]}"
    other = await School(running, number).open(establishment="4001")
    yield school, other
    await other.close()


async def push(running: Running, trust: tuple[School, School], data: bytes) -> httpx.Response:
    token = running.token("school", "the trust", schools=tuple(school.urn for school in trust))
    async with httpx.AsyncClient(timeout=30) as client:
        return await client.post(f"{running['attendance'].url}/v1/feeds", content=data, headers={"Authorization": f"Bearer {token}"})


def mixed(one: str, other: str, *more: str) -> bytes:
    rows = [f"{one},{upn(1)},{DAYS[0]},AM,/", f"{other},{upn(2)},{DAYS[0]},AM,I", f"{one},{upn(1)},{DAYS[1]},AM,A", *more]
    return ("\n".join(["URN,UPN,date,session,code", *rows]) + "\n").encode()


def brief(receipt: dict[str, Any]) -> tuple[str, int, list[int]]:
    return receipt["school"], receipt["accepted"], [one["line"] for one in receipt["refused"]]


async def test_each_schools_rows_become_its_feed_and_lines_are_the_files(running: Running, trust: tuple[School, School]) -> None:
    one, other = trust
    answer = await push(
        running,
        trust,
        mixed(one.urn, other.urn, f"999999,{upn(3)},{DAYS[0]},AM,/", f",{upn(3)},{DAYS[0]},AM,/", f"x{one.urn},{upn(3)},{DAYS[0]},AM,/"),
    )
    assert answer.status_code == 202, answer.text
    said = answer.json()
    assert [brief(receipt) for receipt in said["feeds"]] == [(one.urn, 1, [4]), (other.urn, 1, [])]
    assert (said["refused_rows"], [finding["line"] for finding in said["refused"]]) == (3, [5, 6, 7])
    assert {tally["reason"] for tally in said["refused_by_reason"]} == {
        "a school that is not known here or that you do not cover",
        "no school is named",
        "not a school's number",
    }
    for school, receipt in zip(trust, said["feeds"], strict=True):
        await school.stored(receipt["feed"])
    assert (set(await one.children()), set(await other.children())) == ({upn(1)}, {upn(2)})


async def test_the_same_file_again_is_the_same_feeds(running: Running, trust: tuple[School, School]) -> None:
    data = mixed(trust[0].urn, trust[1].urn)
    first, again = (await push(running, trust, data)).json(), (await push(running, trust, data)).json()
    assert [one["feed"] for one in first["feeds"]] == [one["feed"] for one in again["feeds"]]


async def test_a_school_may_be_named_by_its_la_and_establishment_number(running: Running, trust: tuple[School, School]) -> None:
    data = f"LAESTAB,UPN,date,session,code\n991/4001,{upn(2)},{DAYS[0]},AM,/\n9914002,{upn(1)},{DAYS[0]},AM,/\n".encode()
    said = (await push(running, trust, data)).json()
    assert [brief(receipt) for receipt in said["feeds"]] == [(trust[1].urn, 1, [])]
    assert said["refused_rows"] == 1


async def test_a_school_that_the_credential_does_not_cover_gets_nothing(running: Running, trust: tuple[School, School]) -> None:
    said = (await push(running, trust[:1], mixed(trust[0].urn, trust[1].urn))).json()  # type: ignore[arg-type]
    assert [receipt["school"] for receipt in said["feeds"]] == [trust[0].urn]
    assert said["refused_rows"] == 1
    assert await trust[1].children() == {}


async def test_a_file_that_does_not_say_whose_its_rows_are_is_refused(running: Running, trust: tuple[School, School]) -> None:
    answer = await push(running, trust, f"UPN,date,session,code\n{upn(1)},{DAYS[0]},AM,/\n".encode())
    assert answer.status_code == 422
    assert "add a column URN" in answer.json()["detail"]


async def test_rows_of_another_school_are_refused_where_a_file_is_pushed_to_one(trust: tuple[School, School]) -> None:
    one, other = trust
    receipt = await one.put_in(mixed(one.urn, other.urn))
    assert (receipt["accepted"], [(found["line"], found["reason"]) for found in receipt["refused"]]) == (
        1,
        [(3, "the row is of another school"), (4, "not a register code")],
    )


async def test_the_command_pushes_and_watches_without_a_school(
    running: Running,
    trust: tuple[School, School],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, other = trust
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stack = ["--endpoints", str(running.endpoints_file)]
    assert main(["school", "invite", one.urn, "--also", other.urn, *stack]) == 0
    code = capsys.readouterr().out.strip()
    assert main(["school", "join", code, "--name", "trust server", "--url", running["attendance"].url]) == 0
    file = tmp_path / "trust.csv"
    file.write_bytes(mixed(one.urn, other.urn))
    capsys.readouterr()
    assert main(["feed", "push", str(file), "--json"]) == 3
    receipts = json.loads(capsys.readouterr().out)
    assert [(receipt["school"], receipt["state"]) for receipt in receipts] == [(one.urn, "stored"), (other.urn, "stored")]
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "trust.csv").write_bytes(mixed(one.urn, other.urn, f"999999,{upn(3)},{DAYS[0]},AM,/"))
    assert main(["feed", "watch", str(inbox), "--once", "--settle", "0"]) == 3
    (kept,) = (inbox / "refused").glob("*.receipt.json")  # a person is to look at it: not all of it was received
    told = json.loads(kept.read_text())
    assert [receipt.get("school") for receipt in told] == [one.urn, other.urn, None]
    assert "the first in line 5" in told[2]["error"]
