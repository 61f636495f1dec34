"""A school's credential from its code to its end, over HTTP and by the command."""

import asyncio
import io
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clients.iewo.main import main
from deploy.local.running import Running
from services.attendance.domain.credential import WRONG_CODES
from services.attendance.store.credentials import KEY_AGE
from shared.academic_year import of_session
from tests.support.autumn import TODAY
from tests.support.events import mongo
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, school_days, until, upn

DAY = school_days(1, TODAY)[0]
YEAR = of_session(TODAY)


@pytest.fixture
async def edge(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Without a token."""
    async with httpx.AsyncClient(base_url=running["attendance"].url, timeout=30) as client:
        yield client


@pytest.fixture(autouse=True)
def _here(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def operator(running: Running) -> dict[str, str]:
    return bearer(running.token("operator", "operator"))


async def invited(running: Running, edge: httpx.AsyncClient, *urns: str) -> dict[str, Any]:
    answer = await edge.post("/v1/invitations", json={"schools": urns}, headers=operator(running))
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def joined(running: Running, edge: httpx.AsyncClient, *urns: str) -> dict[str, Any]:
    answer = await edge.post("/v1/credentials", json={"code": (await invited(running, edge, *urns))["code"], "name": "office server"})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def push(edge: httpx.AsyncClient, urn: str, key: str, code: str = "/") -> httpx.Response:
    return await edge.post(f"/v1/schools/{urn}/feeds", content=marks_csv([(upn(1), DAY, "AM", code)]), headers=bearer(key))


async def test_a_code_gives_one_key_and_the_key_pushes_for_its_school_alone(
    running: Running, school: School, edge: httpx.AsyncClient
) -> None:
    other = await School(running, "967001").open()
    await other.close()
    code = (await invited(running, edge, school.urn))["code"]
    made = (await edge.post("/v1/credentials", json={"code": code.lower().replace("-", " "), "name": "office server"})).json()
    assert made["schools"] == [school.urn]
    assert (await push(edge, school.urn, made["key"])).status_code == 202
    assert (await push(edge, other.urn, made["key"])).status_code == 404
    again = await edge.post("/v1/credentials", json={"code": code, "name": "another"})
    assert again.status_code == 404
    assert "used already" in again.json()["detail"]


async def test_two_who_use_one_code_at_once_get_one_key(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    code = (await invited(running, edge, school.urn))["code"]
    async with httpx.AsyncClient(base_url=running["attendance"].url) as client:
        said = {"code": code, "name": "office server"}
        answers = await asyncio.gather(*(client.post("/v1/credentials", json=said) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 7


async def test_neither_code_nor_key_stands_in_the_database(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    code = (await invited(running, edge, school.urn))["code"]
    key = (await joined(running, edge, school.urn))["key"]
    async with mongo(running) as database:
        kept = str([one async for one in database["attendance"].find({"_id": {"$gte": "credential:", "$lt": "credential;"}})])
    assert code not in kept
    assert key not in kept
    assert key.rpartition("_")[2] not in kept


async def test_who_may_push_and_when_they_last_did_is_shown_to_the_school(
    running: Running, school: School, edge: httpx.AsyncClient
) -> None:
    await invited(running, edge, school.urn)
    made = await joined(running, edge, school.urn)
    path = f"/v1/schools/{school.urn}/credentials"
    before = {one["state"]: one for one in (await edge.get(path, headers=bearer(school.headers()["Authorization"][7:]))).json()}
    assert before["invited"]["expires"]
    assert before["active"]["used"] is None
    assert before["active"]["name"] == "office server"
    await push(edge, school.urn, made["key"])
    after = {one["state"]: one for one in (await edge.get(path, headers=bearer(made["key"]))).json()}
    assert after["active"]["used"] == TODAY.isoformat()
    assert "key" not in after["active"]
    assert (await edge.get(path, headers=bearer(running.token("school", "another", schools=("999999",))))).status_code == 404


async def test_a_key_is_rotated_and_revoked_by_its_school(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    made = await joined(running, edge, school.urn)
    path = f"/v1/credentials/{made['credential']}"
    assert (await push(edge, school.urn, made["key"])).status_code == 202
    rotated = (await edge.post(f"{path}/rotate", headers=bearer(made["key"]))).json()
    assert (await push(edge, school.urn, made["key"])).status_code == 401
    assert (await push(edge, school.urn, rotated["key"], "I")).status_code == 202
    assert (await edge.delete(path, headers=bearer(rotated["key"]))).json()["state"] == "revoked"
    refused = await push(edge, school.urn, rotated["key"])
    assert refused.status_code == 401
    assert "revoked or replaced" in refused.json()["detail"]
    assert (await edge.delete(path, headers=operator(running))).json()["state"] == "revoked"
    assert (await edge.post(f"{path}/rotate", headers=operator(running))).status_code == 409


async def test_one_school_does_not_end_its_trusts_credential(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    other = await School(running, "967002").open()
    await other.close()
    trust = await joined(running, edge, school.urn, other.urn)
    alone = await joined(running, edge, school.urn)
    assert (await push(edge, other.urn, trust["key"])).status_code == 202
    assert (await edge.delete(f"/v1/credentials/{trust['credential']}", headers=bearer(alone["key"]))).status_code == 404
    assert (await edge.delete(f"/v1/credentials/{alone['credential']}", headers=bearer(trust["key"]))).json()["state"] == "revoked"


async def test_another_replica_hears_of_it_within_the_age_of_what_it_remembers(
    running: Running, school: School, edge: httpx.AsyncClient
) -> None:
    made = await joined(running, edge, school.urn)
    replica = await running.replica("attendance", 2)
    async with httpx.AsyncClient(base_url=replica.url, timeout=30) as other:
        assert (await push(other, school.urn, made["key"])).status_code == 202
        await edge.delete(f"/v1/credentials/{made['credential']}", headers=bearer(made["key"]))

        async def refused() -> bool:
            return (await push(other, school.urn, made["key"])).status_code == 401

        await until("the other replica refuses it", refused, KEY_AGE + 5)
    await replica.stop()


@pytest.mark.parametrize("key", ["iewo_", f"iewo_{'0' * 24}_{'0' * 64}", "iewo_nonsense"])
async def test_a_key_that_was_never_made_is_not_valid(school: School, edge: httpx.AsyncClient, key: str) -> None:
    assert (await push(edge, school.urn, key)).status_code == 401


async def test_other_services_take_no_key(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    made = await joined(running, edge, school.urn)
    answer = await edge.get(f"{running['retention'].url}/v1/certificates", headers=bearer(made["key"]))
    assert answer.status_code == 401
    assert "takes no school's key" in answer.json()["detail"]


async def test_a_school_that_is_not_known_is_not_invited(running: Running, edge: httpx.AsyncClient) -> None:
    answer = await edge.post("/v1/invitations", json={"schools": ["999998"]}, headers=operator(running))
    assert answer.status_code == 404
    assert "999998" in answer.json()["detail"]


async def test_an_expired_code_gives_nothing_and_is_dropped(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    said = await invited(running, edge, school.urn)
    async with mongo(running) as database:
        scope = {"_id": f"credential:{said['credential']}"}
        made = (await database["attendance"].find_one(scope))["made"]
        await database["attendance"].update_one(scope, {"$set": {"expires": made}, "$inc": {"version": 1}})
        assert (await edge.post("/v1/credentials", json={"code": said["code"], "name": "late"})).status_code == 404
        await running["attendance"].stop()
        await running["attendance"].start()

        async def gone() -> bool:
            return await database["attendance"].find_one(scope) is None

        await until("dropped", gone)


async def test_the_command_joins_pushes_rotates_and_revokes(
    running: Running, school: School, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = ["--endpoints", str(running.endpoints_file)]
    Path("marks.csv").write_bytes(marks_csv([(upn(1), DAY, "AM", "/")]))
    assert main(["school", "invite", school.urn, *stack]) == 0
    code = capsys.readouterr().out.strip()
    assert main(["school", "join", code, "--name", "office server", "--url", running["attendance"].url]) == 0
    (kept,) = Path("config/iewo/keys").glob("*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    first = json.loads(kept.read_text())
    assert first["key"] not in capsys.readouterr().out
    assert main(["feed", "push", "marks.csv", "--school", school.urn, "--json"]) == 0  # neither address nor token is given
    (receipt,) = json.loads(capsys.readouterr().out)
    assert main(["feed", "show", receipt["feed"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["school"] == school.urn
    assert main(["school", "keys", "list", school.urn]) == 0
    assert "office server" in capsys.readouterr().out
    assert main(["school", "keys", "rotate", school.urn, first["credential"]]) == 0
    second = json.loads(kept.read_text())
    assert second["key"] != first["key"]
    assert second["key"] not in capsys.readouterr().out
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert main(["feed", "push", "marks.csv", "--school", school.urn, "--key-file", str(kept)]) == 0
    assert main(["school", "keys", "revoke", school.urn, first["credential"]]) == 0
    assert main(["feed", "push", "marks.csv", "--school", school.urn]) == 5
    assert "revoked or replaced" in capsys.readouterr().err


async def test_of_rotations_at_once_one_gets_a_key_and_it_is_good(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    made = await joined(running, edge, school.urn)
    path = f"/v1/credentials/{made['credential']}/rotate"
    answers = await asyncio.gather(*(edge.post(path, headers=bearer(made["key"])) for _ in range(6)))
    (good,) = [answer.json()["key"] for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409, 401}
    assert (await push(edge, school.urn, good)).status_code == 202


@pytest.fixture
def no_stack(running: Running, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A school's machine, with the keys of two schools: no endpoints file, no token."""
    stack = ["--endpoints", str(running.endpoints_file)]
    monkeypatch.delenv("IEWO_TOKEN", raising=False)
    monkeypatch.delenv("IEWO_ENDPOINTS", raising=False)
    return stack


async def test_the_schools_own_key_opens_every_command_of_a_school(
    running: Running, school: School, no_stack: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = await School(running, "967003").open()
    await other.close()
    for urn in (school.urn, other.urn):
        assert main(["school", "invite", urn, *no_stack]) == 0
        code = capsys.readouterr().out.strip()
        assert main(["school", "join", code, "--name", "office server", "--url", running["attendance"].url]) == 0
        capsys.readouterr()
    Path("all.csv").write_bytes(roll_csv(range(40)))
    Path("few.csv").write_bytes(roll_csv(range(10)))
    Path("calendar.csv").write_text(f"date,to,session,state,reason,year groups\n{DAY},,,open,,\n")
    assert main(["feed", "push", "all.csv", "--school", school.urn]) == 0
    capsys.readouterr()
    feeds = []
    for year in (YEAR, YEAR - 1):
        if year != YEAR:
            assert main(["feed", "push", "all.csv", "--school", school.urn, "--year", str(year)]) == 0
        capsys.readouterr()
        assert main(["feed", "push", "few.csv", "--school", school.urn, "--whole", "--year", str(year), "--json"]) == 6
        feeds.append(json.loads(capsys.readouterr().out)[0]["feed"])
    (kept, _) = Path("config/iewo/keys").glob("*.json")
    operators = running.token("operator", "operator")
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["feed", "confirm", feeds[0], "--token", operators, "--url", running["attendance"].url]) == 5
    assert "Is that right" not in capsys.readouterr().err
    period = ["--from", str(DAY), "--to", str(DAY)]
    for command in (
        ["feed", "confirm", feeds[0]],
        ["feed", "decline", feeds[1], "--school", school.urn],
        ["feed", "show", feeds[0]],
        ["feed", "withdraw", feeds[0], "--why", "half of the school"],
        ["feed", "amendments", "--school", school.urn, *period],
        ["statistics", school.urn, *period],
        ["calendar", "show", school.urn, "--year", str(YEAR)],
        ["calendar", "upload", school.urn, "calendar.csv", "--year", str(YEAR)],
        ["calendar", "correct", school.urn, str(DAY), "closed", "--reason", "weather"],
        ["returns", "--school", school.urn, "--kind", "attendance", *period],
        ["school", "list", "--key-file", str(kept)],
        ["school", "keys", "list", school.urn],
    ):
        assert main(command) == 0, (command, capsys.readouterr())


async def test_a_good_code_is_taken_however_many_were_wrong_before(running: Running, school: School, edge: httpx.AsyncClient) -> None:
    """The last of this file: the address has to wait afterwards."""
    code = (await invited(running, edge, school.urn))["code"]
    said = {"code": code, "name": "office server"}
    assert (
        sorted([(await edge.post("/v1/credentials", json=said)).status_code for _ in range(WRONG_CODES + 1)]) == [201] + [404] * WRONG_CODES
    )
    code = (await invited(running, edge, school.urn))["code"]
    statuses = []
    for number in range(WRONG_CODES + 1):
        elsewhere = {"X-Forwarded-For": f"192.0.2.{number}"}
        answer = await edge.post("/v1/credentials", json={"code": "wrong", "name": "x"}, headers=elsewhere)
        statuses.append(answer.status_code)
    assert statuses[:WRONG_CODES] == [404] * WRONG_CODES
    assert statuses[WRONG_CODES] == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert (await edge.post("/v1/credentials", json={"code": code, "name": "x"})).status_code == 201
