"""Concerns about the duty to attend follow the birth dates that the rolls tell, whatever comes first, and if a process ends in between."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.attendance.domain.judging import open_rules
from services.attendance.domain.register_page import writer
from services.attendance.domain.roll_row import RollRow
from services.attendance.feeds.desk import Desk
from services.attendance.store.feed_parts import Part
from shared.academic_year import slot
from tests.contract.test_withdrawals import CAUSE, TODAY, YEAR, House, Today, house, week
from tests.support.columns import columns
from tests.support.school import marks_csv, upn

__all__ = ["house"]
RULE = "ten sessions unauthorised"
CHILD = upn(7)


class Ended(Exception):
    """The process ended here."""


@pytest.fixture
def desk(house: House) -> Desk:
    settings = Today(nats_credentials=Path(), mongo_url_file=Path(), key_folder=Path(), jwks="")
    return Desk(house.feeds, house.rooms.rolls, house.rooms.register, house.withdrawal, settings)


def roll(born: date) -> bytes:
    return f"UPN,Surname,Forename,Date of birth,Year group\n{CHILD},Nance,Merryn,{born},R\n".encode()


FOUR, TEN = TODAY - timedelta(days=365 * 4 + 200), TODAY - timedelta(days=3700)


async def enter(house: House, desk: Desk, feed: str) -> None:
    part = await house.feeds.open_part(feed, 0)
    assert part is not None
    await desk.enter(part, CAUSE)


async def stands(house: House, urn: str) -> bool:
    return RULE in await house.open_rules(urn, CHILD)


async def test_sessions_before_school_age_are_left_out_of_a_concern_that_stands(house: House) -> None:
    urn, today = "310001", date(2027, 1, 29)
    rooms = house.rooms
    born = RollRow(CHILD, "Nance", "Merryn", date(2021, 10, 10), "R", {}, {})  # of school age from 31 December 2026
    (child,) = await rooms.rolls.tell(urn, YEAR, [born], writer(1, 0), today, CAUSE)

    async def say(number: int, first: date, days: int, code: str) -> set[str]:
        slots = [slot(first + timedelta(days=n), session) for n in range(days) for session in ("AM", "PM")]
        rows = columns({child: [(at, ord(code), None) for at in slots]})
        await rooms.register.write(urn, YEAR, {writer(number, 0): rows}, today, CAUSE)
        (opened,) = await rooms.register.records(urn, YEAR, [child])
        return set(open_rules(opened.page, child))

    assert RULE not in await say(2, date(2026, 12, 7), 4, "O")
    assert RULE in await say(3, date(2027, 1, 11), 5, "O")
    assert RULE not in await say(4, date(2027, 1, 11), 3, "/"), "four are left in school age, of twelve"


async def test_a_roll_that_comes_after_the_marks_eases_what_is_not_owed_and_its_withdrawal_raises_it(house: House, desk: Desk) -> None:
    urn = "310002"
    await enter(house, desk, await house.push(urn, marks_csv(week(CHILD, "O"))))
    assert await stands(house, urn)
    young = await house.push(urn, roll(FOUR))
    await enter(house, desk, young)
    assert not await stands(house, urn)
    await enter(house, desk, await house.push(urn, roll(TEN)))
    assert await stands(house, urn)
    corrected = await house.push(urn, roll(FOUR + timedelta(days=1)))
    await enter(house, desk, corrected)
    assert not await stands(house, urn)
    await house.withdraw(corrected)
    await enter(house, desk, corrected)
    assert await stands(house, urn)


async def test_a_process_that_ends_between_the_roll_and_the_look(house: House, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    urn = "310003"
    await enter(house, desk, await house.push(urn, marks_csv(week(CHILD, "O"))))
    feed = await house.push(urn, roll(FOUR))

    async def end(*_: Any) -> None:
        raise Ended

    with monkeypatch.context() as patched:
        patched.setattr(house.rooms.register, "look_again", end)
        with pytest.raises(Ended):
            await enter(house, desk, feed)
    assert await stands(house, urn)
    await enter(house, desk, feed)  # its ticket comes again
    assert not await stands(house, urn)


async def test_a_roll_that_is_entered_while_marks_are_judged(house: House, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks' writer asks for the age before the roll is there, and writes after the roll's has looked at the page."""
    urn = "310004"
    ages = house.rooms.register._ages
    asked, go = asyncio.Event(), asyncio.Event()
    lately: Callable[..., Any] = ages.lately

    async def slow(*given: Any) -> Any:
        known = await lately(*given)
        asked.set()
        await go.wait()
        return known

    marks = await house.feeds.open_part(await house.push(urn, marks_csv(week(CHILD, "O"))), 0)
    told = await house.feeds.open_part(await house.push(urn, roll(FOUR)), 0)
    assert isinstance(marks, Part)
    assert isinstance(told, Part)
    with monkeypatch.context() as patched:
        patched.setattr(ages, "lately", slow)
        writing = asyncio.create_task(desk.enter(marks, CAUSE))
        await asyncio.wait_for(asked.wait(), 10)
        patched.setattr(ages, "lately", lately)
        await desk.enter(told, CAUSE)
        go.set()
        await writing
    assert not await stands(house, urn)
