"""Joined and parted children as everybody meets them: over HTTP, on the command line, in proposals and cases, with every message twice."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from clients.iewo.main import main
from deploy.local.running import OFFICER, QUICK, Running
from tests.support.autumn import CLOCK, TODAY, this_term
from tests.support.casework import Casework
from tests.support.events import events, everything_twice, mongo, quiet
from tests.support.school import School, marks_csv, until, upn
from tests.support.servers import running_on_empty
from tests.support.whole import proposals

DAYS = this_term(12)
HEAD = {"role": "head of service", "sub": "m.head"}


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


async def ask(school: School, method: str, path: str, body: Any = None, **claims: Any) -> httpx.Response:
    headers = school.headers(**(claims or HEAD))
    async with httpx.AsyncClient(base_url=school.running["attendance"].url, headers=headers, timeout=30) as client:
        return await client.request(method, f"/v1/schools/{school.urn}{path}", json=body)


async def two_children(running: Running, urn: str) -> tuple[School, str, str]:
    """One known by UPN and away every morning, one by the school's own pupil id and away every afternoon; and one who is always there."""
    school = await School(running, urn).open()
    number = int(urn[-3:])
    head = "UPN,pupil id,surname,forename,date of birth,year group\n"
    names = f"{upn(number)},,Larkfield,Robin,2015-03-02,6\n,A-{number},Larkfield,Robyn,2015-03-02,6\n"
    names += f"{upn(number + 500)},,Sample,Ben,2015-05-01,6\n"
    await school.put_in((head + names).encode(), kind="roll")
    await school.put_in(
        marks_csv([(upn(number), day, "AM", "O") for day in DAYS[:6]] + [(upn(number + 500), day, "AM", "/") for day in DAYS])
    )
    marks = "".join(f"A-{number},{day},PM,O\n" for day in DAYS[:6])
    receipt = await school.put_in(("pupil id,Date,Session,Code\n" + marks).encode())
    assert (receipt["accepted"], receipt["warnings"]) == (6, [])
    people = (await school.get(f"/v1/schools/{urn}/children")).json()
    first = next(one["child"] for one in people if one["upn"] == upn(number))
    second = next(one["child"] for one in people if one["pupil_id"] == f"A-{number}")
    return school, first, second


async def test_a_joined_child_is_one_to_everybody_and_parted_it_is_two_again(running: Running) -> None:
    school, first, second = await two_children(running, "970001")
    await quiet(running)
    assert await proposals(school) == []
    before = await school.statistics(DAYS[0], TODAY)
    async with everything_twice(running.stack) as echoed:
        answer = await ask(school, "POST", "/joins", {"kept": first, "joined": second, "why": "the office confirmed it"})
        assert answer.status_code == 201, answer.text
        await quiet(running)
        (proposal,) = await proposals(school)
        assert (proposal["child"], proposal["rules"], proposal["together"]) == (first, ["ten sessions unauthorised"], [])
        during = await school.statistics(DAYS[0], TODAY)
        assert (before["enrolments"], during["enrolments"]) == (3, 2)
        assert during["unauthorised_absence"] == before["unauthorised_absence"] == 12
        people = (await school.get(f"/v1/schools/{school.urn}/children")).json()
        assert {one["child"]: one["records"] for one in people}[first] == [first, second]
        for child in (first, second):
            answer = await school.get(f"/v1/schools/{school.urn}/children/{child}/register?from={DAYS[0]}&to={TODAY}")
            assert [one["code"] for one in answer.json()["sessions"]] == ["O"] * 12
        place = f"/joins/{min(first, second)}-{max(first, second)}"
        without = await ask(school, "DELETE", place, None)
        assert (without.status_code, 'send {"why"' in without.json()["detail"]) == (422, True)
        answer = await ask(school, "DELETE", place, {"why": "they are twins"})
        assert answer.status_code == 200, answer.text
        await quiet(running)
    assert "events.attendance.children-joined" in echoed
    assert await proposals(school) == []
    assert await school.statistics(DAYS[0], TODAY) == before
    told = [one["type"] for one in await events(running.stack, "events.attendance.children-joined", "events.attendance.children-parted")]
    assert {one: told.count(one) for one in told} == {"children-joined": 2, "children-parted": 2}, "each once, and its echo"
    (said,) = (await ask(school, "GET", "/joins")).json()
    assert [(step["what"], step["by"], step["why"]) for step in said["history"]] == [
        ("joined", "m.head", "the office confirmed it"),
        ("parted", "m.head", "they are twins"),
    ]
    async with mongo(running) as database:
        (stored,) = await database["attendance"].find({"kind": "join", "school": school.urn, "state": "parted"}).to_list()
    assert b"twins" not in json.dumps(stored, default=bytes.hex).encode(), "who and why are sealed"


