"""How many bytes of bodies are in hand at a time, and who is next."""

import asyncio

import pytest

from services.attendance.uploads import Room


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_room_is_given_in_the_order_in_which_it_was_asked_for() -> None:
    room, order = Room(10), list[str]()

    async def take(name: str, size: int) -> None:
        await room.take(size, 60)
        order.append(name)

    await take("first", 6)
    waiting = [asyncio.create_task(take(name, size)) for name, size in (("large", 8), ("small", 1))]
    await settle()
    assert order == ["first"], "a small one does not overtake a large one, which would wait for ever"
    room.give_back(6)
    await settle()
    assert order == ["first", "large", "small"]
    await asyncio.gather(*waiting)


async def test_who_has_waited_long_enough_or_has_gone_leaves_no_hole() -> None:
    room = Room(10)
    await room.take(10, 60)
    with pytest.raises(TimeoutError):
        await room.take(4, 0.01)
    gone = asyncio.create_task(room.take(4, 60))
    await settle()
    gone.cancel()
    await settle()
    room.give_back(10)
    await asyncio.wait_for(room.take(10, 60), 1)


async def test_room_that_came_in_the_moment_of_leaving_goes_to_the_next() -> None:
    room = Room(10)
    await room.take(10, 60)
    leaving, following = asyncio.create_task(room.take(10, 60)), asyncio.create_task(room.take(10, 60))
    await settle()
    room.give_back(10)
    leaving.cancel()
    await asyncio.wait_for(following, 1)
    assert leaving.cancelled()
