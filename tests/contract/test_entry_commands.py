"""`iewo intervention edit`, `visit` and `review-view`, `iewo parent doubt` and their like, as an officer types them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clients.iewo.main import main
from tests.contract.test_case_life import a_case, proposed
from tests.contract.test_families import FATHER, MOTHER, child
from tests.support.referrals import World, referrals_world

SCHOOL = "100401"
Iewo = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("entries")) as made:
        yield made


@pytest.fixture
def iewo(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iewo:
    """A command's exit code and what it shows."""

    async def run(*arguments: str, head: bool = False) -> tuple[int, str]:
        monkeypatch.setenv("IEWO_TOKEN", world.token(role="head of service", sub="head") if head else world.token())
        code = await asyncio.to_thread(main, [*arguments, "--url", world.services[0].url])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


async def written(iewo: Iewo, case: str, *more: str) -> str:
    said = ("--with", "mother", "--engagement", "good", "--outcome", "agreed to meet")
    code, told = await iewo("intervention", "add", case, "telephone call", *said, *more, "--json")
    assert code == 0, told
    return str(json.loads(told)["id"])


async def test_an_entry_is_changed_by_what_is_named_and_keeps_the_rest(world: World, iewo: Iewo, tmp_path: Path) -> None:
    case = await a_case(world, SCHOOL, child(world, "editwren", MOTHER, FATHER))
    (tmp_path / "said.txt").write_text("mornings are hard\n")
    due = (datetime.now(UTC).date() + timedelta(7)).isoformat()
    more = ("--notes", str(tmp_path / "said.txt"), "--next", "ring the school", "--due", due, "--contact", "1 phone")
    entry = await written(iewo, case, *more)
    change = ("--outcome", "agreed to meet on Thursday", "--contact", "2 phone=01632 960777", "--next", "")
    code, told = await iewo("intervention", "edit", case, entry, *change)
    assert (code, told) == (0, f"entry {entry} is changed: edition 2\n")
    after = json.loads((await iewo("intervention", "show", case, entry, "--json"))[1])
    assert (after["entry"]["outcome"], after["entry"]["notes"], after["entry"]["due"]) == (
        "agreed to meet on Thursday",
        "mornings are hard",
        None,
    )
    assert after["entry"]["contacts"] == [
        {"parent": "editwren.1", "field": "phone", "value": None},
        {"parent": "editwren.2", "field": "phone", "value": "01632 960777"},
    ]
    assert [one["done"]["outcome"] for one in after["earlier"]] == ["agreed to meet"]
    shown = (await iewo("intervention", "show", case, entry))[1]
    assert "contacts: parent 1, phone confirmed; parent 2, phone 01632 960777" in shown
    assert (await iewo("intervention", "edit", case, entry))[0] == 2
    code, told = await iewo("intervention", "edit", case, entry, "--contact", "mother phone")
    assert (code, "written as '1 phone=01632 960123'" in told) == (2, True)


async def test_an_entry_says_which_parents_were_there_by_their_records(world: World, iewo: Iewo) -> None:
    case = await a_case(world, SCHOOL, child(world, "parentwren", MOTHER, FATHER))
    entry = await written(iewo, case, "--parent", "parentwren.2")
    [there] = json.loads((await iewo("intervention", "show", case, entry, "--json"))[1])["entry"]["people"]
    known = json.loads((await iewo("parent", "show", "parentwren", "--school", SCHOOL, "--json"))[1])["parents"]
    assert there == {
        "who": "parent",
        "words": FATHER["name"],
        "parent": next(one["parent"] for one in known if "parentwren.2" in one["refs"]),
    }
    again = await written(iewo, case, "--parent", there["parent"])
    assert json.loads((await iewo("intervention", "show", case, again, "--json"))[1])["entry"]["people"] == [there]
    said = ("--with", "mother", "--engagement", "good", "--outcome", "x", "--parent", "somebody")
    code, told = await iewo("intervention", "add", case, "telephone call", *said)
    assert (code, "no parent of this child" in told) == (2, True)


async def test_the_childs_view_reaches_a_parent_after_review_alone(world: World, iewo: Iewo, tmp_path: Path) -> None:
    case = await a_case(world, SCHOOL, "viewwren")
    (tmp_path / "view.txt").write_text("I like the art room")
    entry = await written(iewo, case, "--child-view", str(tmp_path / "view.txt"))
    assert "art room" not in (await iewo("case", "for-parents", case))[1]
    code, told = await iewo("intervention", "review-view", case, entry)
    assert (code, f"iewo case for-parents {case}" in told) == (0, True)
    code, told = await iewo("case", "for-parents", case, "--json")
    assert (code, [one["child_view"] for one in json.loads(told)["interventions"]]) == (0, ["I like the art room"])
    assert (await iewo("intervention", "edit", case, entry, "--child-view", str(tmp_path / "other.txt")))[0] == 2
    (tmp_path / "view.txt").write_text("I do not like the bus")
    assert (await iewo("intervention", "edit", case, entry, "--child-view", str(tmp_path / "view.txt")))[0] == 0
    assert [one["child_view"] for one in json.loads((await iewo("case", "for-parents", case, "--json"))[1])["interventions"]] == [None]


