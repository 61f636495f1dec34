"""A window of ten school weeks is one for the whole school, on whichever page a child stands, in whichever order the pages are written."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta

import pytest

from services.attendance.domain.calendar.said import Said
from services.attendance.domain.judging import open_rules
from services.attendance.domain.register_page import CHILDREN, writer
from services.attendance.store.calendars import Calendars
from shared.academic_year import slot
from shared.contracts.envelope import Cause
from shared.mongo import Document
from tests.contract.test_register_store import Rooms, rooms_of
from tests.support.columns import Row, columns

YEAR, TODAY = 2026, date(2026, 12, 18)
CAUSE = Cause.beginning("test")
MONDAYS = [date(2026, 9, 7) + timedelta(weeks=n) for n in range(15)]
MISSED = (6, 8, 10, 12)
"""Weeks without a mark: with them the fifteen weeks are eleven, and the second is the first of the latest ten."""
RULE = "ten sessions unauthorised"
ALONE = "alone"
EVERYBODY = [f"child{n}" for n in range(CHILDREN)]


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with rooms_of(tmp_path_factory) as made:
        yield made


def week(monday: date, code: str) -> list[Row]:
    return [(slot(monday + timedelta(days=n), session), ord(code), None) for n in range(5) for session in ("AM", "PM")]


FULL = [row for monday in MONDAYS for row in week(monday, "/")]
HOLES = [row for n, monday in enumerate(MONDAYS) if n not in MISSED for row in week(monday, "O" if n == 1 else "/")]


async def say(rooms: Rooms, urn: str, number: int, rows: Sequence[Row], *children: str) -> None:
    await rooms.register.write(urn, YEAR, {writer(number, 0): columns(dict.fromkeys(children, rows))}, TODAY, CAUSE)


async def stands(rooms: Rooms, urn: str, child: str = ALONE) -> bool:
    (opened,) = await rooms.register.records(urn, YEAR, [child])
    return RULE in open_rules(opened.page, child)


async def test_the_same_marks_have_the_same_answer_on_every_page(rooms: Rooms) -> None:
    urn = "320001"
    await say(rooms, urn, 1, FULL, *EVERYBODY)
    await say(rooms, urn, 2, [row for row in HOLES if chr(row[1]) == "O"], EVERYBODY[0])
    await say(rooms, urn, 3, HOLES, ALONE)
    assert [await stands(rooms, urn, child) for child in (EVERYBODY[0], ALONE)] == [False, False]


async def test_a_week_that_another_page_adds_moves_the_window_of_all_and_taken_back_it_moves_back(rooms: Rooms) -> None:
    urn = "320002"
    await say(rooms, urn, 1, HOLES, ALONE, *(f"mate{n}" for n in range(1, CHILDREN)))  # a full page: the others come on another one
    await say(rooms, urn, 2, HOLES[:2], *EVERYBODY)
    assert await stands(rooms, urn)
    await say(rooms, urn, 3, FULL, *EVERYBODY)
    assert not await stands(rooms, urn)
    await rooms.register.take_back(urn, YEAR, 3, TODAY, CAUSE)
    assert await stands(rooms, urn)
    await say(rooms, urn, 4, week(MONDAYS[MISSED[1]], "/"), EVERYBODY[5])
    assert not await stands(rooms, urn)


async def test_a_feed_of_few_children_reads_no_page_but_theirs_once_weeks_are_known(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    urn = "320003"
    await say(rooms, urn, 1, FULL, *EVERYBODY, *(f"more{n}" for n in range(CHILDREN)))
    await say(rooms, urn, 2, HOLES, ALONE)
    read = list[str]()
    opened = rooms.register._opened

    def noted(documents: Sequence[Document]) -> object:
        read.extend(document["_id"] for document in documents)
        return opened(documents)

    monkeypatch.setattr(rooms.register, "_opened", noted)
    await say(rooms, urn, 3, HOLES[:4], ALONE)
    assert len(set(read)) == 1
    monkeypatch.undo()
    assert not await stands(rooms, urn)


async def test_a_week_that_the_calendar_says_counts(rooms: Rooms) -> None:
    urn = "320004"
    calendars = Calendars(rooms.documents, rooms.register, rooms.rolls, lambda: TODAY)
    await say(rooms, urn, 1, HOLES, ALONE)
    assert await stands(rooms, urn)
    term = [Said(first=MONDAYS[0], last=MONDAYS[-1] + timedelta(days=4), state="open")]
    await calendars.upload(urn, YEAR, term, "school", CAUSE)
    await say(rooms, urn, 2, HOLES, ALONE)
    assert not await stands(rooms, urn)
