"""A mark is corrected after the Local Authority is done with a pack: a notice that was paid is to be undone, so it is told as before."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.sharing.domain.rests import LONGEST_PAUSE, PAUSE
from services.sharing.store.resting import AT_ONCE
from shared.contracts.attendance_events import FeedStored
from shared.contracts.sharing import PackOutdated
from shared.identity import new_id
from shared.mongo import close, connect
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.sharing import SCHOOL, World, events, publish, world

WORD = {"name": "T. Okafor", "heard": "telephone"}
ENDS: dict[str, dict[str, Any]] = {
    "paid": {},
    "declined": {"why": "not enough"},
    "outcome": {"outcome": "fined"},
    "returned": {"questions": ["Which parent?"]},
}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("ended")) as ready:
        await ready.register()
        yield ready


async def ended(made: World, says: str) -> tuple[str, PackWalk]:
    """Child and pack."""
    request = await made.ask()
    walk = PackWalk(made.sharing.url, made.headers, (await made.sent(request))["pack"], request.school)
    await walk.done("POST", "words", {**WORD, "says": says, **ENDS[says]})
    return request.child, walk


async def document(made: World, walk: PackWalk) -> dict[str, Any]:
    [found] = await made.documents({"_id": f"pack:{walk.pack}"})
    return found


async def set_back(made: World, walk: PackWalk, **fields: Any) -> None:
    """As a pack of earlier days."""
    client = connect(made.stack.mongo_url("admin"))
    try:
        changes = {"$set": {name: value for name, value in fields.items() if value is not None}, "$inc": {"version": 1}}
        gone = {"$unset": {name: 1 for name, value in fields.items() if value is None}}
        changes |= gone if gone["$unset"] else {}
        await client["iewo"]["sharing"].update_one({"_id": f"pack:{walk.pack}", "kind": "pack"}, changes)
    finally:
        await close(client)


async def marks_came(made: World, year: int) -> None:
    await publish(made.attendance, FeedStored, school=SCHOOL, feed=new_id(), number=9, years=(year,))


async def told(made: World, walk: PackWalk) -> bool:
    return any(one.pack == walk.pack for one in await events(made.stack, PackOutdated))


@pytest.mark.parametrize("says", ENDS)
async def test_a_mark_that_is_corrected_after_the_end_is_told(made: World, says: str) -> None:
    child, walk = await ended(made, says)
    made.corrected[child] = "I"
    # a pack that had ended before those were looked at, too
    await set_back(made, walk, looked_at=None)
    await marks_came(made, datetime.now(UTC).year - 1)

    async def is_told() -> bool:
        return await told(made, walk)

    await until("it is told", is_told)
    now = await walk.done("GET", "")
    assert (now["state"], now["changed_since_sent"]) == (says, ["sessions"])
    act_by = [one.act_by for one in await events(made.stack, PackOutdated) if one.pack == walk.pack]
    assert [day is not None for day in act_by] == [says == "returned"], "once it has ended no clock runs"


async def test_of_what_is_paid_it_is_said_what_can_be_done(made: World) -> None:
    child, walk = await ended(made, "paid")
    made.corrected[child] = "I"
    await marks_came(made, datetime.now(UTC).year - 1)

    async def is_told() -> bool:
        return await told(made, walk)

    await until("it is told", is_told)
    answer = {"name": "T. Okafor", "why": "the school has authorised them since"}
    refused = await walk.send("POST", "changed", {**answer, "answer": "supersede"})
    assert (refused.status_code, "possible now" in refused.text) == (409, False)
    assert "answer with `withdraw`: the LA is told, and repays" in refused.text
    await walk.done("POST", "changed", {**answer, "answer": "withdraw"})
    assert (await walk.done("GET", ""))["state"] == "withdrawn"


async def test_of_what_was_taken_back_nothing_is_looked_at(made: World) -> None:
    child, walk = await ended(made, "returned")
    await walk.done("POST", "withdraw", {"name": "T. Okafor", "why": "the wrong parent"})
    made.corrected[child] = "I"
    other, beside = await ended(made, "paid")
    made.corrected[other] = "I"
    await set_back(made, walk, looked_at=datetime(2020, 1, 1, tzinfo=UTC))
    await marks_came(made, datetime.now(UTC).year - 1)

    async def done() -> bool:
        return await told(made, beside) and "looked_at" not in await document(made, walk)

    await until("the other is told of, and this is due no more", done)
    assert not await told(made, walk)


async def test_marks_of_a_year_that_began_later_hurry_no_pack_and_the_pause_grows_with_its_age(made: World) -> None:
    _, walk = await ended(made, "paid")
    _, beside = await ended(made, "paid")
    years_ago = datetime.now(UTC) - timedelta(days=3000)
    looked = datetime.now(UTC) - PAUSE / 2
    await set_back(made, walk, sent_at=years_ago, looked_at=looked)
    await marks_came(made, datetime.now(UTC).year - 1)

    async def other() -> bool:
        return bool(AT_ONCE < (await document(made, beside))["looked_at"] > looked)

    before = (await document(made, walk))["looked_at"]
    await until("another pack of the school was looked at", other)
    assert (await document(made, walk))["looked_at"] == before
    await marks_came(made, years_ago.year - 1)

    async def rests() -> bool:
        return bool((await document(made, walk))["looked_at"] > before)

    await until("it is looked at for marks of its own years", rests)
    ahead = (await document(made, walk))["looked_at"] - datetime.now(UTC)
    assert timedelta(days=-1) < ahead - (LONGEST_PAUSE - PAUSE) <= timedelta()
    await walk.done("POST", "words", {**WORD, "says": "in court"})
    assert (await document(made, walk))["looked_at"] <= datetime.now(UTC), "the LA acts on it again"
