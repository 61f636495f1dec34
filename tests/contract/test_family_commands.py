"""`iewo parent`, `find`, `flag` and `visit-warning` against two replicas of the referrals service."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients.iewo.main import main
from tests.contract.test_families import FATHER, MOTHER, child
from tests.support.referrals import World, referrals_world
from tests.support.school import until

SCHOOL = "100301"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("commands")) as made:
        made.neighbours.rolls[SCHOOL] = [child(made, "wren", MOTHER, FATHER), child(made, "robin", MOTHER)]
        yield made


@pytest.fixture
def iewo(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A command as an officer types it: its exit code and what it shows."""
    monkeypatch.setenv("IEWO_TOKEN", world.token())

    async def run(*arguments: str) -> tuple[int, str]:
        code = await asyncio.to_thread(main, [*arguments, "--url", world.services[0].url])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


async def shown(iewo: Callable[..., Any], name: str) -> dict[str, Any]:
    code, said = await iewo("parent", "show", name, "--school", SCHOOL, "--from-roll", "--json")
    assert code == 0, said
    found: dict[str, Any] = json.loads(said)
    return found


async def test_a_family_from_the_roll_to_its_siblings(iewo: Callable[..., Any]) -> None:
    one, other = (await shown(iewo, "wren"))["parents"][0]["parent"], (await shown(iewo, "robin"))["parents"][0]["parent"]
    why = ("--why", "she said so by telephone")
    assert (await iewo("parent", "change", one, "--telephone", "01632 960333", "--language", "Welsh", *why))[0] == 0
    assert (await iewo("parent", "link", one, "wren", "--responsibility", "yes", "--write-to", "no", *why))[0] == 0
    assert "iewo parent apart" in (await iewo("parent", "same", one, other, *why))[1]
    said = (await iewo("parent", "history", one))[1]
    [changed] = [line for line in said.splitlines() if "telephones" in line]
    assert (MOTHER["phone"] in changed, "01632 960333" in changed, "[" in changed, "T" in changed) == (True, True, False, False)
    code, said = await iewo("parent", "show", "wren", "--school", SCHOOL)
    assert code == 0
    for words in (
        "Ms Alex Larkfield",
        "01632 960333",
        "Welsh",
        "responsibility",
        "a sibling at one of your schools: robin",
        "7 Refuge Lane",
    ):
        assert words in said
    assert (await iewo("parent", "apart", one, other, *why))[0] == 0
    assert (await shown(iewo, "wren"))["siblings"] == []
    aunt = ("--name", "Wyn Larkfield", "--relationship", "aunt", "--address", "22 Otherplace Road", "--confidential")
    code, said = await iewo("parent", "add", "robin", "--school", SCHOOL, *aunt, *why)
    assert (code, "is a parent of robin now" in said) == (0, True)
    code, said = await iewo("parent", "show", "robin", "--school", SCHOOL)
    assert ("confidential" in said, "Otherplace" in said) == (True, False), "no case, so nobody is its officer"
    assert (await iewo("parent", "change", one, *why))[0] == 2


async def test_flags_and_warnings_stand_before_the_family(iewo: Callable[..., Any]) -> None:
    father = (await shown(iewo, "wren"))["parents"][1]["parent"]
    flag = ("flag", "set", "wren", "--school", SCHOOL, "--kind", "do not contact", "--why", "an order of the court")
    code, said = await iewo(*flag)
    assert (code, "`parent` goes with `do not contact`" in said) == (1, True)
    code, said = await iewo(*flag, "--parent", father, "--json")
    assert code == 0
    review = (datetime.now(UTC).date() + timedelta(30)).isoformat()
    warning = ("visit-warning", "add", FATHER["address"], "--reason", "two dogs loose", "--review", review)
    made = json.loads((await iewo(*warning, "--json"))[1])["warning"]
    text = (await iewo("parent", "show", "wren", "--school", SCHOOL))[1]
    assert f"VISIT WARNING, {FATHER['address']}: two dogs loose" in text
    assert "do not contact" in text
    assert "two dogs" in (await iewo("visit-warning", "list", "--address", FATHER["address"]))[1]
    later = (datetime.now(UTC).date() + timedelta(90)).isoformat()
    assert later in (await iewo("visit-warning", "review", made, "--review", later, "--why", "still there"))[1]
    assert (await iewo("visit-warning", "end", made, "--why", "they moved"))[0] == 0
    assert (await iewo("flag", "lift", json.loads(said)["flag"], "--why", "it has ended"))[0] == 0
    assert "VISIT WARNING" not in (await iewo("parent", "show", "wren", "--school", SCHOOL))[1]


async def test_find_shows_who_and_why(iewo: Callable[..., Any]) -> None:
    async def probe() -> str | None:
        code, said = await iewo("find", "larkfeild", "robin")
        return said if code == 0 and "wren" in said else None

    said = await until("found", probe)
    assert "surname of the child is like larkfeild: Larkfield" in " ".join(said.split())
    assert (await iewo("find", "?"))[0] == 1