async def test_a_clinic_is_one_entry_in_each_case_and_the_same_file_the_same_clinic(world: World, iewo: Iewo, tmp_path: Path) -> None:
    first, second = await a_case(world, SCHOOL, "clinicwren"), await a_case(world, SCHOOL, "clinicrobin")
    file = tmp_path / "clinic.csv"
    file.write_text(
        "case,with,engagement,outcome,agreed,reasons\n"
        f'{first},"mother, at school",good,agreed to ring,by 08:30,transport\n{second},father,partial,wants to think,,\n'
    )
    code, told = await iewo("intervention", "visit", "attendance clinic", str(file))
    assert (code, first in told, "agreed to ring" in told, "wants to think" in told) == (0, True, True, True), told
    assert (await iewo("intervention", "visit", "attendance clinic", str(file)))[0] == 0
    for case, outcome, reasons in ((first, "agreed to ring", ["transport"]), (second, "wants to think", [])):
        [entry] = json.loads((await iewo("intervention", "list", case, "--json"))[1])
        assert (entry["kind"], entry["outcome"], entry["reasons"]) == ("attendance clinic", outcome, reasons)
    file.write_text(f"case,with,engagement,outcome\n{first},mother,good,\n")
    code, told = await iewo("intervention", "visit", "attendance clinic", str(file))
    assert (code, "line 2: outcome needed" in told) == (2, True)
    file.write_text(f"case,with,engagement,outcome\n{first},mother,good,agreed to ring, and to come on Monday\n")
    code, told = await iewo("intervention", "visit", "attendance clinic", str(file))
    assert (code, "line 2: more fields than columns" in told) == (2, True), told
    file.write_text(f"case,with,engagement,outcome\n{first},mother,good,saved by a spreadsheet\n", encoding="utf-8-sig")
    assert (await iewo("intervention", "visit", "attendance clinic", str(file)))[0] == 0
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    code, told = await iewo("intervention", "visit", "attendance clinic", str(file), "--on", yesterday)
    assert (code == 0, "Idempotency-Key" in told) == (False, True), "the same file on another day is no second clinic"
    assert (await iewo("intervention", "visit", "attendance clinic", str(file), "--on", yesterday, "--key", "second"))[0] == 0
    file.write_text(f"case,with,engagement,outcome\n{first},mother,good,met at the café\n", encoding="cp1252")
    code, told = await iewo("intervention", "visit", "attendance clinic", str(file))
    assert (code, "CSV UTF-8" in told) == (2, True), told
    file.write_text("case,whom\n")
    assert "not whom" in (await iewo("intervention", "visit", "attendance clinic", str(file)))[1]


@pytest.mark.parametrize(("who", "names"), [("same", {"Mrs Alex Ashdown"}), ("other", {"Ms Alex Larkfield", "Mrs Alex Ashdown"})])
async def test_a_doubt_about_a_parent_is_settled(world: World, iewo: Iewo, who: str, names: set[str]) -> None:
    name = child(world, f"doubt{who}", MOTHER)
    family = ("parent", "show", name, "--school", SCHOOL)
    parent = json.loads((await iewo(*family, "--from-roll", "--json"))[1])["parents"][0]["parent"]
    child(world, name, {**MOTHER, "name": "Mrs Alex Ashdown"})
    told = (await iewo(*family, "--from-roll"))[1]
    assert f"iewo parent doubt {parent} {name} same --why WORDS" in " ".join(told.split())
    code, told = await iewo("parent", "doubt", parent, name, who, "--why", "the school told us")
    assert code == 0, told
    after = json.loads((await iewo(*family, "--json"))[1])["parents"]
    assert ({one["fields"]["name"]["value"] for one in after}, [one["doubts"] for one in after]) == (names, [[]] * len(names))


async def test_who_sees_nothing_of_a_case_and_which_checks_were_held_is_told(world: World, iewo: Iewo) -> None:
    case, school = await a_case(world, SCHOOL, "closedwren"), "100402"
    await proposed(world, school, "checkwren")
    await world.add_officer("officer-kin", "Kit Example")
    assert (await iewo("case", "close-to", case, "officer-kin", "--why", "own child", head=True))[0] == 0
    code, told = await iewo("case", "closed-to", case, head=True)
    assert (code, "is closed to officer-kin" in told, "own child" in told) == (0, True, True)
    assert (await iewo("register-check", school, "--held", "--attendees", "Ms Adeyemi"))[0] == 0
    code, told = await iewo("register-check", school, "--past")
    assert (code, "Ms Adeyemi" in told) == (0, True)
    assert len(json.loads((await iewo("register-check", school, "--past", "--json"))[1])["checks"]) == 1


async def test_a_change_that_means_to_tell_how_somebody_is_reached_says_so(world: World, iewo: Iewo) -> None:
    case = await a_case(world, SCHOOL, child(world, "editlark", MOTHER, FATHER))
    entry = await written(iewo, case)
    change = ("intervention", "edit", case, entry, "--outcome", "agreed to be rung on 01632 960777")
    code, told = await iewo(*change)
    assert (code != 0, "--names-address" in told) == (True, True), told
    assert await iewo(*change, "--names-address") == (0, f"entry {entry} is changed: edition 2\n")
