"""Out of time, outside school age and unsigned are let pass by nobody, however it is asked for."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from shared.identity import new_id
from tests.contract.test_pack_list_commands import MINE, iewo
from tests.support.pack_walk import PackWalk
from tests.support.sharing import OTHER_SCHOOL, TODAY, World, person, world

NEVER = ("in time", "compulsory school age", "certificate signed", "declaration made", "asked for already", "not discharged by a notice")


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("overrides")) as ready:
        await ready.register()
        yield ready


def writings(rule: str) -> list[str]:
    """Of one rule's name, as somebody might try it."""
    return [
        rule,
        rule.upper(),
        rule.title(),
        rule.replace(" ", "_"),
        f" {rule} ",
        rule.replace(" ", "\u00a0"),
        f"{rule}\u200b",
        f"{rule}\n",
    ]


async def refusals(walk: PackWalk, role: str, rules: tuple[str, ...]) -> set[int]:
    asked = [(written, rule) for rule in rules for written in writings(rule)]
    body: dict[str, Any] = {"name": "D. Example", "why": "it is urgent"}
    return {(await walk.send("POST", "overrides", {**body, "rule": written}, role=role)).status_code for written, _ in asked}


async def test_out_of_time_wrong_age_and_unsigned_are_overridden_by_nobody(made: World) -> None:
    child = new_id()
    made.people[child] = person(child).model_copy(update={"born": date(TODAY.year - 30, 3, 9)})
    walk = await made.drafted(await made.ask(child=child, first=TODAY - timedelta(days=300)))
    for role in ("officer", "head of service"):
        assert await refusals(walk, role, NEVER) == {422}
    await walk.state_case()
    await walk.override_all()
    for act, role in (("check", "officer"), ("approve", "head of service")):
        answer = await walk.send("POST", act, {"name": "D. Example"}, role=role)
        assert answer.status_code == 409
    lacking = (await walk.send("POST", "check", {"name": "T. Okafor"})).json()["detail"]
    assert "in time: Out of time" in lacking
    assert "compulsory school age: " in lacking
    certificate = await walk.certificate()
    signed = await walk.send("POST", "certificate/sign", {"check": certificate["check"], "name": "R. Pascoe"}, role="school")
    assert signed.status_code == 409
    assert {one["rule"] for one in (await walk.done("GET", ""))["overrides"]}.isdisjoint(NEVER)


async def test_a_draft_that_is_taken_up_again_carries_no_override_with_it(made: World) -> None:
    walk = await made.drafted(await made.ask())
    await walk.override_all()
    passed = {one["rule"] for one in (await walk.done("GET", ""))["overrides"]}
    await walk.send("DELETE", "overrides/warning letter")
    await walk.done("POST", "cancel", {"name": "T. Okafor", "why": "to begin anew"})
    assert await refusals(walk, "officer", ("in time",)) <= {409, 422}, "of one that was given up"
    code, out, err = await iewo(made, "take-up", walk.pack, "--why", "to begin anew", *MINE)
    assert (code, "let pass no more: " in out, "is to be let pass again" in out) == (0, True, True), err
    again = await walk.done("POST", "take-up", {"name": "T. Okafor", "why": "to begin anew"})
    assert set(again["let_pass_before"]) == passed - {"warning letter"} != set(), "named as often as it is asked"
    assert (await walk.done("GET", ""))["overrides"] == []
    assert (await walk.send("POST", "check", {"name": "T. Okafor"})).status_code == 409


async def test_an_override_is_for_the_finding_that_was_looked_at(made: World) -> None:
    """A pack that waits for the LA's key while what was let pass becomes worse is not sent."""
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.approve()
    passed = {one["rule"]: one["says"] for one in (await walk.done("GET", ""))["items"] if one["override"]}
    assert passed
    made.corrected[request.child] = "N"
    items = {one["rule"]: one for one in (await walk.done("GET", ""))["items"]}
    assert not items["no unsettled codes"]["met"]
    assert items["no unsettled codes"]["override"] is None
    certificate = await walk.certificate()
    signed = await walk.send("POST", "certificate/sign", {"check": certificate["check"], "name": "R. Pascoe"}, role="school")
    assert (signed.status_code, "sessions changed since the pack was checked" in signed.text) == (409, True)
    assert (await walk.send("POST", "check", {"name": "T. Okafor"})).status_code == 409, "and it is not checked with that"


async def test_a_reason_is_a_sentence(made: World) -> None:
    walk = await made.drafted(await made.ask())
    for why in ("x", "agreed", "        ok        ", "agreedwithLA"):
        code, _, err = await iewo(made, "override", walk.pack, "warning letter", "--why", why, *MINE)
        assert (code, "why: say it in a sentence" in err, err.count("\n")) == (1, True, 1), err
        code, _, err = await iewo(made, "override-all", "warning letter", walk.pack, "--why", why, *MINE)
        assert (code, "why: say it in a sentence" in err) == (1, True), err
    assert (await walk.done("GET", ""))["overrides"] == []


async def test_the_head_of_service_is_told_what_was_let_pass_and_why(made: World) -> None:
    walks = [await made.drafted(await made.ask(school=OTHER_SCHOOL)) for _ in range(2)]
    for walk in walks:
        await walk.state_case()
        await walk.override_all()
        await walk.done("POST", "check", {"name": "T. Okafor"})
    passed = {(one["rule"], one["why"], one["by"]) for one in (await walks[0].done("GET", ""))["overrides"]}
    chosen = ("--all", "--school", OTHER_SCHOOL)
    code, out, err = await iewo(made, "approve", *chosen, "--name", "D. Example", role="head of service")
    assert (code, out.splitlines()[-1]) == (0, "2 approved, 0 refused"), err
    assert {f"let pass in 2: {rule}: {why} ({by})" for rule, why, by in passed} == set(out.splitlines()[:-1]) != set()
    code, out, err = await iewo(made, "approve", walks[0].pack, "--name", "D. Example", role="head of service")
    assert (code, "is approved" in out) == (0, True), err
    told = out.splitlines()[: len(passed)]
    assert {f"let pass: {rule}: {why} ({by})" for rule, why, by in passed} == set(told), "before what came of it"


async def test_of_many_those_that_do_not_lack_it_are_no_failure(made: World) -> None:
    lacks, passed, has = [await made.drafted(await made.ask()) for _ in range(3)]
    why = ("--why", "given by hand today", *MINE)
    item = next(one["rule"] for one in (await has.done("GET", ""))["items"] if one["met"] and one["may_be_overridden"])
    code, out, err = await iewo(made, "override-all", item, lacks.pack, passed.pack, has.pack, *why)
    assert (code, out) == (0, "0 let pass, 0 refused; 3 not lacking it\n"), err
    await passed.done("POST", "overrides", {"name": "T. Okafor", "rule": "warning letter", "why": "known to the officer"})
    code, out, err = await iewo(made, "override-all", "warning letter", lacks.pack, passed.pack, *why)
    assert (code, out) == (0, "2 let pass, 0 refused\n"), err
    code, out, err = await iewo(made, "override-all", "told of a notice", has.pack, *why)
    assert (code, out) == (0, "0 let pass, 0 refused; 1 not lacking it\n"), "it does not arise"
    for rule, says in (("warnings", "no such thing is asked for"), ("in time", "may not be overridden by anybody")):
        code, out, _ = await iewo(made, "override-all", rule, has.pack, *why)
        assert (code, says in out) == (3, True), out
    assert (await has.done("GET", ""))["revision"] == 0
