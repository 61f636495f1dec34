"""Silent schools: one document for each school and day without a register, from the alarm until it ends. Where the calendar does not say
whether the school is open, and others' knowledge says that it may be closed, it is a document all the same, and no alarm.

Whether a school was heard stands on its feeds (`day`), so that watching costs the feeds nothing: all is done by the chore.
"""

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from services.attendance.domain.calendar.possibly_closed import (
    A_YEAR,
    IN_TERM,
    NOT_BACK,
    TOGETHER,
    Others,
    Reason,
    Verdict,
    by_last_year,
    by_the_day,
    last_year_counts,
)
from services.attendance.domain.calendar.silence import ENGLAND, TERM, is_expected, is_past
from services.attendance.judging.openings import Openings
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

LOOKED_AGE = 1800.0
"""Seconds for which what was found of a school by its register or its calendar is not looked at again."""


SILENT, DOUBTED = "silent", "possibly closed"
STATES = (SILENT, DOUBTED, "heard", "closed", "over")
LISTED = {"state": {"$in": [SILENT, DOUBTED]}}
Unheard = Literal["open", "not known", "not back", "closed"]
"""By its calendar; where that does not say, whether the school was heard in the last week, or in the weeks before."""
OF_LATE = timedelta(weeks=8)
"""More than the longest holiday. A school that was last heard before that has left us, and is nobody's alarm."""
NOT_WITHDRAWN = {"state": {"$in": ["accepted", "stored"]}}


@dataclass(frozen=True, slots=True)
class Silence:
    school: str
    day: date
    since: datetime
    because: Reason | None = None
    """Why the school may be closed; None is an alarm."""


class Watched(NamedTuple):
    """How many schools are silent; and of which authorities nearly all, which without term dates is a holiday or an outage."""

    schools: int
    authorities: frozenset[str]


