"""Unheard schools whose calendar nobody uploaded, on a real mongod: listed in the first days of a holiday, alarms in term."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.attendance.domain.calendar.possibly_closed import NOT_BACK, TOGETHER
from services.attendance.domain.calendar.said import Said
from services.attendance.domain.register_page import writer
from services.attendance.judging.openings import load_openings
from services.attendance.store.calendars import Calendars
from services.attendance.store.schools import School, Schools
from services.attendance.store.silences import Silences
from shared.academic_year import cohort, slot
from shared.contracts.envelope import Cause
from shared.identity import new_id
from tests.contract.test_register_store import Rooms, rooms_of
from tests.support.columns import Row, columns
from tests.support.school import school_days

FRIDAY, MONDAY = date(2026, 10, 23), date(2026, 10, 26)
CAUSE = Cause.beginning("test")


@pytest.fixture(scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with rooms_of(tmp_path_factory) as made:
        yield made


class Authority:
    """Some schools of one authority, and who watches them at noon."""

    def __init__(self, rooms: Rooms, code: str, count: int) -> None:
        self.rooms, self.code = rooms, code
        self.urns = [f"4{code}{n:02}" for n in range(count)]
        self.schools = Schools(rooms.documents)

    async def open(self, heard: date) -> "Authority":
        for urn in self.urns:
            await self.schools.put(urn, School(name="Larkrise", authority=self.code, phase="Primary"), CAUSE)
        await self.hear(self.urns, heard)
        return self

    async def hear(self, urns: Iterable[str], day: date) -> None:
        """As feeds of the day's morning that are stored."""
        at = datetime.combine(day, time(9, 30), UTC)
        facts = {"kind": "feed", "version": 1, "state": "stored", "cohort": cohort(2026), "sealed": b"", "day": day.isoformat(), "at": at}
        number = int(at.timestamp())
        await self.rooms.documents.collection.insert_many(
            [{"_id": f"feed:{(id_ := new_id())}", "school": urn, "number": number, "digest": id_, **facts} for urn in urns]
        )

    async def closing_at(self, hour: str, urns: Iterable[str]) -> None:
        for urn in urns:
            await self.schools.put(urn, School(name="Larkrise", authority=self.code, phase="Primary", register_hour=hour), CAUSE)

    async def closed_last_year(self, urn: str, monday: date, today: date) -> None:
        """By its register, in the week a year before."""
        closed = [monday - timedelta(days=364) + timedelta(days=n) for n in range(5)]
        days = [day for day in school_days(40, date(2025, 12, 5)) if day not in closed]
        rows: list[Row] = [(slot(day, half), ord("/"), None) for day in days for half in ("AM", "PM")]
        await self.rooms.register.write(urn, 2025, {writer(1, 0): columns({"child": rows})}, today, CAUSE)

    async def look(self, day: date, hour: int = 12) -> dict[str, str | None]:
        """Who is listed, and why it is no alarm."""
        now = datetime.combine(day, time(hour), UTC)
        calendars = Calendars(self.rooms.documents, self.rooms.register, self.rooms.rolls, lambda: day)
        silences = Silences(self.rooms.documents, self.schools, calendars, load_openings(), lambda: now, timedelta(minutes=5))
        self.watched = await silences.watch()
        return {one.school: one.because for one in await silences.current() if one.school in self.urns}

    def alarms(self) -> list[str]:
        return [
            one.subject.rpartition(".")[2] for one in self.rooms.published.messages if any(urn.encode() in one.body for urn in self.urns)
        ]


async def test_a_holiday_of_an_authority_is_no_alarm_and_ends_when_its_schools_are_heard(rooms: Rooms) -> None:
    here = await Authority(rooms, "801", 7).open(FRIDAY)
    assert await here.look(MONDAY) == dict.fromkeys(here.urns, "other schools are silent too")
    assert await here.look(MONDAY + timedelta(days=1)) == dict.fromkeys(here.urns, "other schools are silent too")
    back = MONDAY + timedelta(days=2)
    await here.hear(here.urns, back)
    assert await here.look(back) == {}
    assert here.alarms() == []


async def test_a_school_that_is_silent_while_the_others_are_heard_is_an_alarm_the_same_day(rooms: Rooms) -> None:
    here = await Authority(rooms, "802", 7).open(FRIDAY)
    await here.hear(here.urns[1:], MONDAY)
    assert await here.look(MONDAY) == {here.urns[0]: None}
    assert here.alarms() == ["school-silent"]


