"""Silent schools: one document for each school and day without a register, from the alarm until it ends.

Whether a school was heard stands on its feeds (`day`), so that watching costs the feeds nothing: all is done by the chore.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.attendance.domain.calendar.silence import ENGLAND, TERM, is_expected, is_past
from services.attendance.store.calendars import EVERY_SCHOOL, Calendars
from services.attendance.store.schools import KnownSchool, Schools
from shared.academic_year import of_session, slot
from shared.contracts.attendance_events import SchoolHeard, SchoolSilent
from shared.contracts.envelope import Cause, Draft
from shared.errors import Conflict
from shared.identity import new_id
from shared.logging import logger
from shared.mongo import Document
from shared.recent import Recent
from shared.store import Change, Documents

CLOSED_AGE = 1800.0
"""Seconds for which a school that was found closed by its register is not looked at again."""


STATES = ("silent", "heard", "closed", "over")
NOT_WITHDRAWN = {"state": {"$in": ["accepted", "stored"]}}


@dataclass(frozen=True, slots=True)
class Silence:
    school: str
    day: date
    since: datetime


class Silences:
    def __init__(self, documents: Documents, schools: Schools, calendars: Calendars, now: Callable[[], datetime], grace: timedelta) -> None:
        self._documents = documents
        self._schools = schools
        self._calendars = calendars
        self._now = now
        self._grace = grace
        self._closed: Recent[tuple[str, date], bool] = Recent(CLOSED_AGE, EVERY_SCHOOL)

    async def current(self) -> list[Silence]:
        """Schools that are silent, each with the last day of which nothing came and the time of the first alarm of this silence."""
        found = await self._documents.find("silent", {"state": "silent", "day": {"$gte": (self._today() - TERM).isoformat()}})
        latest: dict[str, Silence] = {}
        for document in sorted(found, key=lambda one: str(one["day"])):
            before = latest.get(document["school"])
            since = before.since if before else document["since"]
            latest[document["school"]] = Silence(document["school"], date.fromisoformat(document["day"]), since)
        return [latest[urn] for urn in sorted(latest)]

    async def watch(self) -> int:
        """End the alarms that are over, raise those that are due, and say how many schools are silent now."""
        await self._end()
        day = self._today()
        if day.weekday() < 5:
            await self._begin(day)
        return len(await self.current())

    def _today(self) -> date:
        return self._now().astimezone(ENGLAND).date()

    # beginning ------------------------------------------------------------------------------------------------------

    async def _begin(self, day: date) -> None:
        due = {urn for urn, school in (await self._schools.all()).items() if self._is_due(school, day)}
        if not due:
            return
        raised = {"state": {"$in": STATES}, "day": day.isoformat()}
        known = {document["school"] for document in await self._documents.find("silent", raised, {"school": 1})}
        for urn in sorted(due - known - await self._heard(day)):
            if not self._closed.get((urn, day)) and await self._is_silent(urn, day):
                await self._raise(urn, day)

    def _is_due(self, school: KnownSchool, day: date) -> bool:
        if (school.succeeds_from and day < school.succeeds_from) or (school.succeeded_from and day >= school.succeeded_from):
            return False
        within = (school.since is None or school.since <= day) and (school.until is None or day <= school.until)
        return within and is_past(school.register_hour, self._now())

    async def _heard(self, day: date) -> set[str]:
        return {
            feed["school"]
            for feed in await self._documents.find("feed", {"day": {"$gte": day.isoformat()}, **NOT_WITHDRAWN}, {"school": 1})
        }

    async def _is_silent(self, urn: str, day: date) -> bool:
        """The register is looked at only when the calendar does not say, and marks came of late."""
        if await self._is_sending(urn):
            return False
        last, year = await self._last_heard(urn, day), of_session(day)
        said = await self._calendars.said(urn, year)
        if not is_expected(said, day, last):
            return False
        if said.at(slot(day, "AM")).is_open or is_expected(await self._calendars.of_year(urn, year), day, last):
            return True
        self._closed.keep((urn, day), True)
        return False

    async def _is_sending(self, urn: str) -> bool:
        """Whether a feed has come just now: more may be on the way, and of today."""
        latest = await self._documents.find("feed", {"school": urn}, {"at": 1}, sort=[("number", -1)], limit=1)
        return bool(latest) and self._now() - latest[0]["at"] < self._grace

    async def _last_heard(self, urn: str, day: date) -> date | None:
        of_late = {"school": urn, "day": {"$gte": (day - TERM).isoformat(), "$lt": day.isoformat()}, **NOT_WITHDRAWN}
        latest = await self._documents.find("feed", of_late, {"day": 1}, sort=[("day", -1)], limit=1)
        return date.fromisoformat(latest[0]["day"]) if latest else None

    async def _raise(self, urn: str, day: date) -> None:
        document = {"_id": f"silent:{urn}:{day}", "kind": "silent", "school": urn, "day": day.isoformat(), "state": "silent", "version": 0}
        alarm = Change({**document, "since": self._now()}, [Draft(SchoolSilent, school=urn, day=day)])
        try:
            await self._documents.write(alarm, Cause.beginning(new_id()))
        except Conflict:  # another process was as quick
            return
        logger().warning("school silent", school=urn)

    # ending ---------------------------------------------------------------------------------------------------------

    async def _end(self) -> None:
        for document in await self._documents.find("silent", {"state": "silent"}):
            state = await self._ended(document)
            if state is None:
                continue
            over = [Draft(SchoolHeard, school=document["school"], day=date.fromisoformat(document["day"]))] if state != "over" else []
            try:
                await self._documents.write(Change({**document, "state": state}, over), Cause.beginning(new_id()))
            except Conflict:
                continue

    async def _ended(self, document: Document) -> str | None:
        """`heard`: marks of that day or a later one are stored; `closed`: the calendar says so now; `over`: listed long enough."""
        urn, day = document["school"], date.fromisoformat(document["day"])
        if await self._documents.find("feed", {"school": urn, "day": {"$gte": document["day"]}, "state": "stored"}, {"_id": 1}, limit=1):
            return "heard"
        if (await self._calendars.said(urn, of_session(day))).at(slot(day, "AM")).state == "closed":
            return "closed"
        return "over" if day < self._today() - TERM else None


def named(silences: Collection[Silence], schools: Mapping[str, KnownSchool]) -> list[tuple[Silence, KnownSchool]]:
    """With the school of each, as far as it is still known."""
    return [(one, schools[one.school]) for one in silences if one.school in schools]
