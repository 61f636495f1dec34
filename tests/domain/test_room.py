"""How many bytes of bodies are in hand at a time, and who is next."""

import asyncio

import pytest

from shared.room import Hold, Room


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_at_a_time_is_let_go_beyond_the_room_and_the_rest_wait_in_their_order() -> None:
    room, order = Room(10), list[str]()
    holds = {name: Hold() for name in ("first", "beyond", "large", "small")}

    async def take(name: str, size: int) -> None:
        await room.grow(holds[name], size, 60)
        order.append(name)

    await take("first", 10)
    await take("beyond", 8)
    assert holds["beyond"].alone
    waiting = [asyncio.create_task(take(name, size)) for name, size in (("large", 8), ("small", 1))]
    await settle()
    assert order == ["first", "beyond"], "a small one does not overtake a large one, which would wait for ever"
    room.leave(holds["first"])
    await asyncio.gather(*waiting)
    assert order == ["first", "beyond", "large", "small"]


async def test_who_has_waited_long_enough_leaves_no_hole() -> None:
    room, first, beyond, late, gone, last = Room(10), *(Hold() for _ in range(5))
    await room.grow(first, 10, 60)
    await room.grow(beyond, 4, 60)
    with pytest.raises(TimeoutError):
        await room.grow(late, 4, 0.01)
    leaving = asyncio.create_task(room.grow(gone, 4, 60))
    await settle()
    leaving.cancel()
    await settle()
    room.leave(first)
    await asyncio.wait_for(room.grow(last, 10, 60), 1)


async def test_room_that_came_in_the_moment_of_leaving_is_given_back_with_the_rest() -> None:
    room, first, beyond, gone, last = Room(10), *(Hold() for _ in range(4))
    await room.grow(first, 10, 60)
    await room.grow(beyond, 10, 60)
    leaving, following = asyncio.create_task(room.grow(gone, 10, 60)), asyncio.create_task(room.grow(last, 10, 60))
    await settle()
    room.leave(first)
    leaving.cancel()
    await settle()
    room.leave(gone)
    await asyncio.wait_for(following, 1)
