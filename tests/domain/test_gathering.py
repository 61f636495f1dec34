"""Many messages in one pass: each has its own outcome, and what is bad is bad alone."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Disposed, Permanent, Transient, WorldAway
from shared.gathering import Gathering


class Poison(Permanent):
    """It is poison."""


class Passes:
    """Takes in whole numbers; no negative one."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.passes: list[list[int]] = []

    async def __call__(self, items: Sequence[int]) -> None:
        self.passes.append(list(items))
        await asyncio.sleep(0)
        if any(item < 0 for item in items):
            raise Poison
        self.taken += items


@given(st.lists(st.integers(-3, 50), max_size=40), st.integers(1, 16))
def test_every_good_one_is_taken_in_once_in_its_order_and_every_bad_one_fails_alone(items: list[int], at_most: int) -> None:
    async def run() -> list[BaseException | None]:
        gathering = Gathering(passes, at_most)
        return await asyncio.gather(*(gathering.take([item]) for item in items), return_exceptions=True)

    passes = Passes()
    outcomes = asyncio.run(run())
    assert passes.taken == [item for item in items if item >= 0]
    assert [isinstance(outcome, Poison) for outcome in outcomes] == [item < 0 for item in items]
    assert max((len(some) for some in passes.passes), default=0) <= at_most


async def test_what_comes_while_a_pass_is_at_work_goes_together_with_the_next() -> None:
    begun, go = asyncio.Event(), asyncio.Event()
    passes: list[list[int]] = []

    async def take(items: Sequence[int]) -> None:
        passes.append(list(items))
        begun.set()
        await go.wait()

    gathering = Gathering(take, 256)
    first = asyncio.create_task(gathering.take([1]))
    await begun.wait()
    others = [asyncio.create_task(gathering.take([number])) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(first, *others)
    assert passes == [[1], [2, 3, 4]]


async def test_that_the_world_is_away_is_told_to_all_of_a_pass_at_once() -> None:
    passes: list[list[int]] = []

    async def take(items: Sequence[int]) -> None:
        passes.append(list(items))
        raise WorldAway("attendance")

    gathering = Gathering(take, 256)
    outcomes = await asyncio.gather(*(gathering.take([number]) for number in range(9)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {WorldAway}
    assert passes == [list(range(9))]


async def test_a_handler_that_is_cancelled_keeps_nothing_from_the_others() -> None:
    begun, go = asyncio.Event(), asyncio.Event()
    taken: list[int] = []

    async def take(items: Sequence[int]) -> None:
        begun.set()
        await go.wait()
        taken.extend(items)

    gathering = Gathering(take, 256)
    both = [asyncio.create_task(gathering.take([number])) for number in (1, 2)]
    await begun.wait()
    both[0].cancel()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await both[0]
    await both[1]
    assert taken == [1, 2]


async def test_a_message_of_several_has_those_taken_in_that_can_be_and_raises_the_gravest_error_of_the_others() -> None:
    errors: dict[int, Exception] = {1: Disposed("2028-08-31"), 2: Poison(), 3: Transient("attendance")}
    taken: list[int] = []

    async def take(items: Sequence[int]) -> None:
        for item in items:
            if item in errors:
                raise errors[item]
        taken.extend(items)

    gathering = Gathering(take, 256)
    for worst in (Transient, Poison, Disposed):
        with pytest.raises(worst):
            await gathering.take(range(6))
        errors.popitem()
    assert set(taken) == {0, 2, 3, 4, 5}, "two and three once their errors were mended"
    await gathering.take(range(6))
    await gathering.take([])
    assert set(taken) == set(range(6))


async def test_what_comes_one_behind_the_other_goes_in_one_pass_where_that_waits_a_moment() -> None:
    passes: list[list[int]] = []

    async def take(items: Sequence[int]) -> None:
        passes.append(list(items))

    gathering = Gathering(take, 256, pause=0.2)
    first = asyncio.create_task(gathering.take([1]))
    await asyncio.sleep(0.001)
    await asyncio.gather(first, gathering.take([2, 3]))
    assert passes == [[1, 2, 3]]
