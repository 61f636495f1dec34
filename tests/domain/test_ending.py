"""Telling tasks to end, also one that is told at the moment at which a cancellation is lost."""

import asyncio

from shared.ending import ended


async def _done_at_once() -> None:
    """As the database's client writes a command."""


async def _chore() -> None:
    while True:
        await asyncio.wait_for(_done_at_once(), 1)
        await asyncio.sleep(3600)


async def _keeps_one_to_itself() -> None:
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        await asyncio.sleep(3600)


async def test_all_have_ended_whenever_they_are_told() -> None:
    tasks = [asyncio.create_task(_chore()) for _ in range(20)]
    for _ in range(2):
        await asyncio.sleep(0)  # before 3.12 each is where one cancellation has no effect
        tasks += [asyncio.create_task(_chore()) for _ in range(20)]
    await asyncio.wait_for(ended(tasks), 10)
    assert all(task.done() for task in tasks)


async def test_one_that_keeps_a_cancellation_to_itself_is_told_again() -> None:
    task = asyncio.create_task(_keeps_one_to_itself())
    await asyncio.sleep(0)
    await asyncio.wait_for(ended([task]), 10)
    assert task.cancelled()


async def test_one_that_fails_has_ended() -> None:
    async def fails() -> None:
        raise ValueError

    task = asyncio.create_task(fails())
    await ended([task])
    assert task.done()


async def test_none_have_ended() -> None:
    await ended([])
