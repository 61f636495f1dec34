"""Calendars on a real mongod: the school weeks that judging asks for, and writers at the same time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from services.attendance.domain.calendar.said import Said
from services.attendance.domain.concerns.school_weeks import monday
from services.attendance.domain.register_page import CHILDREN, writer
from services.attendance.store.calendars import Calendars, TooManyCorrections
from shared.academic_year import cohort, slot
from shared.contracts.envelope import Cause
from shared.keys import KeyMint
from shared.mongo import close
from tests.contract.test_register_store import Rooms
from tests.support.columns import columns
from tests.support.servers import empty_stack

YEAR, TODAY = 2026, date(2026, 11, 20)
CAUSE = Cause.beginning("test")
MONDAYS = [date(2026, 9, 7) + timedelta(weeks=n) for n in range(4)]


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    keys = tmp_path_factory.mktemp("keys")
    mint = KeyMint(keys, ("attendance",))
    mint.mint(cohort(YEAR))
    mint.mint_named("index", ("attendance",))
    async with empty_stack(tmp_path_factory.mktemp("store")) as stack:
        made = Rooms(stack, keys)
        yield made
        await close(made.client)


def calendars(rooms: Rooms) -> Calendars:
    """One process' worth."""
    return Calendars(rooms.documents, rooms.register, rooms.rolls, lambda: TODAY)


async def test_weeks_are_those_of_every_page_and_of_what_the_calendar_says(rooms: Rooms) -> None:
    urn = "100001"

    async def weeks() -> list[date]:
        return [monday(week) for week in sorted(await rooms.register.school_weeks(urn, YEAR, TODAY))]

    assert await weeks() == []
    for number, day in enumerate((MONDAYS[0], MONDAYS[2]), 1):
        # a page of children each, so that no page alone shows both weeks
        rows = columns({f"{number}child{n}": [(slot(day, "AM"), ord("/"), None)] for n in range(CHILDREN)})
        await rooms.register.write(urn, YEAR, {writer(number, 0): rows}, TODAY, CAUSE)
    assert await weeks() == [MONDAYS[0], MONDAYS[2]]
    asked = calendars(rooms)
    autumn = [Said(first=MONDAYS[0], last=MONDAYS[1] + timedelta(days=4), state="open")]
    await asked.upload(urn, YEAR, [*autumn, Said(first=TODAY + timedelta(days=3), last=None, state="open")], "school", CAUSE)
    assert await weeks() == MONDAYS[:3], "a week to come is none yet"
    correction = Said(first=MONDAYS[1], last=MONDAYS[1] + timedelta(days=4), state="closed", reason="weather")
    await asked.correct(urn, YEAR, [correction], "head", CAUSE)
    assert await weeks() == [MONDAYS[0], MONDAYS[2]]


async def test_corrections_at_the_same_time_are_all_kept_and_there_is_an_end_to_them(rooms: Rooms) -> None:
    urn = "100002"
    days = [MONDAYS[0] + timedelta(days=n) for n in range(5)]
    said = [Said(first=day, state="closed", reason="strike") for day in days]
    await asyncio.gather(*(calendars(rooms).correct(urn, YEAR, [one], f"person{n}", CAUSE) for n, one in enumerate(said)))
    kept = await calendars(rooms).versions(urn, YEAR)
    assert sorted(row.first for told in kept for row in told.rows) == days
    assert {told.by for told in kept} == {f"person{n}" for n in range(5)}
    with pytest.raises(TooManyCorrections):
        await calendars(rooms).correct(urn, YEAR, said * 400, "head", CAUSE)
