"""The watch for silent schools asks for many of them at once, on a real mongod, and remembers what holds as long as nothing is sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from services.attendance.domain.calendar.said import Said
from services.attendance.judging.openings import load_openings
from services.attendance.store.calendars import Calendars
from services.attendance.store.heard_of import OF_LATE, HeardOf
from services.attendance.store.said_mornings import SaidMornings
from services.attendance.store.schools import School, Schools
from services.attendance.store.silences import Silences
from shared.academic_year import cohort, of_session, slot
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.keys import KeyMint
from shared.mongo import close, connect
from shared.reading import AT_A_TIME, NAMED, portions
from shared.store import Documents
from tests.contract.test_register_store import Kept, Rooms
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")
FRIDAY, MONDAY = date(2026, 11, 6), date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


class Asked(CommandListener):
    """The names of the questions and writes that a client has sent."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@dataclass
class Watch:
    """The store, of which every question is counted; at noon."""

    url: str
    rooms: Rooms
    documents: Documents
    asked: Asked
    calendars: Calendars = field(init=False)

    def __post_init__(self) -> None:
        self.calendars = Calendars(self.documents, self.rooms.register, self.rooms.rolls, lambda: MONDAY)

    async def open(self, *urns: str) -> None:
        for urn in urns:
            await Schools(self.documents).put(urn, School(name="Larkrise", authority=urn[:3], phase="Primary"), CAUSE)

    async def feed(self, urn: str, day: date | None, at: datetime, state: str = "stored") -> str:
        """With a number of its own, as one that comes in."""
        number = await Schools(self.documents).next_number(urn)
        told = {"school": urn, "number": number, "digest": new_id(), "state": state, "day": day.isoformat() if day else None, "at": at}
        name = f"feed:{new_id()}"
        await self.documents.collection.insert_one(
            {"_id": name, "kind": "feed", "version": 1, "cohort": cohort(2026), "sealed": b"", **told}
        )
        return name

    async def becomes(self, feed: str, state: str) -> None:
        await self.documents.collection.update_one({"_id": feed}, {"$set": {"state": state}})

    def silences(self) -> Silences:
        return Silences(self.documents, Schools(self.documents), self.calendars, load_openings(), lambda: NOON, timedelta(minutes=5))

    async def questions(self, silences: Silences) -> list[str]:
        """Of one look."""
        self.asked.names.clear()
        await silences.watch()
        return list(self.asked.names)


@pytest.fixture(scope="module")
async def watch(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watch]:
    keys, asked = tmp_path_factory.mktemp("keys"), Asked()
    mint = KeyMint(keys, ("attendance",))
    for year in (2025, 2026):
        mint.mint(cohort(year))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        url = stack.mongo_url("attendance")
        client: Any = AsyncMongoClient(url, tz_aware=True, event_listeners=[asked])
        rooms = Rooms(stack, keys)
        yield Watch(url, rooms, Documents(client, "attendance", Kept(), lambda: NOON), asked)
        await close(rooms.client)
        await close(client)


@pytest.fixture(params=["pymongo", "motor"])
async def heard_of(request: pytest.FixtureRequest, watch: Watch) -> AsyncIterator[HeardOf]:
    """On either driver."""
    client = connect(watch.url, request.param)
    yield HeardOf(Documents(client, "attendance", Kept(), lambda: NOON))
    await close(client)


async def test_a_look_asks_as_much_of_many_schools_as_of_few(watch: Watch) -> None:
    """Of those that were told of, those that their calendars say are closed, and those that were never heard."""
    silences, asked = watch.silences(), []
    for silent, closed, never in (["301001"], ["301002"], ["301003"]), *[[[f"30{k}{n:03}" for n in range(30)] for k in (2, 3, 4)]]:
        await watch.open(*silent, *closed, *never)
        for urn in (*silent, *closed):
            await watch.feed(urn, FRIDAY, NOON - timedelta(days=3))
        for urn in closed:
            await watch.calendars.upload(urn, 2026, [Said(first=MONDAY, state="closed", reason="premises")], "test", CAUSE)
        for _ in range(2):  # the second asks how those count that the first has told of
            await silences.watch()
        assert set(silent) <= {one.school for one in await silences.current()}
        assert not {*closed, *never} & {one.school for one in await silences.current()}
        asked.append(await watch.questions(silences))
    few, many = asked
    assert many == few
    assert len(few) < 15
    assert {"insert", "update"}.isdisjoint(few)


async def test_a_school_is_sending_while_its_last_feed_is_new_whatever_the_feed_says(watch: Watch, heard_of: HeardOf) -> None:
    quiet, busy, new = urns = [f"31{n}{new_id()[:3]}" for n in range(3)]
    await watch.open(*urns)
    since = NOON - timedelta(minutes=5)
    for urn in (quiet, busy):
        await watch.feed(urn, FRIDAY, NOON - timedelta(hours=1))

    async def sending() -> set[str]:
        return await heard_of.sending(await heard_of.numbers(urns), since)

    assert await sending() == set()
    await watch.feed(busy, None, since + timedelta(seconds=1), "withdrawn")
    await watch.feed(new, None, since)
    assert await sending() == {busy}
    assert await sending() == {busy}, "as it is remembered"
    numbers = await heard_of.numbers(urns)
    assert await heard_of.sending(numbers, since + timedelta(seconds=1)) == set(), "the same feed grows old"


