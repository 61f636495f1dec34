"""Files on their way in through processes of their own: a slow sender ends, and holds up nobody else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import HTTPException, Request

from services.referrals.api import documents
from services.referrals.documents import cleaning
from services.referrals.documents.cleaning import EACH, Cleaning
from tests.support import files


async def whole() -> AsyncIterator[bytes]:
    yield files.EMAIL


async def taken(by: Cleaning, sender: str, body: AsyncIterator[bytes]) -> str:
    async with by.cleaned(sender, body) as found:
        return found.type


async def test_a_sender_has_two_files_on_their_way_and_the_others_find_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "PATIENCE", 1.0)
    by, come, begun = Cleaning(), asyncio.Event(), asyncio.Semaphore(0)

    async def slow() -> AsyncIterator[bytes]:
        begun.release()
        await come.wait()
        yield files.EMAIL

    held = [asyncio.create_task(taken(by, "slow", slow())) for _ in range(EACH)]
    async with asyncio.timeout(30):
        for _ in held:
            await begun.acquire()
    more = [taken(by, "slow", whole()) for _ in range(cleaning.AT_ONCE)]
    assert [type(one) for one in await asyncio.gather(*more, return_exceptions=True)] == [TimeoutError] * cleaning.AT_ONCE
    assert await taken(by, "another", whole()) == "eml"
    come.set()
    assert await asyncio.gather(*held) == ["eml"] * EACH
    assert await taken(by, "slow", whole()) == "eml"


async def test_a_file_that_trickles_in_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "WHOLE", 0.3)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async with asyncio.timeout(30):
        with pytest.raises(HTTPException) as refused:
            async for _ in documents._in_time(Request({"type": "http", "headers": []}, receive)):
                pass
    assert refused.value.status_code == 408
