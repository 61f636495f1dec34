"""How many bytes of bodies are in hand at a time, and who is next."""

import asyncio

import pytest

from services.attendance.uploads import Hold, Room


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def full() -> tuple[Room, Hold, Hold]:
    """A room of ten, all taken, and who went beyond it."""
    room, held, alone = Room(10), Hold(), Hold()
    await room.grow(held, 10, 60)
    await room.grow(alone, 4, 60)
    assert (held.taken, alone.taken, alone.alone) == (10, 0, True)
    return room, held, alone


async def test_room_is_given_in_the_order_in_which_it_was_asked_for() -> None:
    room, held, _ = await full()
    order = list[str]()

    async def take(name: str, size: int) -> None:
        await room.grow(Hold(), size, 60)
        order.append(name)

    waiting = [asyncio.create_task(take(name, size)) for name, size in (("large", 8), ("small", 1))]
    await settle()
    assert order == [], "a small one does not overtake a large one, which would wait for ever"
    room.leave(held)
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
    assert order == ["large", "small"]


async def test_who_has_waited_long_enough_or_has_gone_leaves_no_hole() -> None:
    room, held, _ = await full()
    with pytest.raises(TimeoutError):
        await room.grow(Hold(), 4, 0.01)
    gone = asyncio.create_task(room.grow(Hold(), 4, 60))
    await settle()
    gone.cancel()
    await settle()
    room.leave(held)
    last = Hold()
    await asyncio.wait_for(room.grow(last, 10, 60), 1)
    assert last.taken == 10


async def test_who_leaves_in_the_moment_of_being_served_gives_it_to_the_next() -> None:
    room, held, _ = await full()
    hold = Hold()
    leaving, following = asyncio.create_task(room.grow(hold, 10, 60)), asyncio.create_task(room.grow(Hold(), 10, 60))
    await settle()
    room.leave(held)
    leaving.cancel()
    await settle()
    room.leave(hold)
    await asyncio.wait_for(following, 1)
    assert leaving.cancelled()
