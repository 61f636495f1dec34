"""How the schools are unheard that sent nothing of a day: what their calendars say of it, and, where those do not say, whether they were
heard before. Looking at many of them costs a few questions."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Final, Literal

from services.attendance.domain.calendar.school_year import Slot
from services.attendance.domain.calendar.silence import is_due, is_expected
from services.attendance.store.calendars import EVERY_SCHOOL, Calendars
from services.attendance.store.heard_of import HeardOf
from services.attendance.store.said_mornings import SaidMornings
from shared.academic_year import of_session
from shared.mongo import Document
from shared.recent import Recent

LOOKED_AGE: Final = 1800.0
"""Seconds for which what was found of a school by its register or its calendar is not looked at again."""

SILENT, DOUBTED = "silent", "possibly closed"
"""States of the document of a silence that is listed."""
How = Literal["open", "not known", "not back", "closed"]
"""By its calendar; where that does not say, whether the school was heard in the last week, or in the weeks before."""


class Unheard:
    """`grace`: a school of which a feed has come so recently is not looked at: more may be on the way, and of today."""

    def __init__(
        self, heard_of: HeardOf, mornings: SaidMornings, calendars: Calendars, now: Callable[[], datetime], grace: timedelta
    ) -> None:
        self._heard_of = heard_of
        self._mornings = mornings
        self._calendars = calendars
        self._now = now
        self._grace = grace
        self._looked: Recent[tuple[str, date], How] = Recent(LOOKED_AGE, EVERY_SCHOOL)
        """Schools that were found closed, and of those that were told of whether their calendar says that they are open."""

    async def of(self, urns: Collection[str], day: date) -> dict[str, How]:
        """Of schools of which nobody was told on the day, in order; those of which nothing is due are left out."""
        found = {urn: how for urn in urns if (how := self._looked.get((urn, day)))}
        numbers = await self._heard_of.numbers(urn for urn in urns if urn not in found)
        unheard = sorted(numbers.keys() - await self._heard_of.sending(numbers, self._now() - self._grace))
        mornings = await self._mornings.of((urn, day) for urn in unheard)
        unsaid = {urn: numbers[urn] for urn in unheard if mornings[urn, day].state == "not known yet"}
        last = await self._heard_of.last_days(unsaid, day)
        for urn in unheard:
            if how := await self._how(urn, day, mornings[urn, day], last.get(urn)):
                found[urn] = how
        return dict(sorted(found.items()))

    async def as_told(self, documents: Collection[Document], day: date) -> dict[str, How]:
        """As schools count that were told of at an earlier look: as they did then."""
        told: dict[str, How] = {
            one["school"]: "closed" if one["state"] == "closed" else "not known" for one in documents if one["state"] != SILENT
        }
        alarms = [one["school"] for one in documents if one["state"] == SILENT]
        known = {urn: how for urn in alarms if (how := self._looked.get((urn, day)))}
        for (urn, _), morning in (await self._mornings.of((urn, day) for urn in alarms if urn not in known)).items():
            self._looked.keep((urn, day), how := "open" if morning.is_open else "not known")
            known[urn] = how
        return told | known

    async def _how(self, urn: str, day: date, morning: Slot, last: date | None) -> How | None:
        """The register is looked at only when the calendar does not say, and marks came of late."""
        if not is_due(morning, day, last):
            if morning.state == "not known yet":
                return "not back" if last else None
            return "closed" if morning.whence in ("uploaded", "corrected") else None
        if morning.is_open:
            return "open"
        if is_expected(await self._calendars.of_year(urn, of_session(day)), day, last):
            return "not known"
        self._looked.keep((urn, day), "closed")
        return "closed"