async def test_a_number_that_no_feed_has_yet_is_asked_for_again(watch: Watch, heard_of: HeardOf) -> None:
    """It is taken before the feed is stored."""
    [urn] = urns = [f"313{new_id()[:3]}"]
    await watch.open(urn)
    number = await Schools(watch.documents).next_number(urn)
    await watch.open(urn)  # a write that waits for the journal, as the feed's does
    numbers = await heard_of.numbers(urns)
    assert numbers == {urn: number}
    assert await heard_of.sending(numbers, NOON - timedelta(minutes=5)) == set()
    feed = {"school": urn, "number": number, "digest": new_id(), "state": "accepted", "day": FRIDAY.isoformat(), "at": NOON}
    name = {"_id": f"feed:{new_id()}", "kind": "feed", "version": 1, "cohort": cohort(2026), "sealed": b""}
    assert await heard_of.last_days(numbers, MONDAY) == {}
    await watch.documents.collection.insert_one({**name, **feed})
    assert await heard_of.last_days(numbers, MONDAY) == {urn: FRIDAY}
    assert await heard_of.sending(numbers, NOON - timedelta(minutes=5)) == {urn}


async def test_the_last_day_of_marks_is_that_of_a_feed_that_was_not_taken_back(watch: Watch, heard_of: HeardOf) -> None:
    heard, gone, taken, never = urns = [f"32{n}{new_id()[:3]}" for n in range(4)]
    await watch.open(*urns)
    at = NOON - timedelta(days=3)
    for day in (FRIDAY - timedelta(days=1), FRIDAY, MONDAY):
        await watch.feed(heard, day, at)
    await watch.feed(gone, MONDAY - OF_LATE - timedelta(days=1), at)
    feeds = [await watch.feed(taken, day, at) for day in (FRIDAY - timedelta(days=1), FRIDAY)]
    await watch.feed(never, None, at)
    thursday = FRIDAY - timedelta(days=1)

    async def last() -> dict[str, date]:
        return await heard_of.last_days(await heard_of.numbers(urns), MONDAY)

    assert await last() == {heard: FRIDAY, taken: FRIDAY}
    await watch.becomes(feeds[1], "withdrawing")
    assert await last() == {heard: FRIDAY, taken: thursday}
    await watch.becomes(feeds[0], "withdrawn")
    assert await last() == {heard: FRIDAY}
    await watch.becomes(feeds[1], "stored")
    assert await last() == {heard: FRIDAY, taken: FRIDAY}, "a feed may not be taken back after all"
    await watch.feed(gone, MONDAY - OF_LATE, at, "accepted")
    assert await last() == {heard: FRIDAY, taken: FRIDAY, gone: MONDAY - OF_LATE}


async def test_marks_that_are_stored_are_told_by_their_last_day(watch: Watch, heard_of: HeardOf) -> None:
    stored, accepted, before = urns = [f"33{n}{new_id()[:3]}" for n in range(3)]
    for urn, day, state in (
        (stored, FRIDAY, "stored"),
        (stored, MONDAY, "stored"),
        (accepted, MONDAY, "accepted"),
        (before, FRIDAY - timedelta(days=1), "stored"),
    ):
        await watch.open(urn)
        await watch.feed(urn, day, NOON, state)
    assert await heard_of.stored_since(urns, FRIDAY.isoformat()) == {stored: MONDAY.isoformat()}
    assert {stored, accepted} <= await heard_of.on(MONDAY)
    assert before not in await heard_of.on(FRIDAY)


async def test_the_mornings_of_many_calendars_are_as_each_says_now(watch: Watch) -> None:
    last_year, august = date(2026, 7, 20), date(2026, 8, 3)
    urns = [f"34{n:04}" for n in range(AT_A_TIME * 2 + 1)]
    asked = {(urn, day) for urn in urns for day in (FRIDAY, MONDAY, last_year, august)}
    mornings = SaidMornings(watch.documents)

    async def one_by_one() -> bool:
        found = await mornings.of(asked)
        for urn, day in asked:
            said = await watch.calendars.said(urn, of_session(day))
            assert found[urn, day] == said.at(slot(day, "AM")), (urn, day)
        return found.keys() == asked

    assert await one_by_one(), "nobody has said anything"
    for n, urn in enumerate(urns[:-1]):
        day, state = (FRIDAY, MONDAY, last_year, august)[n % 4], "open" if n % 3 else "closed"
        await watch.calendars.upload(urn, of_session(day), [Said(first=day, state=state)], "test", CAUSE)
    assert await one_by_one()
    watch.asked.names.clear()
    await mornings.of(asked)
    assert watch.asked.names == ["find"], "the versions alone"
    await watch.calendars.correct(urns[0], 2026, [Said(first=MONDAY, state="closed", reason="strike")], "test", CAUSE)
    assert await one_by_one()


def test_a_question_names_so_many_schools_at_most() -> None:
    names = [f"{n:06}" for n in range(2 * NAMED + 1)]
    assert [len(some) for some in portions(reversed(names))] == [NAMED, NAMED, 1]
    assert [name for some in portions(names) for name in some] == names
    assert list(portions([])) == []
