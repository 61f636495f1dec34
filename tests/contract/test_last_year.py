"""Concerns whose window reaches back into last year: the order in which the two years' marks are written does not matter, not even when
they are written at the same time, or when a process ends between its two steps."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack
from services.attendance.domain.judging import open_rules
from services.attendance.domain.register_page import writer
from services.attendance.store.pages import prefix_of
from shared.academic_year import cohort, slot
from shared.contracts.envelope import Cause
from shared.keys import KeyMint
from shared.mongo import Document
from tests.contract.test_register_store import Rooms
from tests.support.columns import Row, columns
from tests.support.servers import empty_stack

TODAY = date(2026, 11, 20)
CAUSE = Cause.beginning("test")
LAST, THIS = writer(1, 0), writer(1, 1)
RULE = "ten sessions unauthorised"
WEEKS = {2025: date(2026, 7, 13), 2026: date(2026, 11, 16)}


class Cut(Exception):
    """The process ended here."""


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stack, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    for year in WEEKS:
        KeyMint(keys, ("attendance",)).mint(cohort(year))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        yield stack, keys


@pytest.fixture
def rooms(place: tuple[Stack, Path]) -> Rooms:
    """One process' worth of the attendance store."""
    return Rooms(*place)


@pytest.fixture
def others(place: tuple[Stack, Path]) -> Rooms:
    """Another process."""
    return Rooms(*place)


async def enter(rooms: Rooms, urn: str, year: int) -> None:
    """Five mornings without leave in one week of a year, of a child named after the school: neither year's are ten."""
    monday = WEEKS[year]
    rows: list[Row] = [(slot(monday + timedelta(days=n), session), ord("O"), None) for n in range(5) for session in ("AM",)]
    await rooms.register.write(urn, year, {LAST if year == 2025 else THIS: columns({urn * 4: rows})}, TODAY, CAUSE)


async def raised(rooms: Rooms, urn: str) -> bool:
    """Whether the concern stands open on this year's page, and how often it was told."""
    (opened,) = await rooms.register.records(urn, 2026, [urn * 4])
    return open_rules(opened.page, urn * 4) == [RULE]


@pytest.mark.parametrize(("urn", "order"), [("200001", (2025, 2026)), ("200002", (2026, 2025))])
async def test_five_sessions_of_each_year_are_ten_whichever_comes_first(rooms: Rooms, urn: str, order: tuple[int, int]) -> None:
    for year in order:
        await enter(rooms, urn, year)
    assert await raised(rooms, urn)
    assert [RULE.encode() in message.body for message in rooms.published.messages] == [True]


async def test_both_years_at_the_same_time(rooms: Rooms, others: Rooms) -> None:
    """This year's writer reads last year's marks before they are there, and writes after last year's writer has looked at this year."""
    has_read, go = asyncio.Event(), asyncio.Event()
    beginning = rooms.documents.beginning

    async def slow(prefixes: Sequence[str], fields: Mapping[str, Any] | None = None) -> list[Document]:
        found = await beginning(prefixes, fields)
        if prefix_of("200003", 2025) in prefixes:
            has_read.set()
            await go.wait()
        return found

    rooms.documents.beginning = slow  # type: ignore[method-assign]
    this = asyncio.create_task(enter(rooms, "200003", 2026))
    await asyncio.wait_for(has_read.wait(), 10)
    await enter(others, "200003", 2025)
    go.set()
    await this
    assert await raised(others, "200003")
    assert len(rooms.published.messages + others.published.messages) == 1


async def test_a_process_that_ends_before_it_looks_at_this_year(rooms: Rooms, others: Rooms) -> None:
    await enter(rooms, "200004", 2026)
    find = rooms.documents.find

    async def cut(kind: str, query: Mapping[str, Any], *more: Any, **options: Any) -> list[Document]:
        if query.get("year") == 2026:
            raise Cut
        return await find(kind, query, *more, **options)

    rooms.documents.find = cut  # type: ignore[method-assign]
    with pytest.raises(Cut):
        await enter(rooms, "200004", 2025)
    # delivered again, to a process that goes on
    await enter(others, "200004", 2025)
    assert await raised(others, "200004")
