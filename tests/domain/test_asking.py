"""Questions that are asked together: each asker is told its own, read after it asked."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.asking import AT_ONCE, Asking
from shared.errors import Transient
from shared.mongo import Document

STORED = [f"{kind}:{school}:{number}" for kind in ("page", "roll") for school in ("1", "10", "2") for number in range(3)]
PREFIXES = st.lists(st.sampled_from(["page:1:", "page:10:", "page:2:", "roll:1:", "roll:3:"]), min_size=1, max_size=3, unique=True)


class Shelf:
    """Documents whose version grows with every look; it is asked one question at a time."""

    def __init__(self) -> None:
        self.looks = 0
        self.broken = False
        self.begun = asyncio.Event()

    async def ask(self, prefixes: Sequence[str]) -> list[Document]:
        self.looks += 1
        self.begun.set()
        look = self.looks
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError
        return [{"_id": id_, "look": look} for id_ in reversed(STORED) if id_.startswith(tuple(prefixes))]


@given(st.lists(PREFIXES, min_size=1, max_size=3 * AT_ONCE))
def test_each_is_told_its_own_in_order_and_in_few_questions(asked: list[list[str]]) -> None:
    async def run() -> None:
        shelf = Shelf()
        asking = Asking(shelf.ask)
        told = await asyncio.gather(*(asking.beginning(prefixes) for prefixes in asked))
        for prefixes, found in zip(asked, told, strict=True):
            assert [one["_id"] for one in found] == sorted(id_ for id_ in STORED if id_.startswith(tuple(prefixes)))
        assert shelf.looks == -(-len(asked) // AT_ONCE)
        told[0].append({"_id": "mine"})
        for one in told[0]:
            one["look"] = None
        assert all(one["look"] for found in told[1:] for one in found), "what one is told is nobody else's"

    asyncio.run(run())


async def test_what_is_told_was_read_after_it_was_asked_for() -> None:
    shelf = Shelf()
    asking = Asking(shelf.ask)
    first = asyncio.create_task(asking.beginning(["page:1:"]))
    await shelf.begun.wait()
    second = await asking.beginning(["page:1:"])  # the first is under way
    assert {one["look"] for one in await first} == {1}
    assert {one["look"] for one in second} == {2}


async def test_an_error_is_everybodys_and_the_next_is_asked_anew() -> None:
    shelf = Shelf()
    asking = Asking(shelf.ask)
    shelf.broken = True
    told = await asyncio.gather(*(asking.beginning(["page:1:"]) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionError] * 3
    shelf.broken = False
    assert len(await asking.beginning(["page:1:"])) == 3


async def test_nobody_waits_for_a_question_that_was_cancelled() -> None:
    """As a driver cancels what is under way when it is closed; one that had not begun is cancelled too."""
    begun = asyncio.Event()

    async def ask(_: Sequence[str]) -> list[Document]:
        begun.set()
        await asyncio.Event().wait()
        return []

    for has_begun in (True, False):
        begun.clear()
        asking = Asking(ask)
        waiting = [asyncio.create_task(asking.beginning(["page:1:"])) for _ in range(2)]
        await (begun.wait() if has_begun else asyncio.sleep(0))
        assert asking._asking
        asking._asking.cancel()
        told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
        assert [type(one) for one in told] == [Transient] * 2
        assert begun.is_set() is has_begun
        begun.clear()
        later = asyncio.create_task(asking.beginning(["page:1:"]))
        await asyncio.wait_for(begun.wait(), 10)
        later.cancel()


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    asking = Asking(Shelf().ask)
    gone, stays = (asyncio.create_task(asking.beginning(["page:2:"])) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert len(await stays) == 3
