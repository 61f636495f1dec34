"""Silent schools: one document for each school and day without a register, from the alarm until it ends. Where the calendar does not say
whether the school is open, and others' knowledge says that it may be closed, it is a document all the same, and no alarm.

Whether a school was heard stands on its feeds (`day`), so that watching costs the feeds nothing: all is done by the chore.
"""

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

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
from services.attendance.domain.calendar.silence import ENGLAND, TERM, WatchedSchool, is_past
from services.attendance.judging.openings import Openings
from services.attendance.store.calendars import Calendars
from services.attendance.store.heard_of import HeardOf
from services.attendance.store.said_mornings import SaidMornings
from services.attendance.store.schools import KnownSchool, Schools
from services.attendance.store.unheard import DOUBTED, SILENT, How, Unheard
from shared.academic_year import of_session
from shared.contracts.attendance_events import SchoolHeard, SchoolSilent
from shared.contracts.envelope import Cause, Draft
from shared.errors import Conflict
from shared.identity import new_id
from shared.logging import logger
from shared.mongo import Document
from shared.store import Change, Documents

STATES = (SILENT, DOUBTED, "heard", "closed", "over")
LISTED = {"state": {"$in": [SILENT, DOUBTED]}}


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
        self._heard_of, self._mornings = HeardOf(documents), SaidMornings(documents)
        self._unheard = Unheard(self._heard_of, self._mornings, calendars, now, grace)
        self._together: Set[str] = frozenset()
        """The authorities whose schools were silent together at the last look, which is said once."""

    async def current(self) -> list[Silence]:
        """Schools that are silent or possibly closed, each with the last day of which nothing came and the time from which that is so."""
        of_late = {**LISTED, "day": {"$gte": (self._today() - TERM).isoformat()}}
        found = await self._documents.find("silent", of_late, {"school": 1, "day": 1, "since": 1, "because": 1})
        latest: dict[str, Silence] = {}
        for document in sorted(found, key=lambda one: str(one["day"])):
            because = document.get("because")
            before = latest.get(document["school"])
            since = before.since if before and bool(before.because) == bool(because) else document["since"]
            latest[document["school"]] = Silence(document["school"], date.fromisoformat(document["day"]), since, because)
        return [latest[urn] for urn in sorted(latest)]

    async def watch(self) -> Watched:
        """End the alarms that are over, raise those that are due, and say who is silent now."""
        day, schools = self._today(), await self._schools.watched()
        listed = await self._end()
        if day.weekday() < 5:
            await self._begin(day, schools, {one["school"] for one in listed if one["state"] == DOUBTED})
        current = await self.current()
        here = [one.school for one in current if one.day == day and one.because == TOGETHER]
        together = frozenset(schools[urn].authority for urn in here if urn in schools)
        for authority in sorted(together - self._together):
            logger().warning("schools of an authority silent together", authority=authority)
        self._together = together
        return Watched(sum(not one.because for one in current), together)

    def _today(self) -> date:
        return self._now().astimezone(ENGLAND).date()

    # beginning ------------------------------------------------------------------------------------------------------

    async def _begin(self, day: date, schools: Mapping[str, WatchedSchool], doubted: Set[str]) -> None:
        """`doubted`: schools that are listed as possibly closed, on whatever day."""
        due = self._due(day, schools)
        if not due:
            return
        of_today = await self._documents.find("silent", {"state": {"$in": STATES}, "day": day.isoformat()})
        known = {document["school"]: document for document in of_today}
        heard = await self._heard_of.on(day)
        found = await self._unheard.of(due - known.keys() - heard, day)
        told = await self._unheard.as_told([document for urn, document in known.items() if urn in due - heard], day)
        others = _KnownOfOthers(day, self._openings, _by_authority(schools, heard, {**told, **found}))
        for urn, how in found.items():
            if how != "closed":
                because = await self._because(urn, how, schools[urn].authority, others)
                await self._tell(_of_today(urn, day), because, again=urn in doubted)
        for urn, document in known.items():
            if document["state"] == DOUBTED and urn not in heard and others.verdict(schools[urn].authority) == IN_TERM:
                await self._tell(document, None)

    def _due(self, day: date, schools: Mapping[str, WatchedSchool]) -> set[str]:
        """The schools whose hour has come on a day that is theirs."""
        now = self._now()
        come = {hour for hour in {school.register_hour for school in schools.values()} if is_past(hour, now)}
        return {urn for urn, school in schools.items() if school.register_hour in come and school.has_register(day.isoformat())}

    async def _because(self, urn: str, how: How, authority: str, others: "_KnownOfOthers") -> Reason | None:
        """Why a school that is unheard may be closed; None where it is to be taken for open."""
        if how == "open":
            return None
        verdict, day = others.verdict(authority), others.day
        if how == "not back":
            verdict = verdict or NOT_BACK
        elif verdict is None and last_year_counts(others.but_one(authority)):
            last_year = await self._calendars.of_year(urn, of_session(day - A_YEAR))
            verdict = by_last_year(last_year, day, self._openings.of(authority, day))
        return None if verdict == IN_TERM else verdict

    async def _tell(self, document: Document, because: Reason | None, *, again: bool = False) -> None:
        """Raise the alarm, or note why the school may be closed; that is said once while it lasts."""
        urn, day = document["school"], date.fromisoformat(document["day"])
        state = {"state": DOUBTED, "because": because} if because else {"state": SILENT}
        noted = {**{name: value for name, value in document.items() if name != "because"}, **state, "since": self._now()}
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

    async def _end(self) -> list[Document]:
        """Those that stay listed."""
        listed = await self._documents.find("silent", LISTED)
        ended = await self._ended(listed)
        for document in listed:
            state = ended.get(document["_id"])
            if state is None:
                continue
            told = document["state"] == SILENT and state != "over"
            over = [Draft(SchoolHeard, school=document["school"], day=date.fromisoformat(document["day"]))] if told else []
            try:
                await self._documents.write(Change({**document, "state": state}, over), Cause.beginning(new_id()))
            except Conflict:
                continue
        return [document for document in listed if document["_id"] not in ended]

    async def _ended(self, listed: Collection[Document]) -> dict[str, str]:
        """By id. `heard`: marks of that day or a later one are stored; `closed`: the calendar says so now; `over`: listed long enough."""
        first = min((document["day"] for document in listed), default="")
        stored = await self._heard_of.stored_since({document["school"] for document in listed}, first)
        heard = {one["_id"] for one in listed if stored.get(one["school"], "") >= one["day"]}
        asked = {one["_id"]: (one["school"], date.fromisoformat(one["day"])) for one in listed if one["_id"] not in heard}
        mornings, oldest = await self._mornings.of(asked.values()), self._today() - TERM
        closed = {name for name, morning in asked.items() if mornings[morning].state == "closed"}
        over = {name for name, (_, day) in asked.items() if day < oldest}
        return dict.fromkeys(over, "over") | dict.fromkeys(closed, "closed") | dict.fromkeys(heard, "heard")


