"""`iewo packs list`, `check`, `approve`, `sign` and `send` for many packs at once, as subprocesses against the real service."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.auth import Role
from shared.development import sign_token
from tests.support.pack_walk import PackWalk
from tests.support.sharing import OTHER_SCHOOL, SCHOOL, World, world

MINE = ("--name", "T. Okafor")


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("commands")) as ready:
        await ready.register()
        yield ready


async def iewo(made: World, *arguments: str, role: Role = "officer", given: str = "", group: str = "packs") -> tuple[int | None, str, str]:
    token = sign_token(made.stack.credentials, role=role, sub=f"{role} of the test", schools=(SCHOOL, OTHER_SCHOOL))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clients.iewo", group, *arguments, "--url", made.sharing.url),
        env={**os.environ, "IEWO_TOKEN": token, "COLUMNS": "300"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(given.encode()), 120)
    return process.returncode, out.decode(), err.decode()


async def drafts(made: World, count: int, school: str) -> list[PackWalk]:
    requests = [await made.ask(school=school) for _ in range(count)]
    return [await made.drafted(request) for request in requests]


async def test_a_list_goes_all_the_way_by_commands(made: World, tmp_path: Path) -> None:
    walks = await drafts(made, 3, OTHER_SCHOOL)
    all_ = ("--all", "--school", OTHER_SCHOOL)
    for item in (await walks[0].done("GET", ""))["items"]:
        if not item["met"] and item["may_be_overridden"]:
            code, out, err = await iewo(made, "override-all", item["rule"], *all_, "--why", "known to the officer", *MINE)
            assert (code, out) == (0, "3 let pass, 0 refused\n"), err
    looked = tmp_path / "looked.csv"
    code, out, err = await iewo(made, "list", "--school", OTHER_SCHOOL, "--save", str(looked))
    assert (code, out.count("Merryn"), out.count("Jory")) == (0, 3, 3), err  # in a narrow column a name is folded
    assert "Tregear" not in looked.read_text()
    changed = await walks[0].done("POST", "statement", {"name": "T. Okafor"})
    assert changed["revision"] > 0
    code, out, err = await iewo(made, "check", "--file", str(looked), *MINE)
    assert (code, "2 checked, 1 refused" in out, "Merryn Tregear" in out, "look again" in out) == (3, True, True, True), err
    code, out, _ = await iewo(made, "check", *all_, *MINE, "--json")
    assert (code, json.loads(out)["done"]) == (0, 1), "what was not checked yet"
    code, out, err = await iewo(made, "approve", *all_, "--name", "D. Example")
    assert (code, "this is for: head of service" in err) == (5, True)
    code, out, err = await iewo(made, "approve", *all_, "--name", "D. Example", role="head of service")
    assert (code, out.splitlines()[-1]) == (0, "3 approved, 0 refused"), err

    sign = ("sign", *all_, "--name", "R. Pascoe")
    code, out, err = await iewo(made, *sign, role="school", given="n\n")
    assert (code, "Sign these 3 as R. Pascoe, head teacher?" in err) == (1, True)
    for told in (
        "Merryn Tregear, against Jory Tregear: penalty notice",
        "O  Other or unknown circumstances: ",
        "Declaration 1:",
        "check value ",
    ):
        assert told in out
    assert (await walks[0].done("GET", ""))["state"] == "approved"
    code, out, err = await iewo(made, *sign, role="school", given="y\n")
    assert (code, out.endswith("3 signed, 0 refused\n")) == (0, True), err
    for walk in walks:
        await made.came_to(made.requests[(await walk.done("GET", ""))["request"]], "sent")
    code, out, _ = await iewo(made, "send", *(walk.pack for walk in walks), *MINE)
    assert (code, out) == (0, "0 sent, 0 refused; 3 had gone before\n"), "they have gone of themselves"
    code, out, err = await iewo(made, "list", "--school", OTHER_SCHOOL, "--state", "returned")
    assert (code, "without --state all are shown" in err) == (0, True)
    code, out, _ = await iewo(made, "show", walks[0].pack)
    assert (code, "Let pass" in out, "known to the officer" in out) == (0, True, True), "what was let pass is seen when it has gone"
    assert (", fetch" in out, "supersede" in out) == (False, True)
    assert (await iewo(made, "send", *all_, *MINE))[:2] == (0, "no pack to be sent\n")


async def test_what_is_refused_is_named_and_ends_with_3(made: World) -> None:
    [walk] = await drafts(made, 1, SCHOOL)
    code, out, _ = await iewo(made, "check", walk.pack, "0" * 24, *MINE, "--json")
    answer = json.loads(out)
    assert (code, answer["done"], answer["refused"]) == (3, 0, 2)
    assert answer["packs"][1]["why"] == "There is no such pack of a school of yours"
    code, _, err = await iewo(made, "check", *MINE)
    assert (code, "--all, --leave LEAVE or --file FILE" in err, err.count("\n")) == (2, True, 1)
    code, _, err = await iewo(made, "sign", "--all", "--name", "R. Pascoe", "--json", role="school")
    assert (code, "give --yes too" in err) == (2, True)
    code, out, _ = await iewo(made, "show", walk.pack)
    assert (code, "about Merryn Tregear, against Jory Tregear" in out) == (0, True)
    code, out, _ = await iewo(made, "certificate", walk.pack)
    shown = await walk.certificate()
    assert (code, out.splitlines()[-1]) == (0, f"check value {shown['check']}")
    assert f"{len(shown['relied_on'])} sessions relied on" in out
    assert f"iewo packs sign {walk.pack} --check {shown['check']} --name NAME" in out
    assert "it is signed once the pack is approved: it is draft now" in out
    assert len((await iewo(made, "certificate", walk.pack, "--all"))[1].splitlines()) > len(out.splitlines())


async def test_of_many_packs_it_is_noted_at_once_that_the_authority_was_asked(made: World, tmp_path: Path) -> None:
    walks = await drafts(made, 2, SCHOOL)
    looked = tmp_path / "looked.csv"
    looked.write_text("pack\n" + "".join(f"{walk.pack}\n" for walk in walks))
    asked = ("asked-all", *MINE, "--on", "2026-01-05", "--file", str(looked))
    for says in ("2 noted, 0 refused", "0 noted, 0 refused; 2 had nobody left to ask"):  # who was asked already is not asked again
        code, out, err = await iewo(made, *asked, group="notice-history")
        assert (code, out) == (0, f"{says}\n"), err
    for walk in walks:
        found = await walk.done("GET", "")
        [item] = [one for one in found["items"] if one["rule"] == "notice history confirmed"]
        assert "LA 893 has not answered yet" in item["says"]
        told = await made.get(f"/v1/notice-history?case={found['case']}&parent={found['parent']}")
        assert [(one["authority"], one["asked_on"]) for one in told["questions"]] == [("893", "2026-01-05")]
    code, out, _ = await iewo(made, "asked-all", *MINE, "--asked", "894", walks[0].pack, "0" * 24, group="notice-history")
    assert (code, out.splitlines()[-1]) == (3, "1 noted, 1 refused")
    code, _, err = await iewo(made, "asked-all", *MINE, "--all", "--on", "2099-01-05", group="notice-history")
    assert (code, "not after today" in err) == (1, True)


async def test_a_single_refusal_says_one_rule_a_line(made: World) -> None:
    [walk] = await drafts(made, 1, SCHOOL)
    rules = [one["rule"] for one in (await walk.done("GET", ""))["items"] if not one["met"] and one["before"] == "checking"]
    assert len(rules) > 1
    code, out, err = await iewo(made, "check", walk.pack, *MINE)
    head, *told = err.splitlines()
    assert (code, out, head) == (1, "", "iewo: Something is lacking:")
    begun = [line for line in told if not line.startswith("   ")]
    room = max(map(len, rules))
    assert [line[2 : 2 + room].rstrip() for line in begun] == rules
    assert all(line[2 + room : 4 + room] == "  " and line[4 + room] != " " for line in begun), "the reasons begin in one column"
    code, out, _ = await iewo(made, "check", walk.pack, "0" * 24, *MINE)
    assert (code, "Refused: Something is lacking:" in out, begun[0][:80] in out) == (3, True, True), "as of many"
    code, _, err = await iewo(made, "check", walk.pack, *MINE, "--json")
    assert (code, err.count("\n"), all(f"{rule}: " in err for rule in rules)) == (1, 1, True)


async def test_the_offence_of_a_prosecution_is_chosen_on_its_draft(made: World) -> None:
    walk = await made.drafted(await made.ask(measure="prosecution"))
    assert (await walk.certificate())["offence"] == "Education Act 1996 s.444(1)"
    code, out, err = await iewo(made, "offence", walk.pack, "1A", *MINE)
    assert (code, "is draft" in out) == (0, True), err
    code, out, _ = await iewo(made, "show", walk.pack)
    assert (
        code,
        "prosecution (s.444(1A)), irregular attendance" in out,
        "On record is a contact with this parent" in out,
    ) == (
        0,
        True,
        True,
    )
    shown = await walk.certificate()
    assert shown["offence"] == "Education Act 1996 s.444(1A)"
    notice = await made.drafted(await made.ask())
    refused = await notice.send("POST", "offence", {"offence": "444(1A)", "name": "T. Okafor"})
    assert (refused.status_code, "for a prosecution alone" in refused.text) == (422, True)
    code, _, err = await iewo(made, "offence", walk.pack, "445", *MINE)
    assert (code, "'444(1)' or '444(1A)'" in err) == (2, True)


async def test_a_statement_of_another_offence_says_so_and_is_begun_anew(made: World) -> None:
    walk = await made.drafted(await made.ask(measure="prosecution"))
    begin = ("statement", walk.pack, "--begin", *MINE)
    code, before, err = await iewo(made, *begin)
    assert (code, "show a contact" in before, "as they were" in err) == (0, False, False), err
    code, _, err = await iewo(made, "offence", walk.pack, "1A", *MINE)
    assert (code, "--begin --anew" in err) == (0, True), err
    code, out, err = await iewo(made, *begin)
    assert (code, out == before, "you had begun it" in err) == (0, True, True)
    code, out, err = await iewo(made, *begin, "--anew")
    assert (code, "show a contact" in out, "1 draft kept" in out, "as they were" in err) == (0, True, True, False), err


async def test_a_preview_is_not_taken_for_a_later_one(made: World, tmp_path: Path) -> None:
    (walk,) = await drafts(made, 1, SCHOOL)
    place = tmp_path / "look.json"
    asked = ("preview", (await walk.done("GET", ""))["pack"], "pack.json", "--to", str(place))
    assert await iewo(made, *asked) == (0, f"saved as {place}\n", "")
    place.write_text("of yesterday")
    code, _, err = await iewo(made, *asked)
    assert (code, "nothing is saved: " in err, "--force writes over it" in err, place.read_text()) == (2, True, True, "of yesterday")
    assert await iewo(made, *asked, "--force") == (0, f"saved as {place}, over what was there\n", "")
    assert json.loads(place.read_text())["pack_id"] == asked[1]
