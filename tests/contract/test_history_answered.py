"""`iewo notice-history answered-all`: one answer to many questions, or a file with a row for each, against the real service."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clients.iewo.commands.pack_lists import DIFFER
from tests.contract.test_pack_list_commands import MINE, drafts, iewo
from tests.support.pack_walk import PackWalk
from tests.support.sharing import OTHER_SCHOOL, SCHOOL, TODAY, World, world

REF = "Our reference"
ANSWERED = ("answered-all", *MINE, "--source", "e-mail of today")


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("answered")) as ready:
        await ready.register()
        yield ready


async def history(made: World, walk: PackWalk) -> dict[str, Any]:
    found = await walk.done("GET", "")
    told: dict[str, Any] = await made.get(f"/v1/notice-history?case={found['case']}&parent={found['parent']}")
    return told


async def confirmed(walk: PackWalk) -> bool:
    [item] = [one for one in (await walk.done("GET", ""))["items"] if one["rule"] == "notice history confirmed"]
    return bool(item["met"])


async def asked(made: World, *packs: str) -> None:
    code, out, err = await iewo(made, "asked-all", *MINE, *packs, group="notice-history")
    assert (code, out) == (0, f"{len(packs)} noted, 0 refused\n"), err


async def test_one_answer_is_that_to_all_who_were_asked(made: World) -> None:
    leave, other = (
        await made.drafted(await made.ask(school=OTHER_SCHOOL, reason="leave in term time")),
        *await drafts(made, 1, OTHER_SCHOOL),
    )
    unasked = await made.drafted(await made.ask(school=OTHER_SCHOOL, reason="leave in term time"))
    await asked(made, leave.pack, other.pack)
    chosen = ("--all", "--school", OTHER_SCHOOL, "--reason", "leave", "--state", "draft")
    code, out, err = await iewo(made, *ANSWERED, *chosen, group="notice-history")
    assert (code, out.splitlines()[-1]) == (3, "1 noted, 1 refused"), err
    assert "LA 893 was not asked about this parent: note that first" in out
    assert (await confirmed(leave), await confirmed(other), await confirmed(unasked)) == (True, False, False)
    code, out, _ = await iewo(made, *ANSWERED, leave.pack, other.pack, "--issued", "2025-11-03", group="notice-history")
    assert (code, out.splitlines()[-1]) == (0, f"2 noted, 0 refused; 1 {DIFFER}"), "a notice is news of who was said to have none"
    assert f"the answer of {TODAY.day} {TODAY:%B %Y} did not name the notice of 3 November 2025" in out
    code, out, _ = await iewo(made, *ANSWERED, leave.pack, other.pack, "--issued", "2025-11-03", group="notice-history")
    assert (code, out.splitlines()[-1]) == (0, "0 noted, 0 refused; 2 had been noted before")
    assert [one["notice"]["issued_on"] for one in (await history(made, other))["told"]] == ["2025-11-03"]
    said = [(one["on"], one["notices"]) for one in (await history(made, leave))["answers"]]
    assert said == [(TODAY.isoformat(), []), (TODAY.isoformat(), [["2025-11-03", "issued"]])], "both stand, with their days"
    found = await leave.done("GET", "")
    code, out, _ = await iewo(made, "show", found["case"], found["parent"], group="notice-history")
    assert (code, "2025-11-03 issued" in out, "none" in out) == (0, True, True)
    assert (await history(made, other))["questions"][0]["answered_on"] == TODAY.isoformat()


async def test_what_cannot_be_is_refused_with_what_to_do(made: World) -> None:
    [walk] = await drafts(made, 1, SCHOOL)
    await asked(made, walk.pack)
    for wrong, says in (
        (("--on", "2099-01-05", "--source", "x"), "not after today"),
        ((), "give --source"),
        (("--answers", __file__, "--source", "x"), "names the packs"),
    ):
        code, _, err = await iewo(made, "answered-all", *MINE, walk.pack, *wrong, group="notice-history")
        assert (code != 0, says in err, err.count("\n")) == (True, True, 1), err
    early = (TODAY - timedelta(days=3)).isoformat()
    code, out, _ = await iewo(made, *ANSWERED, walk.pack, "--on", early, group="notice-history")
    assert (code, "the LA was asked later than that" in out) == (3, True)
    code, out, _ = await iewo(made, *ANSWERED, walk.pack, "--answered", "801", group="notice-history")
    assert (code, "LA 801 was not asked" in out) == (3, True)
    assert not await confirmed(walk)


async def test_a_file_answers_row_by_row_and_the_same_again_says_nothing_new(made: World, tmp_path: Path) -> None:
    none, one, both, unasked = await drafts(made, 4, SCHOOL)
    await asked(made, none.pack, one.pack, both.pack)
    case = (await one.done("GET", ""))["case"]
    file = tmp_path / "answers.csv"
    file.write_text(
        "Our reference,Answer,Date,Source\n"
        f"{none.pack},none,{TODAY},\n"
        f"{case},2025-11-03 paid; 12/01/2026,{TODAY:%d/%m/%Y},letter of 3 May\n"
        f"{both.pack},none,,\n"
        f"{both.pack},2025-11-03,,\n"
        f"{unasked.pack},none,,\n"
        f"{'0' * 24},none,,\n"
        f"{none.pack},,,\n"
        f"Wilhelmina Tregear,none,,\n"
    )
    command = (*ANSWERED, "--answers", str(file))
    for first in (True, False):
        code, out, err = await iewo(made, *command, "--json", group="notice-history")
        receipt = json.loads(out)
        assert (code, receipt["noted"], receipt["known"], receipt["refused"]) == (3, 2 * first, 2 * (not first), 6), err
        rows = [(row["line"], row["outcome"], row["field"]) for row in receipt["rows"]]
        taken = "noted" if first else "known before"
        refused = [(line, "refused", field) for line, field in ((4, "Answer"), (5, "Answer"), (6, REF), (7, REF), (8, "Answer"), (9, REF))]
        assert rows == [(2, taken, None), (3, taken, None), *refused], "columns as the file names them"
        assert "Wilhelmina" not in out
    assert [await confirmed(walk) for walk in (none, one, both, unasked)] == [True, True, False, False]
    told = (await history(made, one))["told"]
    found = [(one["notice"]["issued_on"], one["notice"]["state"], one["source"]) for one in told]
    assert found == [("2025-11-03", "paid", "letter of 3 May"), ("2026-01-12", "issued", "letter of 3 May")]
    code, out, _ = await iewo(made, *command, group="notice-history")
    assert (code, out.splitlines()[-1]) == (3, "0 noted, 2 known before, 6 refused")
    assert len(out.splitlines()) > 8, "a line for each row"


async def test_of_rows_that_say_otherwise_of_one_notice_none_is_taken(made: World, tmp_path: Path) -> None:
    differ, agree = await drafts(made, 2, SCHOOL)
    await asked(made, differ.pack, agree.pack)
    file = tmp_path / "differ.csv"
    rows = [f"{differ.pack},2026-01-12 {state}" for state in ("paid", "withdrawn")] + [f"{agree.pack},2026-01-12 paid"] * 2
    file.write_text("\n".join(("pack,answer", *rows)) + "\n")
    code, out, err = await iewo(made, *ANSWERED, "--answers", str(file), "--json", group="notice-history")
    found = [(row["outcome"], row["field"]) for row in json.loads(out)["rows"]]
    assert (code, found) == (3, [("refused", "answer")] * 2 + [("noted", None), ("known before", None)]), err
    assert (await history(made, differ))["told"] == []


async def test_a_pack_of_another_school_is_answered_by_nobody(made: World, tmp_path: Path) -> None:
    [walk] = await drafts(made, 1, SCHOOL)
    await asked(made, walk.pack)
    async with made.client("officer", OTHER_SCHOOL) as client:
        query = {"name": "T. Okafor", "source": "e-mail of today"}
        answer = await client.post("/v1/packs/history-answers", params=query, content=f"pack,answer\n{walk.pack},none\n".encode())
        body = {"packs": [walk.pack], "name": "T. Okafor", "source": "e-mail of today"}
        of_list = await client.post("/v1/packs/history-answered", json=body)
    assert [(row["outcome"], row["field"]) for row in answer.json()["rows"]] == [("refused", "pack")]
    assert of_list.json()["refused"] == 1
    assert not await confirmed(walk)


async def test_a_file_that_says_otherwise_than_an_earlier_one_says_so(made: World, tmp_path: Path) -> None:
    first, second = await drafts(made, 2, SCHOOL)
    await asked(made, first.pack, second.pack)
    file = tmp_path / "answers.csv"
    command = (*ANSWERED, "--answers", str(file))
    for answers, says in (
        (("none", "2025-11-03 paid"), "2 noted, 0 known before, 0 refused"),
        (("2025-11-03", "2025-11-03 withdrawn"), f"2 noted, 0 known before, 0 refused; 2 {DIFFER}"),
        (("2025-11-03", "none"), f"1 noted, 1 known before, 0 refused; 1 {DIFFER}"),
        (("2025-11-03", "yes"), "0 noted, 1 known before, 1 refused"),
    ):
        file.write_text(f"pack,answer\n{first.pack},{answers[0]}\n{second.pack},{answers[1]}\n")
        code, out, err = await iewo(made, *command, group="notice-history")
        assert (code, out.splitlines()[-1]) == (3 if "yes" in answers else 0, says), err
    assert "write none where the LA knows of no notice" in out


async def test_of_the_same_answers_at_once_one_is_noted(made: World) -> None:
    walks = await drafts(made, 2, SCHOOL)
    await asked(made, *(walk.pack for walk in walks))
    body = "pack,answer\n" + "".join(f"{walk.pack},2025-11-03\n" for walk in walks)
    async with made.client("officer", SCHOOL) as client:
        query = {"name": "T. Okafor", "source": "e-mail of today"}
        came = await asyncio.gather(*(client.post("/v1/packs/history-answers", params=query, content=body.encode()) for _ in range(3)))
    assert (sum(one.json()["noted"] for one in came), sum(one.json()["known"] for one in came)) == (2, 4)


async def test_what_is_wrong_with_one_row_loses_nothing_of_the_others(made: World) -> None:
    """One child's history cannot be opened; another's case is closed to the caller."""
    walks = await drafts(made, 4, SCHOOL)
    await asked(made, *(walk.pack for walk in walks))
    shut, closed, *well = [await walk.done("GET", "") for walk in walks]
    made.closed.add(closed["case"])
    await made.spoil(f"history:{shut['child']}")
    body = "pack,answer\n" + "".join(f"{one['pack']},2025-11-03\n" for one in (shut, closed, *well))
    async with made.client("officer", SCHOOL) as client:
        query = {"name": "T. Okafor", "source": "e-mail of today"}
        [first, again] = [
            (await client.post("/v1/packs/history-answers", params=query, content=body.encode())).raise_for_status().json()
            for _ in range(2)
        ]
    assert [row["outcome"] for row in first["rows"]] == ["refused", "refused", "noted", "noted"]
    assert ["does not answer" in first["rows"][0]["reason"], "no pack of your schools" in first["rows"][1]["reason"]] == [True, True]
    assert [row["outcome"] for row in again["rows"]] == ["refused", "refused", "known before", "known before"]
    for walk in walks[2:]:
        said = await history(made, walk)
        assert ([one["notices"] for one in said["answers"]], len(said["told"])) == ([[["2025-11-03", "issued"]]], 1)


async def test_more_rows_than_are_asked_about_at_once_and_many_of_one_child(made: World) -> None:
    walks = await drafts(made, 3, OTHER_SCHOOL)
    await asked(made, *(walk.pack for walk in walks))
    days = [TODAY - timedelta(days=30 * number) for number in range(1, 41)]
    content = "pack,answer\n" + "".join(f"{walk.pack},{day}\n" for day in days for walk in walks)
    async with made.client("officer", OTHER_SCHOOL) as client:
        query = {"name": "T. Okafor", "source": "e-mail of today"}
        came = (await client.post("/v1/packs/history-answers", params=query, content=content.encode())).raise_for_status().json()
    assert (came["noted"], came["refused"]) == (120, 0)
    assert [row["line"] for row in came["rows"]] == list(range(2, 122))
    for walk in walks:
        said = await history(made, walk)
        assert len(said["told"]) == len(said["answers"]) == 40, "every answer is kept"
