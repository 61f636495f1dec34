"""A change that is heard while a service that has to be asked is away is told as soon as that service is back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from services.sharing.store.resting import AT_ONCE
from shared.contracts.attendance_events import FeedStored
from shared.contracts.sharing import PackOutdated
from shared.identity import new_id
from shared.mongo import close
from tests.support.school import until
from tests.support.sharing import SCHOOL, World, _answer_registers, events, peer, publish, world

PACKS = 3


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[World]:
    """Its `attendance` is stopped by the test, which puts another in its place."""
    async with world(tmp_path) as ready:
        await ready.register()
        try:
            yield ready
        finally:
            await ready.attendance.bus.stop()
            await close(ready.attendance.client)


async def told(made: World) -> set[str]:
    return {one.pack for one in await events(made.stack, PackOutdated)}


async def looked_at(made: World) -> dict[str, datetime]:
    return {pack["_id"].partition(":")[2]: pack["looked_at"] for pack in await made.documents({"kind": "pack"})}


async def test_every_pack_is_told_of_soon_after_attendance_is_back(made: World) -> None:
    requests = await asyncio.gather(*(made.ask() for _ in range(PACKS)))
    for request in requests:
        await made.sent(request)
    await made.attendance.bus.stop()
    await close(made.attendance.client)
    made.attendance = other = peer(made.stack, "attendance")
    await other.bus.broker.connect()
    made.corrected |= {request.child: "I" for request in requests}
    before = await looked_at(made)
    await publish(other, FeedStored, school=SCHOOL, feed=new_id(), number=9, years=(2026,))

    async def in_vain() -> bool:
        now = await looked_at(made)
        return all(AT_ONCE < now[pack] != at for pack, at in before.items())

    await until("somebody began to look at each", in_vain)
    assert await told(made) == set()
    _answer_registers(made)
    await other.bus.start()

    async def of_all() -> bool:
        return await told(made) == before.keys()

    await until("all are told of", of_all)

    async def at_rest() -> bool:
        now = await looked_at(made)
        return all(now[pack] > at for pack, at in before.items())

    await until("none is due before the pause is over", at_rest)
