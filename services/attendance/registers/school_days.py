"""Which days of a period a school was open: what a number of school days is counted by."""

from datetime import date

from services.attendance.domain.calendar.school_year import SchoolYear
from services.attendance.domain.dates import span_of
from services.attendance.store.calendars import Calendars
from shared.academic_year import day_of, of_session
from shared.bus import Bus
from shared.contracts.attendance import AskSchoolDays, SchoolDays


def register_school_days(bus: Bus, calendars: Calendars) -> None:
    @bus.answers(AskSchoolDays)
    async def days(question: AskSchoolDays) -> SchoolDays:
        years = range(of_session(question.first), of_session(question.last) + 1)
        found = [day for year in years for day in open_days(await calendars.of_year(question.school, year), question)]
        return SchoolDays(days=tuple(found))


def open_days(calendar: SchoolYear, asked: AskSchoolDays) -> list[date]:
    """Those of one year that have come, in order. A day on which one session was held, or some year groups came, counts."""
    begin, end = span_of(calendar.year, asked.first, asked.last)
    opened = {day_of(calendar.year, at)[0] for at, slot in calendar.slots() if begin <= at < min(end, calendar.come) and slot.is_open}
    return sorted(opened)
