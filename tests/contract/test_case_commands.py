"""`iewo case`, `referral`, `register-check` and `hand-over`, as subprocesses against real services."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.test_case_life import a_case, proposed
from tests.contract.test_families import child
from tests.support import command
from tests.support.referrals import World, referrals_world

CHILD = "6f1e2d3c4b5a69788796a5b4"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("commands")) as made:
        yield made


async def iewo(world: World, *arguments: str, head: bool = False, given: str = "") -> command.Ran:
    token = world.token(role="head of service", sub="head") if head else world.token()
    told = {"IEWO_TOKEN": token, "COLUMNS": "250"}
    return await command.iewo(*arguments, "--url", world.services[0].url, told=told, given=given)


async def test_a_case_is_listed_shown_worked_and_its_history_told(world: World) -> None:
    case = await a_case(world, "150001", "worked")
    code, out, err = await iewo(world, "case", "list", "--school", "150001")
    assert (code, case in out, "Marsh-worked" in out) == (0, True, True), err
    code, out, _ = await iewo(world, "case", "act", case, "allocate", "--officer", "officer-sen", "--why", "knows the family")
    assert (code, out.startswith(f"case {case} is allocated; possible now: ")) == (0, True)
    code, _, err = await iewo(world, "case", "act", case, "close")
    assert (code, "--why WORDS" in err, err.count("\n")) == (2, True, 1)
    code, _, err = await iewo(world, "case", "act", case, "allocate")
    assert (code, "--officer ID" in err, err.count("\n")) == (2, True, 1)
    code, _, err = await iewo(world, "case", "act", case, "pass-to-la")
    assert (code, "it is allocated; possible now: " in err, err.count("\n")) == (1, True, 1)
    code, out, _ = await iewo(world, "case", "history", case)
    assert (code, "knows the family" in out, "Robin Sen" in out) == (0, True, True)
    steps = json.loads((await iewo(world, "case", "history", case, "--json"))[1])["history"]
    assert [step["act"] for step in steps] == ["accept", "allocate"]
    code, out, _ = await iewo(world, "case", "show", case)
    assert (code, "persistent absence" in out, "allocated, officer-sen" in out) == (0, True, True)
    code, out, _ = await iewo(world, "case", "triage", case)
    assert (code, "absent 20 of 100 (20.0 %)" in out) == (0, True)
    await world.add_officer("officer-kin", "Kit Example")
    code, out, _ = await iewo(world, "case", "close-to", case, "officer-kin", "--why", "own child", head=True)
    assert (code, f"case {case} is closed to officer-kin" in out) == (0, True)
    code, out, _ = await iewo(world, "case", "open-to", case, "officer-kin", "--why", "a mistake", head=True)
    assert (code, "closed to nobody" in out) == (0, True)


async def test_what_an_officer_must_know_at_the_door(world: World) -> None:
    urn, address = "150006", "7 Refuge Lane, Larkfield"
    father = {"name": "Mr Ash Larkfield", "relationship": "father", "phone": "01632 960456", "address": address}
    at_home = child(world, "athome", father)
    world.neighbours.rolls[urn] = [at_home]
    case = await a_case(world, urn, at_home)
    parent = json.loads((await iewo(world, "parent", "show", at_home, "--school", urn, "--from-roll", "--json"))[1])["parents"][0]["parent"]
    flag = ("--kind", "do not contact", "--parent", parent, "--why", "an order of the court")
    assert (await iewo(world, "flag", "set", at_home, "--school", urn, *flag))[0] == 0
    review = (datetime.now(UTC).date() + timedelta(30)).isoformat()
    assert (await iewo(world, "visit-warning", "add", address, "--reason", "two dogs loose", "--review", review))[0] == 0
    visit = ("--with", "father", "--engagement", "partial", "--seen", "yes", "--outcome", "agreed to meet", "--agreed", "be there by 08:40")
    more = ("--notes", "-", "--next", "ring the school", "--due", review)
    code, out, err = await iewo(world, "intervention", "add", case, "home visit", *visit, *more, given="mornings are hard")
    warning, noted = out.splitlines()
    assert (code, warning.startswith(f"VISIT WARNING, {address}: two dogs loose"), noted.split()[0]) == (0, True, "entry"), err
    entry = noted.split()[1].rstrip(":")
    code, out, err = await iewo(world, "case", "show", case)
    assert (code, out.splitlines()[0], out.splitlines()[1].split()[0]) == (0, warning, "FLAG"), err
    for told in (f"child {at_home}", parent, entry, "01632 960456", address):
        assert told in out, told
    assert "struck out" not in out
    code, out, _ = await iewo(world, "intervention", "list", case)
    assert (code, entry in out, "agreed to meet" in out, "ring the" in out) == (0, True, True, True)
    code, out, err = await iewo(world, "intervention", "show", case, entry)
    for told in (
        "outcome: agreed to meet",
        "notes: mornings are hard",
        "agreed: be there by 08:40",
        f"next step: ring the school by {review}",
    ):
        assert told in out, err
    assert (await iewo(world, "intervention", "strike", case, entry, "--why", "written twice"))[0] == 0
    assert "struck out" in (await iewo(world, "case", "show", case))[1]


async def test_a_referral_is_raised_and_decided(world: World) -> None:
    urn = "150002"
    code, out, err = await iewo(world, "referral", "raise", "--school", urn, "--child", CHILD, "--why", "absent every Monday")
    assert (code, "(proposed): waits for a decision" in out) == (0, True), err
    [one] = await world.proposals(urn)
    code, out, _ = await iewo(world, "referral", "bought", "--school", urn, "--cases", "0", head=True)
    assert (code, out.strip()) == (0, f"open cases of school {urn}: 0 of 0")
    code, _, err = await iewo(world, "referral", "accept", one["referral"])
    assert (code, "it would be open case 1 of 0" in err, err.count("\n")) == (1, True, 1)
    until = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
    code, out, _ = await iewo(world, "referral", "leave", one["referral"], "--until", until)
    assert (code, until in out) == (0, True)
    assert "there is medical evidence" in (await iewo(world, "referral", "reasons"))[1]
    code, out, _ = await iewo(world, "referral", "accept", one["referral"], "--over-bought")
    assert (code, "open cases of the school: 1 of 0" in out) == (0, True)


async def test_a_register_check_is_shown_decided_from_a_file_and_noted(world: World) -> None:
    urn = "150003"
    ids = [await proposed(world, urn, child) for child in ("one", "two", "three")]
    code, out, err = await iewo(world, "register-check", urn)
    assert (code, "3 proposals" in out, "no check yet" in out, "Marsh-one" in out) == (0, True, True, True), err
    assert "persistent absence 20/100" in out
    assert "then" not in out, "before the first check there is nothing to compare with: no empty column"
    first = (await iewo(world, "register-check", urn, "--first", "1"))[1]
    assert (first.count("Marsh-"), "these are the first 1 of 3" in first) == (1, True)
    code, out, err = await iewo(world, "referral", "list", "--school", urn)
    assert (code, "persistent absence 20/100" in out, all(one in out for one in ids)) == (0, True, True), err
    file = f"referral,act,reason,words\n{ids[0]},accept,,\n{ids[1]},decline,medical,letter seen\n{ids[2]},decline,because,\n"
    code, out, err = await iewo(world, "register-check", urn, "--decisions", "-", "--attendees", "Ms Adeyemi", given=file)
    assert (code, "1 accepted, 1 declined, 0 left" in out, "one of: school" in out) == (3, True, True), err
    assert "letter seen" in (await iewo(world, "case", "history", ids[1]))[1]
    found = json.loads((await iewo(world, "register-check", urn, "--json"))[1])
    assert ([one["child"] for one in found["proposals"]], found["last"]["attendees"]) == (["three"], "Ms Adeyemi")
    for bad, told in (("who,act\n", "the file's columns are"), ("referral,act\n,accept\n", "line 2: referral needed")):
        code, _, err = await iewo(world, "register-check", urn, "--decisions", "-", given=bad)
        assert (code, told in err, err.count("\n")) == (2, True, 1)
    code, out, _ = await iewo(world, "register-check", urn, "--held", "--notes", "nothing to decide")
    assert (code, "0 accepted" in out) == (0, True)
    nobody = (await iewo(world, "register-check", "150099", head=True))[1]
    assert "none" not in nobody, nobody


async def test_a_case_elsewhere_is_asked_for_and_granted(world: World) -> None:
    case = await a_case(world, "150004", CHILD)
    asked = ("--school", "150005", "--child", CHILD)
    code, out, err = await iewo(world, "hand-over", "elsewhere", *asked)
    assert (code, case in out) == (0, True), err
    code, out, err = await iewo(world, "hand-over", "ask", case, *asked, "--why", "she is on our roll now", "--json")
    id_ = json.loads(out)["hand_over"]
    assert (code, id_ in (await iewo(world, "hand-over", "list"))[1]) == (0, True), err
    code, out, _ = await iewo(world, "hand-over", "decide", id_, "grant", "--why", "the family agrees")
    assert (code, out.strip()) == (0, f"hand-over {id_} is granted")
    code, out, _ = await iewo(world, "hand-over", "show", id_)
    assert (code, "Case of school 150004, accepted" in out) == (0, True)


@pytest.mark.parametrize(
    "command", [("case", "act"), ("case", "history"), ("case", "list"), ("referral", "raise"), ("register-check",), ("hand-over", "ask")]
)
async def test_help_teaches_with_an_example(world: World, command: tuple[str, ...]) -> None:
    code, out, _ = await iewo(world, *command, "--help")
    assert (code, "Example" in out, f"iewo {' '.join(command)}" in " ".join(out.split())) == (0, True, True)


async def test_enforcement_is_asked_for_by_command_with_the_offence_of_a_prosecution(world: World) -> None:
    case = await a_case(world, "150009", "asked")
    ask = ("case", "enforcement", case, "--parent", "asked.1", "--reason", "irregular")
    code, out, err = await iewo(world, *ask, "--measure", "prosecution", "--offence", "s.444(1A)")
    assert (code, f"request {case}.1" in out) == (0, True), err
    code, out, _ = await iewo(world, *ask, "--measure", "prosecution", "--offence", "1a", "--json")
    made = json.loads(out)
    assert (code, made["request"], made["offence"], made["measure"]) == (0, f"{case}.1", "444(1A)", "prosecution"), "the same again is it"
    code, out, _ = await iewo(world, *ask, "--json")
    assert (code, json.loads(out)["request"], json.loads(out)["offence"]) == (0, f"{case}.2", None)
    code, _, err = await iewo(world, *ask, "--offence", "1")
    assert (code, "give --measure prosecution" in err, err.count("\n")) == (2, True, 1)
