"""A change of a sent pack that nobody answers by its day: told to its officer, counted, first in the list; of a paid pack too."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.sharing.store.unanswered import AGAIN
from shared.contracts.attendance_events import FeedStored
from shared.contracts.sharing import PackChangeUnanswered
from shared.identity import new_id
from shared.mongo import close, connect
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.sharing import FIRST_ABSENT, SCHOOL, World, events, publish, world

BY = {"name": "T. Okafor", "why": "enough are left"}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("unanswered")) as ready:
        await ready.register()
        yield ready


async def changed(made: World, *words: str) -> PackWalk:
    """A pack of which the LA has said so much, and then a mark is corrected."""
    request = await made.ask()
    walk = PackWalk(made.sharing.url, made.headers, (await made.sent(request))["pack"], request.school)
    for says in words:
        await walk.done("POST", "words", {"says": says, "name": "T. Okafor", "heard": "telephone"})
    made.corrected_on[request.child] = FIRST_ABSENT
    await publish(made.attendance, FeedStored, school=SCHOOL, feed=new_id(), number=9, years=(datetime.now(UTC).year - 1,))

    async def shows() -> Any:
        return (await walk.done("GET", ""))["changed_since_sent"]

    await until("it has changed", shows)
    return walk


async def due(made: World, walk: PackWalk, day: date) -> None:
    """As of a change of earlier days."""
    client = connect(made.stack.mongo_url("admin"))
    try:
        set_back = {"$set": {"answer_by": day.isoformat()}, "$inc": {"version": 1}}
        await client["iewo"]["sharing"].update_one({"_id": f"pack:{walk.pack}", "kind": "pack"}, set_back)
    finally:
        await close(client)


async def told(made: World, walk: PackWalk) -> list[tuple[date, int]]:
    return [(one.answer_by, one.times) for one in await events(made.stack, PackChangeUnanswered) if one.pack == walk.pack]


async def counted(made: World, number: int) -> None:
    async def shown() -> bool:
        async with httpx.AsyncClient(base_url=made.sharing.url) as client:
            return f"iewo_pack_changes_unanswered {number}.0" in (await client.get("/metrics")).text

    await until(f"{number} counted", shown)


@pytest.mark.parametrize("words", [(), ("notice issued", "paid")])
async def test_a_change_past_its_day_is_told_each_week_until_it_is_answered(made: World, words: tuple[str, ...]) -> None:
    walk, today = await changed(made, *words), datetime.now(UTC).date()
    answer_by = (await walk.done("GET", "changed"))["answer_by"]
    assert answer_by > today.isoformat()
    await due(made, walk, today)
    await counted(made, 0)
    assert await told(made, walk) == [], "the day itself is a day to answer"
    so_far: list[tuple[date, int]] = []
    for days, times in ((1, 1), (AGAIN, 1), (AGAIN + 1, 2)):
        day = today - timedelta(days=days)
        await due(made, walk, day)
        so_far += [(day, times)] if len(so_far) < times else []

        async def is_told(so_far: list[tuple[date, int]] = so_far) -> bool:
            return await told(made, walk) == so_far

        await until(f"told {so_far}", is_told)
    await counted(made, 1)
    listed = await made.get("/v1/packs?order=clock")
    assert listed[0]["pack"] == walk.pack, "before any legal clock"
    await walk.done("POST", "changed", {**BY, "answer": "stands"})
    await counted(made, 0)
    [document] = await made.documents({"_id": f"pack:{walk.pack}"})
    assert not {"answer_by", "reminded"} & document.keys()


async def test_of_a_pack_that_was_taken_back_no_answer_is_owed(made: World) -> None:
    walk = await changed(made)
    await walk.done("POST", "withdraw", BY)
    await due(made, walk, datetime.now(UTC).date() - timedelta(days=3))
    beside = await changed(made)
    await due(made, beside, datetime.now(UTC).date() - timedelta(days=3))
    await counted(made, 1)
    assert (await walk.done("GET", ""))["answer_by"] is None
    assert await told(made, walk) == []
