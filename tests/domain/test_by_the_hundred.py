"""Many of a kind a hundred at a time, and what is wrong with one is that one's."""

from collections.abc import Sequence

import pytest

from services.sharing.by_the_hundred import HUNDRED, by_the_hundred
from shared.errors import Conflict, WorldAway


class Doing:
    def __init__(self, wrong: dict[int, Exception]) -> None:
        self.wrong, self.sizes = wrong, list[int]()

    async def __call__(self, some: Sequence[int]) -> list[int]:
        self.sizes.append(len(some))
        for one in some:
            if one in self.wrong:
                raise self.wrong[one]
        return [-one for one in some]


async def test_a_hundred_are_done_at_once_in_their_order() -> None:
    do = Doing({})
    assert await by_the_hundred(range(250), do) == [-one for one in range(250)]
    assert do.sizes == [HUNDRED, HUNDRED, 50]


async def test_of_a_hundred_with_one_that_is_wrong_each_is_done_alone() -> None:
    wrong = Conflict("one")
    do = Doing({120: wrong})
    assert await by_the_hundred(range(210), do) == [wrong if one == 120 else -one for one in range(210)]
    assert do.sizes == [HUNDRED, HUNDRED, *[1] * HUNDRED, 10], "and the other hundreds at once"


async def test_where_nothing_answers_nobody_is_asked_again() -> None:
    do = Doing({3: WorldAway("mongo")})
    with pytest.raises(WorldAway):
        await by_the_hundred(range(250), do)
    assert do.sizes == [HUNDRED]
