"""A feed that is taken back: the register is what the other feeds make it, also when a part of it is on its way meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.check_roll import CheckedRoll
from services.attendance.domain.judging import open_rules
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.marks import MarksBatch
from services.attendance.domain.parts import marks_parts, roll_parts
from services.attendance.domain.register_page import trail, writer
from services.attendance.domain.said import said_by
from services.attendance.feeds.withdrawal import Withdrawal
from services.attendance.store.feed_parts import NewPart, Part, TakenBack
from services.attendance.store.feeds import Feeds, content_hash
from services.attendance.store.withdrawals import Withdrawals
from shared.academic_year import cohort, slot
from shared.contracts.attendance_events import StoreFeed
from shared.contracts.envelope import Cause
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.keys import KeyMint
from shared.mongo import close
from shared.settings import Settings
from tests.contract.test_register_store import Rooms
from tests.support.school import holds, marks_csv, school_days, upn
from tests.support.servers import empty_stack

TODAY = date(2026, 11, 20)
YEAR = 2026
CAUSE = Cause.beginning("test")
ADA, BEN = upn(1), upn(2)
WEEK = school_days(5, TODAY)
RULE = "ten sessions unauthorised"


class Today(Settings):
    def today(self) -> date:
        return TODAY


@dataclass
class House:
    """The attendance store with its feeds, and the steps of the ticket's handler one by one."""

    rooms: Rooms
    feeds: Feeds
    withdrawals: Withdrawals
    withdrawal: Withdrawal
    last: int = 0

    async def push(self, urn: str, data: bytes) -> str:
        checked = check_feed(data, Terms(TODAY))
        if isinstance(checked, CheckedRoll):
            parts = [NewPart("roll", YEAR, cohort(YEAR), content) for content in roll_parts(checked.rows)]
        else:
            assert isinstance(checked, CheckedMarks)
            parts = [NewPart("marks", year, cohort(year), c) for year, batch in checked.batches.items() for c, _ in marks_parts(batch)]
        digest = self.feeds.digest(urn, YEAR, content_hash(data), "")
        accepted = await self.feeds.accept(urn, self._next, digest, {"kind": "marks"}, parts, cohort(YEAR), holds)
        assert accepted.waiting
        await self.feeds.ask(accepted.waiting)
        return accepted.state.feed

    async def _next(self, _: str) -> int:
        self.last += 1
        return self.last

    async def deliver(self, feed: str) -> None:
        """A ticket, as it is handled; like the bus, again where too many wrote at once."""
        while True:
            try:
                return await self._handle(feed)
            except (StillChanging, Conflict):
                await asyncio.sleep(0.01)

    async def _handle(self, feed: str, place: int = 0) -> None:
        part = await self.feeds.open_part(feed, place)
        if isinstance(part, TakenBack):
            await self.withdrawal.take_back(part.feed, CAUSE)
        elif part:
            await self.enter(part)
            await self.finish(part)

    async def enter(self, part: Part) -> None:
        by = writer(part.number, part.part)
        batch = part.said
        if not isinstance(batch, MarksBatch):
            await self.rooms.rolls.tell(part.school, part.year, batch, by, TODAY, CAUSE)
            return
        ids = await self.rooms.rolls.resolve(part.school, part.year, batch.keys, TODAY, CAUSE)
        await self.rooms.register.write(part.school, part.year, {by: said_by(batch, ids)}, TODAY, CAUSE)

    async def finish(self, part: Part) -> None:
        if gone := await self.feeds.done([part], CAUSE):
            await self.withdrawal.take_back(gone.feed, CAUSE)

    async def put_in(self, urn: str, data: bytes) -> str:
        feed = await self.push(urn, data)
        await self.deliver(feed)
        return feed

    async def withdraw(self, feed: str) -> None:
        await self.withdrawal.ask(feed, "school", "M Example", "the wrong file")

    async def shown(self, urn: str, child: str) -> dict[tuple[date, str], str]:
        """Every session of a child with all marks that it showed, the latest last."""
        one = (await self.rooms.rolls.resolve(urn, YEAR, [child], TODAY, CAUSE))[child]
        found = {}
        for opened in await self.rooms.register.records(urn, YEAR, [one]):
            for day in WEEK:
                for session in ("AM", "PM"):
                    if runs := trail(opened.page, one, slot(day, session)):
                        found[day, session] = "".join(chr(run.mark) for run in runs)
        return found

    async def open_rules(self, urn: str, child: str) -> list[str]:
        one = (await self.rooms.rolls.resolve(urn, YEAR, [child], TODAY, CAUSE))[child]
        (opened,) = await self.rooms.register.records(urn, YEAR, [one])
        return list(open_rules(opened.page, one))


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    for year in (2025, 2026, 2027):
        mint.mint(cohort(year))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        rooms = Rooms(stack, keys)
        sealer = rooms.sealer
        feeds, withdrawals = Feeds(rooms.documents, sealer), Withdrawals(rooms.documents, sealer)
        settings = Today(nats_credentials=keys, mongo_url_file=Path(), key_folder=keys, jwks="")
        yield House(rooms, feeds, withdrawals, Withdrawal(feeds, withdrawals, rooms.rolls, rooms.register, rooms.joins, settings))
        await close(rooms.client)