async def test_a_doubt_becomes_an_alarm_when_the_others_turn_out_to_be_in_term(rooms: Rooms) -> None:
    here = await Authority(rooms, "803", 7).open(FRIDAY)
    assert None not in (await here.look(MONDAY, hour=12)).values()
    await here.hear(here.urns[1:], MONDAY)
    assert await here.look(MONDAY, hour=14) == {here.urns[0]: None}
    assert here.alarms() == ["school-silent"]
    await here.hear(here.urns[:1], MONDAY + timedelta(days=1))
    assert await here.look(MONDAY + timedelta(days=1), hour=10) == {}
    assert here.alarms() == ["school-silent", "school-heard"]


async def test_a_school_by_itself_is_believed_by_its_own_last_year(rooms: Rooms) -> None:
    here = await Authority(rooms, "804", 2).open(FRIDAY)
    known, new = here.urns
    half_term = [MONDAY - timedelta(days=364) + timedelta(days=n) for n in range(5)]
    days = [day for day in school_days(40, date(2025, 11, 20)) if day not in half_term]
    rows: list[Row] = [(slot(day, half), ord("/"), None) for day in days for half in ("AM", "PM")]
    await rooms.register.write(known, 2025, {writer(1, 0): columns({"child": rows})}, FRIDAY, CAUSE)
    assert await here.look(MONDAY) == {known: "closed on this day last year", new: None}
    assert here.alarms() == ["school-silent"]


async def test_a_school_that_does_not_come_back_from_a_holiday_is_an_alarm_when_the_others_have(rooms: Rooms) -> None:
    here, alone = await Authority(rooms, "805", 7).open(FRIDAY), await Authority(rooms, "806", 1).open(FRIDAY)
    back = FRIDAY + timedelta(days=17)
    await here.hear(here.urns[:2], back)
    assert await here.look(back, hour=11) == dict.fromkeys(here.urns[2:], NOT_BACK), "some of them are back, and most are not"
    await here.hear(here.urns[2:6], back)
    assert await here.look(back) == {here.urns[6]: None}
    assert await alone.look(back) == {alone.urns[0]: NOT_BACK}, "nobody knows"


async def test_a_silence_of_nearly_all_schools_of_an_authority_is_told_of_the_authority(rooms: Rooms) -> None:
    friday = date(2026, 11, 6)
    here = await Authority(rooms, "811", 10).open(friday)
    for day in (friday + timedelta(days=n) for n in (3, 4)):
        await here.hear(here.urns[9:], day)
        assert await here.look(day) == dict.fromkeys(here.urns[:9], TOGETHER)
        assert "811" in here.watched.authorities
    back = friday + timedelta(days=5)
    await here.hear(here.urns, back)
    assert await here.look(back) == {}
    assert "811" not in here.watched.authorities


async def test_last_year_says_nothing_while_most_of_the_others_are_heard(rooms: Rooms) -> None:
    friday, monday = date(2026, 11, 6), date(2026, 11, 9)
    here = await Authority(rooms, "812", 10).open(friday)
    await here.closed_last_year(here.urns[0], monday, friday)
    await here.hear(here.urns[3:], monday)
    assert (await here.look(monday))[here.urns[0]] is None


async def test_a_school_of_a_small_authority_stays_an_alarm_while_all_others_are_heard(rooms: Rooms) -> None:
    friday = date(2026, 11, 6)
    here = await Authority(rooms, "813", 5).open(friday)
    for day in (friday + timedelta(days=n) for n in range(3, 19)):
        if day.weekday() < 5:
            await here.hear(here.urns[1:], day)
            assert await here.look(day) == {here.urns[0]: None}, day


async def test_who_was_told_of_early_counts_at_the_next_look_as_at_the_first(rooms: Rooms) -> None:
    """Some schools close their registers later: those that were told of by then are among their others."""
    friday, monday = date(2026, 11, 6), date(2026, 11, 9)
    here = await Authority(rooms, "814", 10).open(friday)
    early, late = here.urns[:5], here.urns[5:]
    await here.closing_at("13:00", late)
    assert await here.look(monday) == dict.fromkeys(early), "of so few nobody knows"
    for hour in (13, 14):
        assert await here.look(monday, hour) == dict.fromkeys(early) | dict.fromkeys(late, TOGETHER)


async def test_a_school_that_is_open_by_its_calendar_shows_at_every_look_that_it_is_term(rooms: Rooms) -> None:
    friday, monday = date(2026, 11, 6), date(2026, 11, 9)
    here = await Authority(rooms, "815", 8).open(friday)
    *early, late = here.urns
    calendars = Calendars(rooms.documents, rooms.register, rooms.rolls, lambda: monday)
    for urn in early:
        await calendars.upload(urn, 2026, [Said(first=monday, state="open")], "test", CAUSE)
    await here.closed_last_year(late, monday, friday)
    await here.closing_at("13:00", [late])
    assert await here.look(monday) == dict.fromkeys(early)
    assert await here.look(monday, hour=14) == dict.fromkeys(here.urns)