async def test_a_case_of_the_joined_record_takes_the_childs_concerns(running: Running) -> None:
    school, first, second = await two_children(running, "970002")
    more = "".join(f"A-2,{day},AM,O\n" for day in DAYS[6:])
    await school.put_in(("pupil id,Date,Session,Code\n" + more).encode())
    await quiet(running)
    (proposal,) = await proposals(school)
    assert proposal["child"] == second
    work = Casework(school)
    await work.accept([proposal])
    await ask(school, "POST", "/joins", {"kept": first, "joined": second, "why": "one child"})
    await quiet(running)
    assert await proposals(school) == []
    case = (await school.get(f"/v1/cases/{proposal['referral']}", "referrals", role="officer", sub=OFFICER)).json()
    assert (case["child"], case["together"]) == (second, [])
    assert [(one["child"], one["rule"]) for one in case["concerns"] if not one["eased"]] == [(first, "ten sessions unauthorised")]
    assert case["person"]["records"] == [first, second]
    assert case["standing"]["unauthorised"] == 18
    await quiet(running)
    async with mongo(running) as database:
        clocks = await database["retention"].find({"kind": "clock", "_id": {"$in": [f"clock:{first}", f"clock:{second}"]}}).to_list()
    assert {clock["due"] for clock in clocks} == {f"{TODAY.year + 2}-08-31"}, "the visit to one keeps both"
    await ask(school, "DELETE", f"/joins/{min(first, second)}-{max(first, second)}", {"why": "two after all"})
    await quiet(running)
    assert await proposals(school) == []
    case = (await school.get(f"/v1/cases/{proposal['referral']}", "referrals", role="officer", sub=OFFICER)).json()
    assert (case["together"], case["person"]["records"], case["standing"]["unauthorised"]) == ([], [], 12)
    assert [(one["child"], one["rule"]) for one in case["concerns"] if not one["eased"]] == [(None, "ten sessions unauthorised")]


async def test_two_open_cases_of_one_child_tell_of_each_other(running: Running) -> None:
    school, first, second = await two_children(running, "970005")
    await school.put_in(("pupil id,Date,Session,Code\n" + "".join(f"A-5,{day},AM,O\n" for day in DAYS[6:])).encode())
    await school.put_in(marks_csv([(upn(5), day, "PM", "O") for day in DAYS[6:]]))
    await quiet(running)
    both = await proposals(school)
    await Casework(school).accept(both)
    await ask(school, "POST", "/joins", {"kept": first, "joined": second, "why": "one child"})
    await quiet(running)
    assert await proposals(school) == []
    ids = [one["referral"] for one in both]
    for case, other in (ids, ids[::-1]):
        found = (await school.get(f"/v1/cases/{case}", "referrals", role="officer", sub=OFFICER)).json()
        assert (found["state"], found["together"]) == ("accepted", [other])


async def withdrawn(school: School, feed: str) -> None:
    url = f"{school.running['attendance'].url}/v1/feeds/{feed}/withdraw"
    async with httpx.AsyncClient(headers=school.headers(), timeout=30) as client:
        (await client.post(url, json={"why": "a slip"})).raise_for_status()

    async def gone() -> bool | None:
        return bool((await school.get(f"/v1/feeds/{feed}")).json()["state"] == "withdrawn") or None

    await until("the feed is taken back", gone)