def week(child: str, code: str) -> list[tuple[str, date | str, str, str]]:
    return [(child, day, session, code) for day in WEEK for session in ("AM", "PM")]


async def test_the_register_is_as_before_whatever_came_after(house: House) -> None:
    urn = "300001"
    await house.put_in(urn, marks_csv([(ADA, WEEK[0], "AM", "/"), (ADA, WEEK[1], "AM", "/")]))
    wrong = await house.put_in(urn, marks_csv([*week(ADA, "O"), (BEN, WEEK[0], "AM", "N")]))
    await house.put_in(urn, marks_csv([(ADA, WEEK[0], "AM", "I"), (BEN, WEEK[1], "AM", "/")]))
    assert RULE not in await house.open_rules(urn, ADA)
    late = await house.put_in(urn, marks_csv([(ADA, WEEK[0], "AM", "O")]))
    assert RULE in await house.open_rules(urn, ADA)
    assert (await house.shown(urn, ADA))[WEEK[0], "AM"] == "/OIO"
    await house.withdraw(wrong)
    await house.deliver(wrong)
    assert await house.shown(urn, ADA) == {(WEEK[0], "AM"): "/IO", (WEEK[1], "AM"): "/"}
    assert await house.shown(urn, BEN) == {(WEEK[1], "AM"): "/"}
    assert RULE not in await house.open_rules(urn, ADA)
    state = await house.feeds.get(wrong)
    assert state
    assert (state.state, state.withdrawn_by, state.withdrawn_at is not None) == ("withdrawn", "school", True)
    # asked and delivered again it does no harm, and the same file is a new feed
    await house.withdraw(wrong)
    await house.deliver(wrong)
    again = await house.put_in(urn, marks_csv([*week(ADA, "O"), (BEN, WEEK[0], "AM", "N")]))
    assert again != wrong
    assert (await house.shown(urn, BEN))[WEEK[0], "AM"] == "N"
    await house.withdraw(again)
    await house.withdraw(late)
    await house.deliver(late)
    await house.deliver(again)
    assert (await house.shown(urn, ADA))[WEEK[0], "AM"] == "/I"


async def test_a_feed_taken_back_before_it_is_in_never_comes_in(house: House) -> None:
    urn = "300002"
    await house.put_in(urn, marks_csv([(ADA, WEEK[0], "AM", "/")]))
    feed = await house.push(urn, marks_csv(week(ADA, "O")))
    await house.withdraw(feed)
    await house.deliver(feed)
    assert await house.shown(urn, ADA) == {(WEEK[0], "AM"): "/"}
    document = await house.withdrawals.get(feed)
    assert document
    assert "sealed_part" not in document
    assert await house.rooms.documents.find("part", {"feed": feed}) == []
    await house.deliver(feed)
    assert await house.shown(urn, ADA) == {(WEEK[0], "AM"): "/"}


