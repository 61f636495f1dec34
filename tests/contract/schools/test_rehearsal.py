"""A file that is rehearsed: what is told of it is what it does when it is pushed, and nothing is stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clients.iewo.main import main
from deploy.local.running import Running
from tests.support.autumn import last_term, this_term
from tests.support.events import mongo, quiet, turns
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, upn

ADA, BEN, CY = upn(1), upn(2), upn(3)
DAYS = this_term(40)
Row = tuple[str, Any, str, str]


def rows(child: str, days: Sequence[Any], code: str) -> list[Row]:
    present = {"AM": "/", "PM": "\\"}
    return [(child, day, session, present[session] if code == "/" else code) for day in days for session in ("AM", "PM")]


AUTUMN = [*rows(ADA, DAYS, "/"), *rows(BEN, DAYS[:20], "I"), *rows(BEN, DAYS[20:], "/"), *rows(CY, DAYS[:6], "O"), *rows(CY, DAYS[6:], "/")]


async def everything(running: Running) -> dict[str, Any]:
    """Every document of every service, and how far every stream has come."""
    async with mongo(running) as database:
        names = ("attendance", "referrals", "sharing", "retention")
        return {name: {one["_id"]: one async for one in database[name].find({"_id": {"$gte": ""}})} for name in names}


async def turned(running: Running, school: School) -> set[tuple[str, str, bool]]:
    """UPN, rule, and whether it was raised, of every turn so far."""
    await quiet(running)
    upns = {one["child"]: upn for upn, one in (await school.children()).items()}
    return {(upns[one.child], one.rule, one.raised) for one in await turns(running.stack) if one.school == school.urn}


def would(rehearsed: dict[str, Any]) -> set[tuple[str, str, bool]]:
    return {(one["upn"], rule, True) for one in rehearsed["children"] for rule in one["rules"]}


async def test_what_is_rehearsed_is_what_happens_and_nothing_is_stored(running: Running, school: School) -> None:
    await quiet(running)
    before = await everything(running)
    rehearsed = (await school.push(marks_csv(AUTUMN), rehearse=True)).raise_for_status().json()
    assert await everything(running) == before
    assert rehearsed["state"] == "rehearsed"
    assert (BEN, "persistent absence", True) in would(rehearsed)
    receipt = await school.put_in(marks_csv(AUTUMN))
    assert await turned(running, school) == would(rehearsed)
    assert {name: rehearsed[name] for name in receipt.keys() & rehearsed.keys() - {"state"}} == {
        name: receipt[name] for name in receipt.keys() & rehearsed.keys() - {"state"}
    }


async def test_it_stands_on_what_is_in_the_register_and_says_what_eases(running: Running, school: School) -> None:
    await school.put_in(marks_csv(AUTUMN))
    earlier = await turned(running, school)
    later = marks_csv([*rows(BEN, DAYS[:18], "/"), *rows(ADA, DAYS[:6], "G")])
    before = await everything(running)
    rehearsed = (await school.push(later, rehearse=True)).raise_for_status().json()
    assert await everything(running) == before
    await school.put_in(later)
    after = await turned(running, school) - earlier
    assert would(rehearsed) == {turn for turn in after if turn[2]}
    assert {(one["rule"], one["eased"]) for one in rehearsed["concerns"] if one["eased"]} >= {("persistent absence", 1)}
    assert sum(one["eased"] for one in rehearsed["concerns"]) == sum(not raised for _, _, raised in after)


async def test_last_years_marks_in_the_file_count_in_a_window_that_reaches_back(running: Running, school: School) -> None:
    both = marks_csv([*rows(CY, last_term(10)[-3:], "O"), *rows(CY, DAYS[:2], "O"), *rows(ADA, DAYS[:2], "/")])
    rehearsed = (await school.push(both, rehearse=True)).raise_for_status().json()
    await school.put_in(both)
    assert (CY, "ten sessions unauthorised", True) in would(rehearsed)
    assert await turned(running, school) == would(rehearsed)


async def test_only_the_school_itself_is_told_of_children(running: Running, school: School) -> None:
    url = f"{running['attendance'].url}/v1/schools/{school.urn}/feeds"
    headers = school.headers(role="operator", sub="operator", schools=())
    answer = await school._client.post(url, content=marks_csv(AUTUMN), params={"rehearse": True}, headers=headers)
    rehearsed = answer.raise_for_status().json()
    assert rehearsed["children"] is None
    assert {one["rule"] for one in rehearsed["concerns"]} >= {"persistent absence"}


async def test_a_roll_is_rehearsed_by_its_receipt(running: Running, school: School) -> None:
    roll = f"UPN,surname,forename,date of birth,year group\n{ADA},Testerly,Ada,2015-04-30,7\nX,Sample,Ben,2015-04-30,7\n".encode()
    before = await everything(running)
    rehearsed = (await school.push(roll, rehearse=True)).raise_for_status().json()
    assert await everything(running) == before
    assert (rehearsed["kind"], rehearsed["accepted"], rehearsed["refused_rows"], rehearsed["concerns"]) == ("roll", 1, 1, None)


async def test_a_file_that_is_refused_is_refused_in_a_rehearsal_too(school: School) -> None:
    answer = await school.push(b"first,second\n", rehearse=True)
    assert answer.status_code == 422


async def test_the_command_shows_the_counts(
    running: Running, school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IEWO_ENDPOINTS", str(running.endpoints_file))
    file = tmp_path / "marks.csv"
    file.write_bytes(marks_csv(AUTUMN))
    assert main(["feed", "push", str(file), "--school", school.urn, "--rehearse"]) == 0
    said = capsys.readouterr().out
    assert "rehearsed" in said
    assert "persistent absence" in said
    assert "of which propose a referral" in said
    assert BEN not in said
    assert await school.children() == {}


async def test_a_whole_roll_that_would_wait_says_so_and_ends_with_the_code_of_one_that_waits(
    running: Running, school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IEWO_ENDPOINTS", str(running.endpoints_file))
    await school.put_in(roll_csv(range(40)))
    file = tmp_path / "roll.csv"
    for left, code, line in ((10, 6, "It would end 30 of 40 enrolments and wait for a yes."), (39, 0, "It would end 1 of 40 enrolments.")):
        file.write_bytes(roll_csv(range(left)))
        assert main(["feed", "push", str(file), "--school", school.urn, "--whole", "--rehearse"]) == code
        told = capsys.readouterr().out
        assert line in told
        assert "Which concerns a roll would turn is not worked out beforehand." in told
        assert "concerns would turn" not in told


async def test_it_says_of_each_rule_for_how_many_it_proposes(school: School) -> None:
    rehearsed = (await school.push(marks_csv(AUTUMN), rehearse=True)).raise_for_status().json()
    for one in rehearsed["concerns"]:
        assert one["proposing"] == sum(one["rule"] in child["rules"] for child in rehearsed["children"])
        assert one["proposing"] in (0, one["raised"])
