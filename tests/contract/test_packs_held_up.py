"""A pack that is sent and that the bus does not take is seen by who runs the system: no LA can have it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.sharing.domain.waiting import ON_ITS_WAY
from shared.mongo import close, connect
from tests.bus.connections import unrestricted
from tests.support.school import until
from tests.support.sharing import World, world


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as ready:
        await ready.register()
        yield ready


@asynccontextmanager
async def packs_takes_nothing(made: World) -> AsyncIterator[None]:
    async with unrestricted(made.stack) as owner:
        stream = owner.client.jetstream()
        config = (await stream.stream_info("PACKS")).config
        before, config.max_msg_size = config.max_msg_size, 100
        await stream.update_stream(config)
        try:
            yield
        finally:
            config.max_msg_size = before
            await stream.update_stream(config)


async def counted(made: World, number: int) -> None:
    async def told() -> bool:
        async with httpx.AsyncClient(base_url=made.sharing.url) as client:
            return f"iewo_packs_held_up {number}.0" in (await client.get("/metrics")).text

    await until(f"{number} held up", told)


async def test_a_pack_that_the_bus_does_not_take_is_counted_until_it_does(made: World) -> None:
    request = await made.ask()
    async with packs_takes_nothing(made):
        await made.sent(request)
        client = connect(made.stack.mongo_url("admin"))
        try:
            long_ago = {"$set": {"outbox.$[].at": datetime.now(UTC) - timedelta(hours=1)}, "$inc": {"version": 1}}
            await client["iewo"]["sharing"].update_one({"_id": {"$gte": "pack:"}, "kind": "pack", "outbox.stream": "PACKS"}, long_ago)
        finally:
            await close(client)
        await counted(made, 1)
        [pack] = await made.packs(request)
        shown = await made.get(f"/v1/packs/{pack['pack']}", "officer", request.school)
        assert (shown["state"], shown["reason"], pack["reason"]) == ("sent", ON_ITS_WAY, ON_ITS_WAY), "no LA has it"
    await counted(made, 0)
    assert (await made.packs(request))[0]["reason"] is None
    [document] = await made.documents({"kind": "pack"})
    assert "sequence" in document
