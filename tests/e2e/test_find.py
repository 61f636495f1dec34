"""People are found from what schools really push, follow it, and are gone from the index when they are disposed of."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from deploy.local.running import QUICK, Running
from tests.e2e.test_disposal import Sweeping
from tests.support.autumn import CLOCK, YEAR
from tests.support.marks import children
from tests.support.school import School, until
from tests.support.servers import running_on_empty

THIS, LAST = children(2)
HEAD = "UPN,surname,forename,date of birth,year group,parent 1 name,parent 1 relationship,parent 1 address,parent 1 phone,"
HIDES = "parent 2 name,parent 2 address,parent 2 address confidential"


def roll(*rows: str) -> bytes:
    return "\n".join((HEAD + HIDES, *rows, "")).encode()


MOTHER = "Alex Quillfeather,mother,1 Example Street ZZ99 1AB,01632 960123"
STAYS = f"{THIS},Quillfeather,Wren,2015-03-02,6,{MOTHER},Jo Ashdown,7 Refuge Lane ZZ98 9ZZ,"
LEAVES = f"{LAST},Larkspurling,Robin,2014-03-02,7,Sam Larkspurling,father,2 Example Street ZZ99 2AB,01632 960456,,,"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        yield stack


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    opened = await School(running, "930001").open()
    await opened.put_in(roll(LEAVES + "no"), kind="roll", year=YEAR - 1)
    await opened.put_in(roll(STAYS + "no"), kind="roll", year=YEAR)
    yield opened
    await opened.close()


async def found(school: School, typed: str, surnames: list[str]) -> list[dict[str, Any]]:
    async def probe() -> list[dict[str, Any]] | None:
        answer = await school.get(f"/v1/find?q={typed}", "referrals", role="head of service")
        if answer.status_code != 200:
            return None
        shown: list[dict[str, Any]] = answer.json()["children"]
        return [{"of": shown}] if [one["surname"] for one in shown] == surnames else None

    [one] = await until(f"found {surnames}", probe)
    found_: list[dict[str, Any]] = one["of"]
    return found_


async def test_who_is_on_a_roll_is_found_by_what_the_roll_tells(school: School) -> None:
    [wren] = await found(school, "quilfeather", ["Quillfeather"])
    assert wren["parents"][0]["telephones"] == ["01632 960123"]
    await found(school, "960456", ["Larkspurling"])
    await found(school, "zz98%209zz", ["Quillfeather"])


async def test_an_address_that_a_roll_comes_to_hide_is_found_no_more(school: School) -> None:
    await school.put_in(roll(STAYS.replace("960123", "960789") + "yes"), kind="roll", year=YEAR)
    await found(school, "zz98%209zz", [])
    [wren] = await found(school, "960789", ["Quillfeather"])
    assert "Refuge" not in str(wren)


async def test_who_is_disposed_of_is_found_no_more(running: Running, school: School) -> None:
    sweeping = Sweeping(running)
    await sweeping.at(await sweeping.begin(date(YEAR + 1, 9, 1)), "done")
    await found(school, "larkspurling", [])
    await found(school, "960456", [])
    await found(school, "wren", ["Quillfeather"])
    await sweeping.close()
