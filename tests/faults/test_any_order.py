"""Feeds accepted while the broker is away, then delivered in a shuffled order, each ticket twice, to two replicas at once."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from deploy.local.running import QUICK, Running
from tests.bus.connections import unrestricted
from tests.support.autumn import CLOCK, last_term, this_term
from tests.support.events import mongo, publish_again
from tests.support.marks import children, sheet
from tests.support.plain import PlainRegister, PlainRoll, Row, roll_csv
from tests.support.school import School, marks_csv
from tests.support.whole import assert_concerns, assert_counts, assert_register

SCHOOLS = 3
CHILDREN = children(40)
LAST, THIS = last_term(20), this_term(20)
OURS_ALONE = {"IEWO_SWEEP_AFTER_SECONDS": "900", "IEWO_FEED_RETRY_SECONDS": "900"}
"""No sweeper and no reminder publishes a ticket before the test does."""
FIELDS = {
    "surname": "surname",
    "forename": "forename",
    "date of birth": "born",
    "year group": "year_group",
    "sex": "sex",
    "address": "address",
}


@dataclass
class Pushed:
    """What a school pushed, and under which number each file was accepted."""

    school: School
    marks: dict[int, list[Row]] = field(default_factory=dict)
    rolls: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    feeds: list[str] = field(default_factory=list)

    async def push_marks(self, rows: list[Row]) -> None:
        self.marks[await self._push(marks_csv(rows))] = rows

    async def push_roll(self, rows: list[dict[str, str]]) -> None:
        self.rolls[await self._push(roll_csv(rows))] = rows

    async def _push(self, data: bytes) -> int:
        answer = await self.school.push(data)
        assert answer.status_code == 202, answer.text
        receipt: dict[str, Any] = answer.json()
        assert (receipt["refused_rows"], receipt["state"]) == (0, "accepted")
        self.feeds.append(receipt["feed"])
        return int(receipt["number"])


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    running = Running(tmp_path_factory.mktemp("order"), {**QUICK, **CLOCK, **OURS_ALONE}, notablescan=True)
    async with running:
        yield running


@pytest.fixture(scope="module")
async def pushed(stack: Running) -> AsyncIterator[list[Pushed]]:
    """Every school's files, accepted while the broker is away; then every ticket, twice, in an order of its own for each school."""
    schools = [Pushed(await School(stack, f"93000{number}").open()) for number in range(SCHOOLS)]
    await stack.stack.nats.stop()
    await asyncio.gather(*(_push_all(one, number) for number, one in enumerate(schools)))
    # what its connection still holds would go out in the order in which it came in
    await stack["attendance"].kill()
    await stack.stack.nats.start()
    await stack["attendance"].start()
    await stack.replica("attendance", 2, {**QUICK, **CLOCK, **OURS_ALONE})
    tickets = [shuffled for number, one in enumerate(schools) for shuffled in [await _tickets(stack, one, number)]]
    async with unrestricted(stack.stack) as connection:
        for at_once in zip(*tickets, strict=False):
            await asyncio.gather(*(publish_again(connection.client, "feeds.ticket", body) for body in at_once))
    for one in schools:
        for feed in one.feeds:
            await one.school.stored(feed)
    # what these two published and could not clear, since the other had written meanwhile, is a sweeper's
    await stack.replica("attendance", 3, {**QUICK, **CLOCK})
    yield schools
    for one in schools:
        await one.school.close()


async def _push_all(one: Pushed, seed: int) -> None:
    """All at the same time: which file gets which number is left to chance."""
    some = [CHILDREN[:30], CHILDREN, CHILDREN[10:]]
    rolls = [_roll(upns, columns, turn) for turn, (upns, columns) in enumerate(zip(some, ([], ["sex"], ["sex", "address"]), strict=True))]
    sheets = [
        sheet(CHILDREN, [*LAST, *THIS], seed=10 * seed),
        sheet(CHILDREN, [*LAST[-8:], *THIS[:8]], seed=10 * seed + 1),
        sheet(CHILDREN, THIS[4:], seed=10 * seed + 2),
        sheet(CHILDREN, LAST[10:], seed=10 * seed + 3),
        sheet(CHILDREN[5:25], THIS, seed=10 * seed + 4),
    ]
    await asyncio.gather(*map(one.push_marks, sheets), *map(one.push_roll, rolls))


def _roll(upns: list[str], columns: list[str], turn: int) -> list[dict[str, str]]:
    """A file that differs from the others in a few cells and columns; the second has emptied some."""
    more = {"sex": "F" if turn == 1 else "", "address": f"{turn} Example Street"}
    return [
        {
            "UPN": upn,
            "surname": f"Larkfield{place + turn % 2}",
            "forename": f"Robin{turn}",
            "date of birth": "2015-03-02",
            "year group": "6",
        }
        | {name: more[name] for name in columns}
        for place, upn in enumerate(upns)
    ]


async def _tickets(running: Running, one: Pushed, seed: int) -> list[bytes]:
    """The school's tickets from its feeds' outboxes, each twice, shuffled."""
    async with mongo(running) as database:
        feeds = await database["attendance"].find({"_id": {"$in": [f"feed:{feed}" for feed in one.feeds]}, "kind": "feed"}).to_list()
    bodies = [bytes(message["body"]) for feed in feeds for message in feed["outbox"]] * 2
    assert len(bodies) >= 2 * len(one.feeds), "every ticket waits in an outbox"
    random.Random(seed).shuffle(bodies)
    return bodies


async def test_the_register_is_what_the_accepted_feeds_in_the_order_of_their_numbers_make_it(pushed: list[Pushed]) -> None:
    for one in pushed:
        register = PlainRegister.of(one.marks)
        await assert_register(one.school, register)
        await assert_counts(one.school, register)


async def test_the_roll_is_what_the_latest_file_with_each_column_says(pushed: list[Pushed]) -> None:
    for one in pushed:
        found = await one.school.children()
        for upn, said in PlainRoll.of(one.rolls).children.items():
            assert {name: found[upn][FIELDS.get(name, name)] for name in said} == said


async def test_concerns_and_proposals_are_those_of_the_final_marks_each_once(pushed: list[Pushed]) -> None:
    for one in pushed:
        await assert_concerns(one.school, PlainRegister.of(one.marks))
