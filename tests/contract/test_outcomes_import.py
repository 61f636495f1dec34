"""`iewo outcomes import`: whatever a Local Authority's file is like, each row has its answer, and nothing is heard twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.sharing.outcomes import NONE
from shared.contracts.sharing import PackAnswered
from tests.contract.test_packs_delivered import iewo
from tests.support.pack_walk import PackWalk
from tests.support.sharing import CODE, SCHOOL, TODAY, World, events, world

OTHER_LA = "801"


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("outcomes")) as ready:
        await ready.register()
        await ready.register(OTHER_LA)
        yield ready


async def sent(made: World, **changes: Any) -> PackWalk:
    request = await made.ask(**changes)
    pack = await made.sent(request)
    return PackWalk(made.sharing.url, made.headers, pack["pack"], request.school)


async def imported(made: World, folder: Path, content: bytes | str, la: str = CODE) -> tuple[int | None, dict[str, Any]]:
    """Exit code and receipt."""
    file = folder / "outcomes.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, said = await iewo(made, "outcomes", "import", str(file), "--la", la, "--name", "T. Okafor", "--json")
    assert code in (0, 3), said
    receipt: dict[str, Any] = json.loads(said)
    assert receipt["rows"] == receipt["heard"] + receipt["known"] + receipt["struck"] + len(receipt["refused"])
    return code, receipt


def summary(answer: tuple[int | None, dict[str, Any]]) -> tuple[int | None, int, int, list[tuple[int, str]]]:
    code, receipt = answer
    return code, receipt["heard"], receipt["known"], [(one["line"], one["field"]) for one in receipt["refused"]]


async def words(walk: PackWalk) -> list[tuple[str, str]]:
    return [(one["said"]["says"], one["said"]["on"]) for one in (await walk.done("GET", "words"))["words"]]


async def test_a_file_of_excel_twice_and_half_changed_is_heard_once_a_word(made: World, tmp_path: Path) -> None:
    one, other = await sent(made), await sent(made)
    rows = f'{one.pack};accepted;{TODAY:%d/%m/%Y} 00:00;\r\n{other.pack};declined;{TODAY:%d/%m/%Y};"Ungenügend; wirklich"\r\n'
    file = ("Pack ID;Status;Date;Reason\r\n" + rows).encode("utf-16")
    assert summary(await imported(made, tmp_path, file)) == (0, 2, 0, [])
    assert summary(await imported(made, tmp_path, file)) == (0, 0, 2, [])
    changed = "Pack ID;Status;Date;Reason\r\n" + rows.replace("wirklich", "really").replace("accepted", "Zebedee")
    assert summary(await imported(made, tmp_path, changed)) == (3, 1, 0, [(2, "Status")])
    assert await words(one) == [("accepted", f"{TODAY}")]
    assert await words(other) == [("declined", f"{TODAY}")] * 2


async def test_what_was_struck_is_heard_from_a_file_where_a_person_had_mistyped_it_and_else_counted_apart(
    made: World, tmp_path: Path
) -> None:
    walk = await sent(made)
    strike = {"why": "said of another pack", "name": "T. Okafor"}
    await walk.done("POST", "words", {"says": "paid", "name": "T. Okafor", "heard": "telephone"})
    await walk.done("POST", "words/1/strike", strike)
    file = f"pack,says,on\n{walk.pack},paid,{TODAY}\n"
    assert summary(await imported(made, tmp_path, file)) == (0, 1, 0, []), "the file is right"
    assert (await walk.done("GET", ""))["state"] == "paid"
    await walk.done("POST", "words/2/strike", strike)
    code, receipt = await imported(made, tmp_path, file)
    assert (code, receipt["heard"], receipt["known"], receipt["struck"]) == (0, 0, 0, 1)
    assert (await walk.done("GET", ""))["state"] == "sent"


async def test_two_who_bring_one_file_at_once_are_heard_once(made: World, tmp_path: Path) -> None:
    walks = [await sent(made) for _ in range(3)]
    said = [(walk, says) for walk in walks for says in ("received", "accepted", "notice issued", "paid")]
    file = "pack,says,on\n" + "".join(f"{walk.pack},{says},{TODAY}\n" for walk, says in said)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = await asyncio.gather(imported(made, tmp_path / "a", file), imported(made, tmp_path / "b", file))
    assert (first[0], second[0]) == (0, 0)
    assert (first[1]["heard"] + second[1]["heard"], first[1]["known"] + second[1]["known"]) == (12, 12)
    assert [await words(walk) for walk in walks] == [[(says, f"{TODAY}") for says in ("received", "accepted", "notice issued", "paid")]] * 3
    heard = [event for event in await events(made.stack, PackAnswered) if event.pack in {walk.pack for walk in walks}]
    assert len(heard) == 12


async def test_a_day_that_is_put_right_leaves_one_notice(made: World, tmp_path: Path) -> None:
    walk = await sent(made, first=TODAY - timedelta(days=70))
    row = f"reference,pack,says,on\nPN/70,{walk.pack},notice issued,{TODAY}\n"
    assert summary(await imported(made, tmp_path, row + f"PN/71,{walk.pack},notice issued,{TODAY}\n"))[1] == 2
    pack = await walk.done("GET", "")
    drafted = await made.drafted(await made.ask(child=(await made.documents({"_id": f"pack:{walk.pack}"}))[0]["children"][0]))
    items = {item["rule"]: item["says"] for item in (await drafted.done("GET", "readiness"))["items"]}
    assert pack["state"] == "notice issued"
    assert items["notices within the limit"].startswith("1 notice ")


async def test_a_payment_of_a_notice_of_which_nothing_was_told_is_taken_in_and_doubted(made: World, tmp_path: Path) -> None:
    walk, other = await sent(made), await sent(made)
    file = f"pack,says,on\n{walk.pack},paid,{TODAY}\n{other.pack},paid,{TODAY}\n{other.pack},notice issued,{TODAY}\n"
    code, receipt = await imported(made, tmp_path, file)
    assert (code, receipt["heard"], [(one["line"], one["field"]) for one in receipt["doubtful"]]) == (0, 3, [(2, "says")])
    typed = await iewo(made, "packs", "say", walk.pack, "unpaid", "--heard", "by telephone", "--name", "T. Okafor")
    assert (typed[0], "no notice was told of" in typed[1]) == (0, True)


async def test_rows_of_another_authority_and_of_no_pack_are_refused_alike(made: World, tmp_path: Path) -> None:
    walk = await sent(made)
    draft = await made.drafted(await made.ask())
    file = (
        f"pack,says,on\n{walk.pack},paid,{TODAY}\nnowhere,paid,{TODAY}\npack:{walk.pack},paid,{TODAY}\n{walk.pack.upper()}x,paid,{TODAY}\n"
    )
    code, receipt = await imported(made, tmp_path, file, OTHER_LA)
    assert (code, receipt["heard"]) == (3, 0)
    assert {one["reason"] for one in receipt["refused"]} == {NONE}
    file = f"case reference,pn number,says,on\nHAL/78,,paid,{TODAY}\nHAL/78,PN/1,paid,{TODAY}\n"
    _, receipt = await imported(made, tmp_path, file)
    assert [one["field"] for one in receipt["refused"]] == ["case reference", "pn number and case reference"], "the column that was used"
    other_days = [TODAY - timedelta(days=1), TODAY + timedelta(days=1)]
    file = "pack,says,on\n" + "".join(f"{walk.pack},paid,{day}\n" for day in other_days) + f"{draft.pack},paid,{TODAY}\n"
    assert summary(await imported(made, tmp_path, file)) == (3, 0, 0, [(2, "on"), (3, "on"), (4, "pack")])
    assert await words(walk) == []


async def test_a_reference_that_a_row_gives_is_good_for_the_rows_behind_it(made: World, tmp_path: Path) -> None:
    one, other = await sent(made), await sent(made)
    file = (
        f"pack,reference,says,on\n{one.pack},REF/1,notice issued,{TODAY}\n,REF/1,paid,{TODAY}\n"
        f"{other.pack},REF/1,accepted,{TODAY}\n,REF/1,unpaid,{TODAY}\n"
    )
    assert summary(await imported(made, tmp_path, file)) == (3, 3, 0, [(5, "reference")]), "of two packs by one reference neither"
    assert summary(await imported(made, tmp_path, file)) == (3, 0, 2, [(3, "reference"), (5, "reference")])


async def test_what_is_no_such_file_is_one_line_and_an_exit_code(made: World, tmp_path: Path) -> None:
    file = tmp_path / "outcomes.csv"
    for content, says in (
        (b"", "the file is empty"),
        (b"PK\x03\x04\x14\0", "it is a workbook: save it as CSV"),
        (b"pack,says,on,date\n", "columns 3 and 4 are both `on`"),
        (b"pack,says,on\n" + b"p,paid,2026-01-01\n" * 10_000, "more than 5000 rows: send it in parts"),
        (b"pack,says,on\n" + b"x" * 2_000_000, "larger than 1 MB: send it in parts"),
    ):
        file.write_bytes(content)
        code, said = await iewo(made, "outcomes", "import", str(file), "--la", CODE, "--name", "T. Okafor")
        assert (code, says in said, said.count("\n")) == (3, True, 1), said


async def test_a_file_of_as_many_rows_as_there_may_be_is_answered_in_time(made: World, tmp_path: Path) -> None:
    walks = [await sent(made) for _ in range(4)]
    says = ("received", "accepted", "notice issued", "paid", "unpaid")
    rows = [f"{walks[number % 4].pack},{says[number // 4 % 5]},{TODAY}" for number in range(5000)]
    code, receipt = await asyncio.wait_for(imported(made, tmp_path, "pack,says,on\n" + "\n".join(rows)), 60)
    assert (code, receipt["heard"], receipt["known"]) == (0, 20, 4980)
    assert [len(await words(walk)) for walk in walks] == [5] * 4
    assert SCHOOL not in json.dumps(receipt)


async def test_a_pack_goes_by_its_case_or_the_authoritys_reference_and_one_that_is_ambiguous_is_refused_in_a_line(
    made: World, tmp_path: Path
) -> None:
    one, other = await sent(made), await sent(made)
    case = (await one.done("GET", ""))["case"]
    file = (
        f"pack,case reference,says,on\n{case},CASE 77,accepted,{TODAY}\n,{case},received,{TODAY}\n{other.pack},CASE 78,accepted,{TODAY}\n"
    )
    assert summary(await imported(made, tmp_path, file)) == (0, 3, 0, [])
    assert await words(one) == [("accepted", f"{TODAY}"), ("received", f"{TODAY}")]
    say = ("--heard", "letter of today", "--name", "T. Okafor")
    for named, says in ((case, "notice issued"), ("CASE 77", "paid")):
        code, said = await iewo(made, "packs", "say", named, says, *say)
        assert (code, f"pack {one.pack} is " in said) == (0, True), said
    await other.done("POST", "words", {"says": "accepted", "name": "T. Okafor", "heard": "letter", "case_reference": "CASE 77"})
    file = f"case reference,says,on\nCASE 77,received,{TODAY}\n"
    _, receipt = await imported(made, tmp_path, file)
    assert [one["field"] for one in receipt["refused"]] == ["case reference"]
    code, said = await iewo(made, "packs", "say", "CASE 77", "received", *say)
    assert (code, "2 packs go by this" in said, one.pack in said, other.pack in said) == (1, True, True, True)
    assert receipt["refused"][0]["reason"] in said
    code, said = await iewo(made, "packs", "say", "CASE 79", "received", *say)
    assert (code, "no such pack of a school of yours" in said) == (1, True)


async def test_a_reference_goes_by_any_writing_and_is_never_another_packs_id(made: World, tmp_path: Path) -> None:
    """Capitals and runs of blanks say nothing; what stands in its column and is an id speaks of the pack that has it."""
    one, other = await sent(made), await sent(made)
    told = {"says": "received", "name": "T. Okafor", "heard": "letter"}
    others = await one_of(made, other)
    for wrong in (other.pack, others["request"], others["case"]):
        answer = await one.send("POST", "words", {**told, "reference": wrong})
        assert (answer.status_code, "of another pack" in answer.text) == (422, True), wrong
    own = await one_of(made, one)
    for mine in (one.pack, own["request"], own["case"]):
        await one.done("POST", "words", {**told, "case_reference": mine})
    await one.done("POST", "words", {**told, "case_reference": "CASE 91"})
    rows = f"reference,case reference,says,on\n,case  91,accepted,{TODAY}\n{other.pack},,received,{TODAY}\n"
    assert summary(await imported(made, tmp_path, rows)) == (0, 2, 0, [])
    assert ((await words(one))[-1][0], (await words(other))[-1][0]) == ("accepted", "received")
    await other.done("POST", "words", {**told, "case_reference": "case 91"})
    code, said = await iewo(made, "packs", "say", "Case 91", "received", "--name", "T. Okafor", "--heard", "letter")
    assert (code, "2 packs go by this" in said) == (1, True), said


async def one_of(made: World, walk: PackWalk) -> dict[str, Any]:
    """The pack's own document, in clear: its request and its case."""
    [document] = await made.documents({"_id": f"pack:{walk.pack}"})
    return document