class Silences:
    def __init__(
        self,
        documents: Documents,
        schools: Schools,
        calendars: Calendars,
        openings: Openings,
        now: Callable[[], datetime],
        grace: timedelta,
    ) -> None:
        self._documents = documents
        self._schools = schools
        self._calendars = calendars
        self._openings = openings
        self._now = now
        self._grace = grace
        self._looked: Recent[tuple[str, date], Unheard] = Recent(LOOKED_AGE, EVERY_SCHOOL)
        """Schools that were found closed, and of those that were told of whether their calendar says that they are open."""
        self._together: Set[str] = frozenset()
        """The authorities whose schools were silent together at the last look, which is said once."""

    async def current(self) -> list[Silence]:
        """Schools that are silent or possibly closed, each with the last day of which nothing came and the time from which that is so."""
        found = await self._documents.find("silent", {**LISTED, "day": {"$gte": (self._today() - TERM).isoformat()}})
        latest: dict[str, Silence] = {}
        for document in sorted(found, key=lambda one: str(one["day"])):
            because = document.get("because")
            before = latest.get(document["school"])
            since = before.since if before and bool(before.because) == bool(because) else document["since"]
            latest[document["school"]] = Silence(document["school"], date.fromisoformat(document["day"]), since, because)
        return [latest[urn] for urn in sorted(latest)]

    async def watch(self) -> Watched:
        """End the alarms that are over, raise those that are due, and say who is silent now."""
        await self._end()
        day = self._today()
        if day.weekday() < 5:
            await self._begin(day)
        current, schools = await self.current(), await self._schools.all()
        here = [one for one in current if one.day == day and one.because == TOGETHER]
        together = frozenset(school.authority for _, school in named(here, schools))
        for authority in sorted(together - self._together):
            logger().warning("schools of an authority silent together", authority=authority)
        self._together = together
        return Watched(sum(not one.because for one in current), together)

    def _today(self) -> date:
        return self._now().astimezone(ENGLAND).date()

    # beginning ------------------------------------------------------------------------------------------------------

    async def _begin(self, day: date) -> None:
        schools = await self._schools.all()
        due = {urn for urn, school in schools.items() if self._is_due(school, day)}
        if not due:
            return
        of_today = {"state": {"$in": STATES}, "day": day.isoformat()}
        known = {document["school"]: document for document in await self._documents.find("silent", of_today)}
        heard = await self._heard(day)
        found = {urn: how for urn in sorted(due - known.keys() - heard) if (how := await self._looked_at(urn, day))}
        doubted = {urn: document for urn, document in known.items() if document["state"] == DOUBTED and urn not in heard}
        told = {urn: await self._as_told(document, day) for urn, document in known.items() if urn in due - heard}
        others = _by_authority(schools, heard, {**told, **found})
        for urn, how in found.items():
            if how == "open":
                await self._tell(urn, day, None)
            elif how == "not back":
                verdict = self._by_the_day(schools[urn].authority, day, others)
                await self._tell(urn, day, None if verdict == IN_TERM else verdict or NOT_BACK)
            elif how == "not known":
                await self._tell(urn, day, await self._doubt(urn, schools[urn].authority, day, others))
        for urn, document in doubted.items():
            if self._by_the_day(schools[urn].authority, day, others) == IN_TERM:
                await self._tell(urn, day, None, document)

    def _by_the_day(self, authority: str, day: date, others: Mapping[str, Others]) -> Verdict:
        return by_the_day(day, self._openings.of(authority, day), _but_one(others[authority]))

    async def _doubt(self, urn: str, authority: str, day: date, others: Mapping[str, Others]) -> Reason | None:
        """Why a school whose calendar does not say may be closed; None where it is to be taken for open."""
        verdict = self._by_the_day(authority, day, others)
        if verdict is None and last_year_counts(_but_one(others[authority])):
            last_year = await self._calendars.of_year(urn, of_session(day - A_YEAR))
            verdict = by_last_year(last_year, day, self._openings.of(authority, day))
        return None if verdict == IN_TERM else verdict

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

    async def _looked_at(self, urn: str, day: date) -> Unheard | None:
        return self._looked.get((urn, day)) or await self._how_unheard(urn, day)

    async def _as_told(self, document: Document, day: date) -> Unheard:
        """As a school counts that was told of at an earlier look: as it did then."""
        if document["state"] != SILENT:
            return "closed" if document["state"] == "closed" else "not known"
        urn = document["school"]
        if (how := self._looked.get((urn, day))) is None:
            morning = (await self._calendars.said(urn, of_session(day))).at(slot(day, "AM"))
            self._looked.keep((urn, day), how := "open" if morning.is_open else "not known")
        return how

    async def _how_unheard(self, urn: str, day: date) -> Unheard | None:
        """What the school's calendar says of the day; None where nothing is due. The register is looked at only when the calendar does
        not say, and marks came of late."""
        if await self._is_sending(urn):
            return None
        last, year = await self._last_heard(urn, day), of_session(day)
        said = await self._calendars.said(urn, year)
        morning = said.at(slot(day, "AM"))
        if not is_expected(said, day, last):
            if morning.state == "not known yet":
                return "not back" if last else None
            return "closed" if morning.whence in ("uploaded", "corrected") else None
        if morning.is_open:
            return "open"
        if is_expected(await self._calendars.of_year(urn, year), day, last):
            return "not known"
        self._looked.keep((urn, day), "closed")
        return "closed"

    async def _is_sending(self, urn: str) -> bool:
        """Whether a feed has come just now: more may be on the way, and of today."""
        latest = await self._documents.find("feed", {"school": urn}, {"at": 1}, sort=[("number", -1)], limit=1)
        return bool(latest) and self._now() - latest[0]["at"] < self._grace

    async def _last_heard(self, urn: str, day: date) -> date | None:
        of_late = {"school": urn, "day": {"$gte": (day - OF_LATE).isoformat(), "$lt": day.isoformat()}, **NOT_WITHDRAWN}
        latest = await self._documents.find("feed", of_late, {"day": 1}, sort=[("day", -1)], limit=1)
        return date.fromisoformat(latest[0]["day"]) if latest else None

    async def _tell(self, urn: str, day: date, because: Reason | None, before: Document | None = None) -> None:
        """Raise the alarm, or note why the school may be closed; that is said once while it lasts."""
        document = before or {"_id": f"silent:{urn}:{day}", "kind": "silent", "school": urn, "day": day.isoformat(), "version": 0}
        state = {"state": DOUBTED, "because": because} if because else {"state": SILENT}
        noted = {**{name: value for name, value in document.items() if name != "because"}, **state, "since": self._now()}
        again = because and await self._documents.find("silent", {"state": DOUBTED, "school": urn}, {"_id": 1}, limit=1)
        drafts = () if because else (Draft(SchoolSilent, school=urn, day=day),)
        try:
            await self._documents.write(Change(noted, drafts), Cause.beginning(new_id()))
        except Conflict:  # another process was as quick
            return
        if because is None:
            logger().warning("school silent", school=urn)
        elif not again:
            logger().info("school possibly closed", school=urn, because=because)

    # ending ---------------------------------------------------------------------------------------------------------

    async def _end(self) -> None:
        for document in await self._documents.find("silent", LISTED):
            state = await self._ended(document)
            if state is None:
                continue
            told = document["state"] == SILENT and state != "over"
            over = [Draft(SchoolHeard, school=document["school"], day=date.fromisoformat(document["day"]))] if told else []
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


def _but_one(others: Others) -> Others:
    """Without the school that is asked about, which is one of the silent ones."""
    return others._replace(silent=others.silent - 1)


def _by_authority(schools: Mapping[str, KnownSchool], heard: Set[str], unheard: Mapping[str, Unheard]) -> dict[str, Others]:
    """How many schools of each authority show that it is in term today, and how many that it is not."""
    found = dict.fromkeys({school.authority for school in schools.values()}, Others(0, 0))
    for urn in heard & schools.keys():
        here = found[schools[urn].authority]
        found[schools[urn].authority] = here._replace(heard=here.heard + 1)
    for urn, how in unheard.items():
        here = found[schools[urn].authority]
        found[schools[urn].authority] = Others(here.heard + (how == "open"), here.silent + (how != "open"))
    return found
