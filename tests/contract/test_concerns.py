"""A child's concerns as they are asked for, over HTTP and over the bus; profiles of authorities; schools' own settings; judging again."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.running import QUICK, Running
from services.attendance.judging.authorities import FOLDER
from shared.contracts.standing import AskStanding, Standings
from tests.bus.connections import unrestricted
from tests.support import command
from tests.support.autumn import CLOCK, TODAY, YEAR, this_term
from tests.support.events import quiet, turns
from tests.support.school import School, marks_csv, upn
from tests.support.servers import running_on_empty

TERM = this_term(60)
NATIONAL = "national 2024-08-19"
TURNING = ("persistent absence", "ten sessions unauthorised")


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    settings = {**QUICK, **CLOCK, "IEWO_DEVELOPMENT": "true"}
    async with running_on_empty(tmp_path_factory.mktemp("stack"), settings) as stack:
        yield stack


def register(children: int, away: dict[int, Sequence[tuple[date, str]]], days: Sequence[date] = tuple(TERM)) -> bytes:
    """Every child present but for some days with some codes: "I", or "U \\" for morning and afternoon."""
    rows = []
    for number in range(children):
        said = dict(away.get(number, ()))
        for day in days:
            morning, afternoon = (said.get(day, "/ \\").split() * 2)[:2]
            rows += [(upn(number), day, "AM", morning), (upn(number), day, "PM", afternoon)]
    return marks_csv(rows)


def roll(born: dict[int, date]) -> bytes:
    lines = [f"{upn(number)},Penrose,Child{number},{day},R" for number, day in born.items()]
    return ("UPN,Surname,Forename,Date of birth,Year group\n" + "\n".join(lines) + "\n").encode()


async def concerns(school: School, number: int, **query: str) -> dict[str, dict[str, Any]]:
    child = (await school.children())[upn(number)]["child"]
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await school.get(f"/v1/schools/{school.urn}/children/{child}/concerns?{asked}")
    assert answer.status_code == 200, answer.text
    return {one["rule"]: one for one in answer.json()}


async def test_a_concern_says_which_marks_it_rests_on_and_since_when(running: Running) -> None:
    school = await School(running, "300001").open()
    away = [(TERM[-20 + n], "O") for n in range(5)] + [(TERM[-10], "N \\")]
    await school.put_in(register(2, {0: away}))
    found = await concerns(school, 0)
    ten = found["ten sessions unauthorised"]
    assert ten["profile"] == NATIONAL
    assert (ten["raised"], ten["proposes"], ten["since"]) == (True, True, away[4][0].isoformat())
    assert ten["figures"] == {
        "unauthorised_sessions": 11,
        "unauthorised_sessions_with_n": 11,
        "unauthorised_sessions_without_n": 10,
        "school_weeks": 10,
        "birth_date_unknown": 1,
    }
    told = [(one["day"], one["session"], one["code"]) for one in ten["sessions"]]
    full = [(day.isoformat(), half, "O") for day, _ in away[:5] for half in ("AM", "PM")]
    assert told == [*full, (TERM[-10].isoformat(), "AM", "N")]
    assert await concerns(school, 1) == {}
    answer = await school.get(f"/v1/schools/{school.urn}/children/nobody/concerns")
    assert answer.status_code == 404


async def test_it_is_told_over_the_bus_too(running: Running) -> None:
    school = await School(running, "300002").open()
    await school.put_in(register(1, {0: [(day, "I") for day in TERM[-15:]]}))
    child = (await school.children())[upn(0)]["child"]
    for detailed in (True, False):
        question = AskStanding(school=school.urn, year=YEAR, children=(child,), detailed=detailed)
        async with unrestricted(running.stack) as connection:
            answer = await connection.client.request(AskStanding.SUBJECT, question.model_dump_json().encode(), timeout=10)
        (standing,) = Standings.model_validate_json(answer.data).standings
        assert standing.profile == NATIONAL
        assert set(standing.rules) == {"persistent absence", "fifteen days of illness"}
        told = {one.rule: len(one.sessions) for one in standing.concerns}
        assert told == ({"persistent absence": 30, "fifteen days of illness": 30} if detailed else {})


async def test_a_child_below_compulsory_school_age_owes_no_attendance(running: Running) -> None:
    school = await School(running, "300003").open()
    four, five = TODAY - timedelta(days=365 * 4 + 200), TODAY - timedelta(days=365 * 7)
    await school.put_in(roll({0: four, 1: five}))
    away = [(day, "O") for day in TERM[-10:]]
    await school.put_in(register(2, {0: away, 1: away}))
    duty = {"ten sessions unauthorised", "ten days unauthorised"}
    assert duty.isdisjoint(young := await concerns(school, 0))
    assert young["persistent absence"]["raised"]
    old = await concerns(school, 1)
    assert all(old[rule]["raised"] and "birth_date_unknown" not in old[rule]["figures"] for rule in duty)
    known = await school.children()
    children = {known[upn(number)]["child"]: number for number in (0, 1)}
    await quiet(running)
    raised = {(children[one.child], one.rule) for one in await turns(running.stack) if one.school == school.urn and one.raised}
    assert {number for number, rule in raised if rule in duty} == {1}
    assert {number for number, rule in raised if rule == "persistent absence"} == {0, 1}


async def test_the_authority_chooses_the_reading_and_the_event_names_its_version(running: Running) -> None:
    hertfordshire = await School(running, "300004").open(authority="919")
    elsewhere = await School(running, "300005").open(authority="830")
    irregular = [(day, "O") for day in TERM[-40::4]]  # ten days, never two in a row
    for school in (hertfordshire, elsewhere):
        await school.put_in(register(1, {0: irregular}))
    found = await concerns(hertfordshire, 0)
    assert found["ten days unauthorised"]["profile"] == "919 2024-08-19"
    assert "ten days unauthorised" not in await concerns(elsewhere, 0)
    await quiet(running)
    profiles = {one.school: one.profile for one in await turns(running.stack)}
    assert (profiles["300004"], profiles["300005"]) == ("919 2024-08-19", "830 2024-08-19")


async def test_patterns_are_shown_and_propose_only_where_the_school_says_so(running: Running) -> None:
    fridays = [(day, "I \\") for day in TERM if day.weekday() == 4][-8:]
    quietly = await School(running, "300006").open()
    told = await School(running, "300007").open()
    body = {"name": "Larkrise Primary", "authority": "991", "phase": "Primary", "proposes": ["same weekday"]}
    put = await told._client.put(  # the operator's own words, as `School.open` has none for them
        f"{running['attendance'].url}/v1/schools/{told.urn}", json=body, headers=told.headers(role="operator", sub="operator")
    )
    assert put.status_code == 200, put.text
    for school in (quietly, told):
        await school.put_in(register(1, {0: fridays}))
    found = [(await concerns(school, 0))["same weekday"] for school in (quietly, told)]
    assert [(one["raised"], one["proposes"]) for one in found] == [(False, False), (True, True)]
    assert {date.fromisoformat(one["day"]).weekday() for one in found[0]["sessions"]} == {4}
    await quiet(running)
    listed = await told.get(f"/v1/proposals?school={told.urn}", service="referrals", role="head of service")
    assert [one["rules"] for one in listed.json()["proposals"]] == [["same weekday"]]
    listed = await quietly.get(f"/v1/proposals?school={quietly.urn}", service="referrals", role="head of service")
    assert listed.json()["proposals"] == []


async def test_a_concern_that_stands_proposes_once_the_school_lets_it_and_no_more_when_it_does_not(running: Running) -> None:
    school = await School(running, "300016").open()
    operator = school.headers(role="operator", sub="operator")

    async def let(*proposes: str) -> None:
        body = {"name": "Larkrise Primary", "authority": "991", "phase": "Primary", "proposes": proposes}
        put = await school._client.put(f"{running['attendance'].url}/v1/schools/{school.urn}", json=body, headers=operator)
        assert put.status_code == 200, put.text
        url = f"{running['attendance'].url}/v1/rejudge"
        assert (await school._client.post(url, json={"school": school.urn}, headers=operator)).status_code == 200

    async def proposals() -> list[list[str]]:
        await quiet(running)
        listed = await school.get(f"/v1/proposals?school={school.urn}", service="referrals", role="head of service")
        return [sorted(one["rules"]) for one in listed.json()["proposals"]]

    await let()
    await school.put_in(register(1, {0: [(day, "I") for day in TERM[-15:]]}))
    assert await proposals() == []
    await let("persistent absence", "fifteen days of illness")
    assert await proposals() == [["fifteen days of illness", "persistent absence"]]
    await let("persistent absence")
    assert await proposals() == [["persistent absence"]]
    await let()
    assert await proposals() == []


def test_a_profile_that_cannot_be_used_is_one_line_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "national.toml").write_text("[[version]]\nfrom = 2024-08-19\n")
    needed = {"IEWO_NATS_CREDENTIALS": "x", "IEWO_MONGO_URL_FILE": "x", "IEWO_KEY_FOLDER": "x", "IEWO_JWKS": "x"}
    started = subprocess.run(
        [sys.executable, "-m", "services.attendance"],
        env={**os.environ, **needed, "IEWO_PROFILE_FOLDER": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert started.returncode == 1
    (line,) = started.stderr.strip().splitlines()
    assert line.startswith("attendance does not start: ")
    assert "national.toml" in line


async def test_judging_again_after_another_profile_raises_and_eases_and_says_so_once(running: Running, tmp_path: Path) -> None:
    """The folder of profiles is read when the service starts; a second replica reads another one."""
    shutil.copy(FOLDER / "national.toml", tmp_path)
    (tmp_path / "801.toml").write_text("[[version]]\nfrom = 2025-09-01\nten_sessions = 4\npersistent_ratio = 5\n")
    first = await School(running, "300008").open(authority="801")
    second = await School(running, "300009").open(authority="801")
    for school in (first, second):
        await school.put_in(register(2, {0: [(TERM[-1], "O"), (TERM[-2], "O")], 1: [(day, "I") for day in TERM[-6:]]}))
    await quiet(running)
    other = await running.replica("attendance", 2, {**QUICK, **CLOCK, "IEWO_DEVELOPMENT": "true", "IEWO_PROFILE_FOLDER": str(tmp_path)})
    told = iewo(running, other.url, "rejudge", "--authority", "801", "--json")
    assert json.loads(told.out) == {"schools": 2, "children": 4}
    assert json.loads(iewo(running, other.url, "rejudge", "--authority", "801", "--after", "300008", "--json").out)["schools"] == 1
    await other.stop()
    await quiet(running)
    for school in (first, second):
        known = await school.children()
        ill, away = known[upn(1)]["child"], known[upn(0)]["child"]
        told_of = [one for one in await turns(running.stack) if one.school == school.urn and one.rule in TURNING]
        turned = {(one.child, one.rule, one.profile, one.order) for one in told_of}
        assert turned == {
            (ill, "persistent absence", NATIONAL, 1),
            (ill, "persistent absence", "801 2025-09-01", 2),
            (away, "ten sessions unauthorised", "801 2025-09-01", 1),
        }
        assert len(told_of) == 3, "judged twice, told once"


async def test_the_school_is_given_its_returns_and_nobody_else(running: Running) -> None:
    school = await School(running, "300010").open()
    four, seven = TODAY - timedelta(days=365 * 4 + 200), TODAY - timedelta(days=365 * 7)
    lines = [
        f"{upn(n)},{name},Robin,{born},R,{address}"
        for n, name, born, address in (
            (0, "Penrose", seven, "1 Quay Street"),
            (1, "=Tregear", seven, ""),
            (2, "Young", four, "2 Quay Street"),
        )
    ]
    await school.put_in(("UPN,Surname,Forename,Date of birth,Year group,Address\n" + "\n".join(lines) + "\n").encode())
    away, ill = [(day, "O") for day in TERM[-10:]], [(day, "I") for day in TERM[-15:]]
    await school.put_in(register(4, {0: away, 1: ill, 2: away}))
    period = f"from={TERM[-3]}&to={TODAY}"
    path = f"/v1/schools/{school.urn}/returns"
    answer = await school.get(f"{path}?kind=attendance&{period}")
    assert answer.headers["content-type"].startswith("text/csv")
    (told,) = csv.DictReader(answer.text.splitlines())
    assert (told["UPN"], told["Surname"], told["URN"], told["School"]) == (upn(0), "Penrose", school.urn, "Larkrise Primary")
    assert (told["First session"], told["Last session"], told["Sessions"]) == (f"{TERM[-10]} AM", f"{TERM[-1]} PM", "20")
    command = ("returns", "--school", school.urn, "--kind", "sickness", "--from", str(TERM[0]), "--to", str(TODAY))
    written = iewo(running, running["attendance"].url, *command, token=running.token("school", "s", schools=(school.urn,)))
    (sick,) = csv.DictReader(written.out.splitlines())
    assert "no address is kept for 1 child" in written.err
    assert (sick["UPN"], sick["Surname"], sick["Sessions"]) == (upn(1), "'=Tregear", "30")
    for role, schools, status in (("officer", ("*",), 403), ("operator", (), 403), ("la", (), 403), ("school", ("300001",), 404)):
        answer = await school.get(f"{path}?kind=attendance&{period}", role=role, sub="x", schools=schools)
        assert answer.status_code == status


def iewo(running: Running, url: str, *arguments: str, token: str | None = None) -> command.Ran:
    ran = command.iewo_now(*arguments, "--url", url, "--token", token or running.token("operator", "operator"))
    assert ran.code == 0, ran.err
    return ran
