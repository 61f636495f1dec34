"""A feed that was just accepted is entered at once by whoever accepted it; its ticket is the safety net. On a real mongod."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.attendance.domain import parts
from services.attendance.domain.check_feed import check_feed
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.mark_tables import Terms
from services.attendance.domain.parts import marks_parts
from services.attendance.domain.register_page import writer
from services.attendance.feeds.desk import IN_HAND, Desk
from services.attendance.feeds.withdrawal import Withdrawal
from services.attendance.store.feed_parts import NewPart, Part
from services.attendance.store.feeds import Accepted, Feeds
from services.attendance.store.schools import School, Schools
from services.attendance.store.withdrawals import Withdrawals
from shared.academic_year import cohort
from shared.contracts.attendance_events import FeedStored, StoreFeed
from shared.contracts.envelope import Cause
from shared.errors import WorldAway
from shared.identity import new_id
from shared.keys import KeyFolder, KeyMint
from shared.mongo import close
from shared.sealing import CohortSealer
from shared.settings import Settings
from shared.store import Change
from shared.sweeping import Sweeper
from tests.contract.test_register_store import TODAY, YEAR, Rooms
from tests.support.school import holds, marks_csv, until, upn
from tests.support.servers import empty_stack

UPNS = [upn(number) for number in range(40)]
CAUSE = Cause.beginning("test")


class Office:
    """What takes a feed in and enters it, as the service composes it; `cut`: the world is away when a part is entered."""

    def __init__(self, stack: Stack, keys: Path) -> None:
        self.rooms = rooms = Rooms(stack, keys)
        sealer = CohortSealer(KeyFolder(keys / "attendance", 60))
        self.feeds = Feeds(rooms.documents, sealer)
        self.schools = Schools(rooms.documents)
        settings = Settings(nats_credentials=keys, mongo_url_file=keys, key_folder=keys, jwks="")
        withdrawal = Withdrawal(self.feeds, Withdrawals(rooms.documents, sealer), rooms.rolls, rooms.register, rooms.joins, settings)
        self.desk = Desk(self.feeds, rooms.rolls, rooms.register, withdrawal, settings)
        self.cut = False
        write = rooms.register.write

        async def or_cut(*given: object) -> None:
            if self.cut:
                raise WorldAway("test")
            await write(*given)  # type: ignore[arg-type]

        rooms.register.write = or_cut  # type: ignore[method-assign, assignment]

    async def accept(self, urn: str, number: int = 1) -> Accepted:
        content = marks_csv([(child, TODAY, "AM", "/") for child in UPNS])
        checked = check_feed(content, Terms(TODAY, on_roll=frozenset(UPNS)))
        assert isinstance(checked, CheckedMarks)
        batch = checked.batches[YEAR]
        new = [NewPart("marks", YEAR, cohort(YEAR), content, marks=some) for content, some in marks_parts(batch)]

        async def numbered(_: str) -> int:
            return number

        return await self.feeds.accept(urn, numbered, new_id(), {}, new, cohort(YEAR), holds)

    def published(self, subject: str) -> int:
        return sum(message.subject == subject for message in self.rooms.published.messages)

    async def has_no_parts(self, urn: str) -> bool:
        return not await self.rooms.documents.find("part", {"school": urn, "feed": {"$gt": ""}})

    async def marks(self, urn: str) -> int:
        return sum(page.marks.count(b"/") for page in await self.rooms.register.of_school(urn, YEAR))


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stack, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    KeyMint(keys, ("attendance",)).mint(cohort(YEAR))
    KeyMint(keys, ("attendance",)).mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        yield stack, keys


@pytest.fixture
async def office(place: tuple[Stack, Path]) -> AsyncIterator[Office]:
    made = Office(*place)
    yield made
    await close(made.rooms.client)


def only_part(accepted: Accepted) -> Part:
    (part,) = accepted.parts
    return part


async def test_it_is_entered_without_its_ticket(office: Office) -> None:
    accepted = await office.accept("300001")
    assert office.desk.takes(accepted.parts)
    await office.desk.clear()
    assert await office.marks("300001") == len(UPNS)
    state = await office.feeds.get(accepted.state.feed)
    assert state
    assert state.state == "stored"
    assert (office.published(StoreFeed.SUBJECT), office.published(FeedStored.SUBJECT)) == (0, 1)
    document = await office.rooms.documents.get(f"feed:{accepted.state.feed}")
    assert document
    assert not document["outbox"]
    assert "sealed_part" not in document, "what is in the register is not kept twice"


async def test_a_process_that_ends_first_leaves_the_ticket_to_the_sweeper(office: Office, place: tuple[Stack, Path]) -> None:
    accepted = await office.accept("300002")
    other = Office(*place)
    assert await Sweeper(other.rooms.documents).sweep(["feed"], older_than_seconds=-1) == 1
    assert other.published(StoreFeed.SUBJECT) == 1
    part = await other.feeds.open_part(accepted.state.feed, 0)
    assert part
    await other.desk.enter(part, CAUSE)
    # and the first one, had it only been slow, changes nothing
    await office.desk.enter(only_part(accepted), CAUSE)
    assert await office.marks("300002") == len(UPNS)
    assert office.published(FeedStored.SUBJECT) + other.published(FeedStored.SUBJECT) == 1
    await close(other.rooms.client)


async def test_all_parts_of_a_feed_are_entered_at_once_and_make_the_register_that_their_tickets_make(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_MARKS", 2)
    first, second = await office.accept("300006"), await office.accept("300007")
    assert len(first.parts) == len(second.parts) > 1
    assert office.desk.takes(first.parts)
    await office.desk.clear()
    assert office.published(StoreFeed.SUBJECT) == 0
    for place in reversed(range(len(second.parts))):
        part = await office.feeds.open_part(second.state.feed, place)
        assert part
        await office.desk.enter(part, CAUSE)
    assert office.published(FeedStored.SUBJECT) == 2
    for urn in ("300006", "300007"):
        assert await office.marks(urn) == len(UPNS)
        (page,) = await office.rooms.register.of_school(urn, YEAR)
        assert sorted(page.spoken) == [writer(1, place) for place in range(len(first.parts))]
        # they are deleted without waiting for the majority that is read
        await until("no part is left", partial(office.has_no_parts, urn))
    # delivered again, nothing changes
    await office.desk.enter(second.parts[0], CAUSE)
    assert await office.marks("300007") == len(UPNS)


async def test_what_cannot_be_entered_is_left_to_its_ticket(office: Office) -> None:
    office.cut = True
    accepted = await office.accept("300003")
    assert office.desk.takes(accepted.parts)
    await office.desk.clear()
    assert office.published(StoreFeed.SUBJECT) == 1
    office.cut = False
    part = await office.feeds.open_part(accepted.state.feed, 0)
    assert part
    await office.desk.enter(part, CAUSE)
    assert await office.marks("300003") == len(UPNS)


async def test_no_more_is_taken_than_can_be_held(office: Office) -> None:
    # of a school each: what is in hand of one waits for one another's pages, for minutes on a busy machine
    taken = [(await office.accept(f"3100{number:02}")).parts for number in range(IN_HAND + 1)]
    assert [office.desk.takes(some) for some in taken] == [True] * IN_HAND + [False]
    await office.desk.clear()


async def test_numbers_are_taken_once_each_and_grow(office: Office, place: tuple[Stack, Path]) -> None:
    """By two processes, each of which believes to know the last one."""
    other = Office(*place)
    urns = ["300005", "300006"]
    for urn in urns:
        await office.schools.put(urn, School(name="Sample School", authority="991", phase="Primary"), CAUSE)
    taken: dict[str, list[int]] = {urn: [] for urn in urns}
    for turn in range(12):
        some = [(office, urn) for urn in urns] * (turn % 3) + [(other, urn) for urn in urns] * (turn % 2)
        numbers = await asyncio.gather(*(one.schools.next_number(urn) for one, urn in some))
        for urn in urns:
            new = [number for (_, whose), number in zip(some, numbers, strict=True) if whose == urn]
            assert all(number > max(taken[urn], default=0) for number in new)
            taken[urn] += new
    assert all(len(set(numbers)) == len(numbers) for numbers in taken.values())
    await close(other.rooms.client)


async def test_only_what_differs_is_written(office: Office) -> None:
    documents = office.rooms.documents
    id_ = f"identity:{new_id()}"
    made = {"_id": id_, "kind": "identity", "cohort": cohort(YEAR), "sealed": b"1", "note": 1, "version": 0}
    assert not await documents.write_all([Change(made)], CAUSE)
    (read,) = await documents.find("identity", {"_id": id_}, {"cohort": 0})
    new = {name: value for name, value in read.items() if name != "note"} | {"sealed": b"2"}
    assert not await documents.write_all([Change(new, read=read)], CAUSE)
    assert await documents.write_all([Change({**read, "sealed": b"3"}, read=read)], CAUSE) == {id_}, "it was written in between"
    found = await documents.get(id_)
    assert found
    assert (found["sealed"], found["cohort"], found["version"], "note" in found) == (b"2", cohort(YEAR), 2, False)


async def test_feeds_of_one_school_are_entered_one_after_the_other(office: Office) -> None:
    """They are of the same pages: together each would find them written by another, and do all of its work again."""
    at_work, most, write = Counter[str](), Counter[str](), office.rooms.register.write

    async def counted(urn: str, *given: Any) -> None:
        at_work[urn] += 1
        most[urn] = max(most[urn], at_work[urn])
        await write(urn, *given)
        at_work[urn] -= 1

    office.rooms.register.write = counted  # type: ignore[method-assign, assignment]
    accepted = [await office.accept(urn, number) for urn in ("300030", "300031") for number in (1, 2, 3)]
    assert all(office.desk.takes(one.parts) for one in accepted)
    await office.desk.enter(only_part(await office.accept("300030", 4)), CAUSE)  # by its ticket
    await office.desk.clear()
    assert most == {"300030": 1, "300031": 1}
    for one in accepted:
        document = await office.rooms.documents.get(f"feed:{one.state.feed}")
        assert document
        assert document["state"] == "stored"