@pytest.mark.parametrize(("urn", "known"), [("300003", True), ("300004", False)])
async def test_a_part_that_is_on_its_way_meanwhile_leaves_nothing(house: House, urn: str, known: bool) -> None:
    """Its worker has opened it before, and enters it when all else of the feed is out. `known`: whether its child has a page already."""
    if known:
        await house.put_in(urn, marks_csv([(ADA, WEEK[0], "AM", "/")]))
    feed = await house.push(urn, marks_csv(week(ADA, "O")))
    part = await house.feeds.open_part(feed, 0)
    assert isinstance(part, Part)
    await house.withdraw(feed)
    await house.deliver(feed)
    await house.enter(part)
    await house.finish(part)
    assert await house.shown(urn, ADA) == ({(WEEK[0], "AM"): "/"} if known else {})
    # a worker that ended in between: the ticket comes again
    await house.enter(part)
    await house.deliver(feed)
    assert await house.shown(urn, ADA) == ({(WEEK[0], "AM"): "/"} if known else {})


async def test_feeds_taken_back_while_others_come_in(house: House) -> None:
    urn = "300005"
    good = [await house.push(urn, marks_csv([(ADA, day, "AM", "/"), (BEN, day, "PM", "L")])) for day in WEEK]
    bad = [await house.push(urn, marks_csv([(ADA, day, "AM", "O"), (BEN, day, "PM", "O")])) for day in WEEK]
    await asyncio.gather(*(house.deliver(feed) for feed in (*bad, *good)), *(house.withdraw(feed) for feed in bad))
    await asyncio.gather(*(house.deliver(feed) for feed in (*bad, *good)))
    assert await house.shown(urn, ADA) == dict.fromkeys([(day, "AM") for day in WEEK], "/")
    assert await house.shown(urn, BEN) == dict.fromkeys([(day, "PM") for day in WEEK], "L")


async def test_a_roll_is_taken_back_and_its_marks_stay(house: House) -> None:
    urn = "300006"
    rows = [f"{ADA},Example,{name},2013-03-09,9" for name in ("Ada", "Adam")]
    first, second = [f"UPN,surname,forename,date of birth,year group\n{row}\n".encode() for row in rows]
    await house.put_in(urn, first)
    await house.put_in(urn, marks_csv([(ADA, WEEK[0], "AM", "/")]))
    feed = await house.put_in(urn, second)
    child = (await house.rooms.rolls.resolve(urn, YEAR, [ADA], TODAY, CAUSE))[ADA]
    assert (await house.rooms.rolls.people(urn, [child]))[child].forename == "Adam"
    await house.withdraw(feed)
    await house.deliver(feed)
    assert (await house.rooms.rolls.people(urn, [child]))[child].forename == "Ada"
    assert await house.shown(urn, ADA) == {(WEEK[0], "AM"): "/"}


async def test_a_roll_that_is_too_old_by_the_time_it_is_to_be_taken_back_counts_on_and_says_why(house: House) -> None:
    urn = "300008"
    rolls = [f"UPN,surname,forename,date of birth,year group,sex\n{ADA},Example,Ada{n},2013-03-09,9,F\n" for n in range(9)]
    old = await house.put_in(urn, rolls[0].replace(",sex", ",address").replace(",F\n", ",1 Old Road\n").encode())
    for roll in rolls[1:8]:
        await house.put_in(urn, roll.encode())
    await house.withdraw(old)
    await house.put_in(urn, rolls[8].encode())
    for _ in range(2):
        await house.deliver(old)
        state = await house.feeds.get(old)
        assert state
        assert (state.state, state.not_withdrawn) == ("stored", "The roll is no longer among the last that can be taken back")
    (known,) = await house.rooms.rolls.of_year(urn, YEAR)
    assert (known.forename, known.address) == ("Ada8", "1 Old Road")
    waiting = await house.rooms.documents.find("feed", {"school": urn, "state": {"$in": ["accepted", "withdrawing"]}})
    assert waiting == [], "nobody is reminded of it any more"


async def test_a_wish_that_nobody_heard_is_asked_for_again(house: House) -> None:
    feed = await house.put_in("300007", marks_csv([(ADA, WEEK[0], "AM", "/")]))
    await house.withdraw(feed)
    await house.feeds.remind(-1)
    tickets = [StoreFeed.read(one.body) for one in house.rooms.published.messages if one.subject == StoreFeed.SUBJECT]
    assert [(one.part) for one in tickets if one.feed == feed] == [0, 0, 0]  # pushed, withdrawn, reminded of
    document = await house.withdrawals.get(feed)
    assert document
    assert "M Example" not in json.dumps(document, default=str)