async def test_a_mistyped_former_upn_is_undone_with_its_roll(running: Running) -> None:
    school = await School(running, "970006").open()
    ada, ben, day = upn(601), upn(602), DAYS[0]
    head = "UPN,surname,forename,date of birth,year group,former UPN\n"
    rows = f"{ada},Larkfield,Ada,2015-03-02,6,\n", f"{ben},Sample,Ben,2015-05-01,6,"

    async def shown() -> dict[str, str]:
        people = (await school.get(f"/v1/schools/{school.urn}/children")).json()
        return {one["forename"]: one["child"] for one in people}

    await school.put_in((head + rows[0]).encode(), kind="roll")
    wrong = await school.put_in((head + rows[1] + ada).encode(), kind="roll")
    assert list(await shown()) == ["Ben"]
    marks = marks_csv([(ada, day, "PM", "\\"), (ben, day, "PM", "O"), (ada, day, "AM", "/")])
    refused = (await school.put_in(marks))["refused"]
    assert [(one["line"], one["reason"][-6:]) for one in refused] == [(2, "line 3"), (3, "line 2")]
    await withdrawn(school, wrong["feed"])
    await school.put_in((head + rows[0] + rows[1]).encode(), kind="roll")
    children = await shown()
    assert sorted(children) == ["Ada", "Ben"]
    assert (await school.put_in(marks))["accepted"] == 3
    for name, code in (("Ada", "\\"), ("Ben", "O")):
        register = await school.get(f"/v1/schools/{school.urn}/children/{children[name]}/register?from={day}&to={day}")
        assert [one["code"] for one in register.json()["sessions"] if one["session"] == "PM"] == [code]


async def test_who_may_say_it_and_of_whom(running: Running) -> None:
    school, first, second = await two_children(running, "970003")
    body = {"kept": first, "joined": second, "why": "why"}
    for role in ("school", "officer", "operator"):
        assert (await ask(school, "POST", "/joins", body, role=role, sub="s")).status_code == 403
        assert (await ask(school, "GET", "/joins", role=role, sub="s")).status_code == 403
    assert (await ask(school, "POST", "/joins", {**body, "joined": "0" * 24})).status_code == 404
    assert (await ask(school, "POST", "/joins", {**body, "why": ""})).status_code == 422
    assert (await ask(school, "POST", "/joins", {**body, "joined": first})).status_code == 409
    assert (await ask(school, "DELETE", f"/joins/{first}-{second}", {"why": "none"})).status_code == 404


async def test_the_command_line(running: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    school, first, second = await two_children(running, "970004")
    monkeypatch.setenv("IEWO_TOKEN", running.token("head of service", "m.head"))
    common = ["--school", school.urn, "--url", running["attendance"].url]

    def run(*arguments: str) -> str:
        assert main(["child", *arguments, *common]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    said = run("join", first, second, "--why", "one child")
    pair = f"{min(first, second)}-{max(first, second)}"
    assert f"iewo child part {pair} --school {school.urn}" in said
    assert "two children again" in run("part", pair, "--why", "twins")
    assert "for ever" in run("keep-apart", first, second, "--why", "adopted", "--yes")
    (shown,) = json.loads(run("joins", "--json"))
    assert (shown["state"], [step["what"] for step in shown["history"]]) == ("kept apart", ["joined", "parted", "kept apart"])
    assert main(["child", "join", first, second, "--why", "again", *common]) == 1
    assert "kept apart, for ever" in capsys.readouterr().err


async def test_a_childs_id_is_told_by_upn_and_by_name(
    running: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    school, first, second = await two_children(running, "970007")
    monkeypatch.setenv("IEWO_TOKEN", running.token("head of service", "m.head"))
    common = ["--school", school.urn, "--url", running["attendance"].url]

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["child", "ids", *arguments, *common])
        said = capsys.readouterr()
        return code, said.out + said.err

    code, said = run("--json")
    known = {one["child"]: one for one in json.loads(said)}
    assert (code, known.keys() >= {first, second}) == (0, True)
    assert set(known[first]) == {"child", "name", "year_group", "upn", "pupil_id"}, "no address, no parent"
    for arguments in (("--upn", str(known[first]["upn"]).lower()), (*known[first]["name"].lower().split(), "--upn", known[first]["upn"])):
        assert [one["child"] for one in json.loads(run(*arguments, "--json")[1])] == [first]
    code, said = run("nobody")
    assert (code, "no such child is on the roll" in said) == (1, True)