async def test_what_came_of_a_declined_pack_is_taken_in_and_shown_as_doubtful(made: World, tmp_path: Path) -> None:
    """In whichever order the rows come, and in whichever file."""
    one, other, third = [await sent(made) for _ in range(3)]
    await third.done("POST", "words", {"says": "outcome", "outcome": "fined 60", "name": "T. Okafor", "heard": "telephone"})
    file = (
        f"pack,status,date,outcome,reason\n{one.pack},declined,{TODAY},,too late\n{one.pack},outcome,{TODAY},fined 60,\n"
        f"{other.pack},outcome,{TODAY},fined 60,\n{other.pack},declined,{TODAY},,too late\n{third.pack},declined,{TODAY},,too late\n"
    )
    code, receipt = await imported(made, tmp_path, file)
    assert (code, receipt["heard"]) == (0, 5)
    assert [(doubt["line"], doubt["field"]) for doubt in receipt["doubtful"]] == [(line, "status") for line in range(2, 7)]
    assert "declined the pack on" in receipt["doubtful"][1]["reason"]
    assert "something came of the pack on" in receipt["doubtful"][4]["reason"]


async def test_a_row_about_somebody_of_another_name_is_refused(made: World, tmp_path: Path) -> None:
    walk = await sent(made)
    file = f"pack,status,date,defendant\n{walk.pack},paid,{TODAY},Zebedee Nobody\n{walk.pack},issued,{TODAY},TREGEAR J\n"
    code, receipt = await imported(made, tmp_path, file)
    assert summary((code, receipt)) == (3, 1, 0, [(2, "defendant")])
    assert "Zebedee" not in str(receipt), "nobody is named"
    assert await words(walk) == [("notice issued", f"{TODAY}")]
