"""Leave in term time on the whole stack: one call for a hundred children, and a pack in preparation for each, in which nothing of the leave
itself is lacking."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.running import QUICK, Running
from tests.support.autumn import CLOCK
from tests.support.casework import add_authority
from tests.support.leave import SESSIONS, drafted, requested, school_with_leave
from tests.support.servers import running_on_empty

CHILDREN = 100
SECONDS = 180.0
OF_LEAVE = {"leave on record", "ground in the register", "threshold met"}


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK}) as stack:
        await add_authority(stack)
        yield stack


async def test_a_hundred_leaves_become_packs_in_which_nothing_of_the_leave_is_lacking(running: Running) -> None:
    school = await school_with_leave(running, "930101", CHILDREN)
    answer = await requested(school)
    assert {(one["outcome"], one["sessions"]) for one in answer["requests"]} == {("made", SESSIONS)}
    assert answer["made"] == CHILDREN
    packs = await drafted(school, CHILDREN, SECONDS)
    assert sorted(one["request"] for one in packs) == sorted(one["request"] for one in answer["requests"])
    one = (await school.get(f"/v1/packs/{packs[0]['pack']}", "sharing", role="head of service")).json()
    items = {item["rule"]: item for item in one["items"]}
    assert {rule: items[rule]["says"] for rule in OF_LEAVE if not items[rule]["met"]} == {}
