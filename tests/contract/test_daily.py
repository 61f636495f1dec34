"""Planned marks count from their day on although no feed comes: every school is judged once a day, by one replica or by several."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from services.attendance.domain.judging import open_rules
from services.attendance.domain.register_page import writer
from services.attendance.judging.daily import Daily
from services.attendance.store.schools import School, Schools
from shared.academic_year import slot
from shared.contracts.envelope import Cause
from tests.contract.test_register_store import Rooms, rooms_of
from tests.support.columns import Row, columns
from tests.support.school import school_days

YEAR, TODAY = 2026, date(2026, 11, 20)
LATER = TODAY + timedelta(days=14)
CAUSE = Cause.beginning("test")
RULE = "persistent absence"
URNS = [f"33000{n}" for n in range(4)]


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with rooms_of(tmp_path_factory) as made:
        yield made


def daily(rooms: Rooms, day: date, hour: int = 4) -> Daily:
    """One replica's."""
    return Daily(rooms.register, Schools(rooms.documents), lambda: datetime(day.year, day.month, day.day, hour, tzinfo=UTC), lambda: day)


async def stands(rooms: Rooms, urn: str) -> bool:
    (opened,) = await rooms.register.records(urn, YEAR, [urn])
    return RULE in open_rules(opened.page, urn)


async def test_planned_leave_counts_when_its_day_has_come(rooms: Rooms) -> None:
    here, planned = school_days(20, TODAY), school_days(5, LATER)
    marked = [(day, "/") for day in here] + [(day, "C") for day in planned]
    rows: list[Row] = [(slot(day, session), ord(code), None) for day, code in marked for session in ("AM", "PM")]
    for urn in URNS:
        await Schools(rooms.documents).put(urn, School(name="Larkrise", authority="991", phase="Primary"), CAUSE)
        await rooms.register.write(urn, YEAR, {writer(1, 0): columns({urn: rows})}, TODAY, CAUSE)
    assert await daily(rooms, TODAY).judge() == len(URNS)
    assert not any([await stands(rooms, urn) for urn in URNS])
    assert await daily(rooms, LATER, hour=1).judge() == 0, "not before the quiet hour"
    rooms.published.messages.clear()
    both = await asyncio.gather(*(daily(rooms, LATER).judge() for _ in range(2)))
    assert len(URNS) <= sum(both) <= 2 * len(URNS)
    assert all([await stands(rooms, urn) for urn in URNS])
    raised = [one.id for one in rooms.published.messages if one.subject.endswith("concerns-changed") and RULE.encode() in one.body]
    assert len(set(raised)) == len(URNS)
    assert await daily(rooms, LATER).judge() == 0


async def test_a_school_that_cannot_be_judged_waits_for_the_next_run(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    day = LATER + timedelta(days=1)
    judge_again = rooms.register.judge_again

    async def failing(urn: str, today: date, cause: Cause) -> int:
        if urn == URNS[1]:
            raise ConnectionError
        return await judge_again(urn, today, cause)

    with monkeypatch.context() as patched:
        patched.setattr(rooms.register, "judge_again", failing)
        assert await daily(rooms, day).judge() == len(URNS) - 1
    assert await daily(rooms, day).judge() == 1


async def test_a_school_whose_settings_change_is_judged_again_the_same_day(rooms: Rooms) -> None:
    day, schools = LATER + timedelta(days=2), Schools(rooms.documents)
    await daily(rooms, day).judge()
    school = School(name="Larkrise", authority="991", phase="Primary")
    await schools.put(URNS[0], school.model_copy(update={"name": "Larkrise Primary"}), CAUSE)
    assert await daily(rooms, day).judge() == 0
    await schools.put(URNS[0], school.model_copy(update={"proposes": ()}), CAUSE)
    assert await daily(rooms, day).judge() == 1
    assert await daily(rooms, day).judge() == 0