class _KnownOfOthers:
    """What the other schools of each authority, and the authority itself, show of a day."""

    def __init__(self, day: date, openings: Openings, others: Mapping[str, Others]) -> None:
        self.day = day
        self._openings = openings
        self._others = others
        self._verdicts: dict[str, Verdict] = {}

    def but_one(self, authority: str) -> Others:
        """Without the school that is asked about, which is one of the silent ones."""
        every = self._others[authority]
        return every._replace(silent=every.silent - 1)

    def verdict(self, authority: str) -> Verdict:
        if authority not in self._verdicts:
            self._verdicts[authority] = by_the_day(self.day, self._openings.of(authority, self.day), self.but_one(authority))
        return self._verdicts[authority]


def named(silences: Collection[Silence], schools: Mapping[str, KnownSchool]) -> list[tuple[Silence, KnownSchool]]:
    """With the school of each, as far as it is still known."""
    return [(one, schools[one.school]) for one in silences if one.school in schools]


def _of_today(urn: str, day: date) -> Document:
    return {"_id": f"silent:{urn}:{day}", "kind": "silent", "school": urn, "day": day.isoformat(), "version": 0}


def _by_authority(schools: Mapping[str, WatchedSchool], heard: Set[str], unheard: Mapping[str, How]) -> dict[str, Others]:
    """How many schools of each authority show that it is in term today, and how many that it is not."""
    found = dict.fromkeys({school.authority for school in schools.values()}, Others(0, 0))
    for urn in heard & schools.keys():
        here = found[schools[urn].authority]
        found[schools[urn].authority] = here._replace(heard=here.heard + 1)
    for urn, how in unheard.items():
        here = found[schools[urn].authority]
        found[schools[urn].authority] = Others(here.heard + (how == "open"), here.silent + (how != "open"))
    return found
