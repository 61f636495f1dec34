"""What the calendars of many schools say of mornings, without the register, in one question: what a calendar said of a morning holds as
long as its version does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from services.attendance.domain.calendar.school_year import Slot
from services.attendance.domain.calendar.worked_out import Shown
from services.attendance.store.calendars import EVERY_SCHOOL
from services.attendance.store.said_calendar import id_of, school_year
from shared.academic_year import of_session, slot
from shared.mongo import Document
from shared.reading import AT_A_TIME, portions
from shared.recent import Recent
from shared.store import Documents

AGE: Final = 86_400.0
HELD: Final = 2 * EVERY_SCHOOL
"""Of most silences of more than a day no calendar says anything, and nothing is kept."""
LAST_WORD: Final = {"version": 1, "uploads": {"$slice": -1}, "corrections": 1}
"""The last upload counts; there may be twenty."""

Morning = tuple[str, date]
"""A school's, of a day."""


class SaidMornings:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._recent: Recent[Morning, tuple[int, Slot]] = Recent(AGE, HELD)

    async def of(self, mornings: Iterable[Morning]) -> dict[Morning, Slot]:
        """Each as its school's calendar has it now."""
        wanted = set(mornings)
        calendars: dict[str, list[Morning]] = defaultdict(list)
        for urn, day in wanted:
            calendars[id_of(urn, of_session(day))].append((urn, day))
        unsaid = {day: _morning(None, day) for day in {day for _, day in wanted}}
        found = {(urn, day): unsaid[day] for urn, day in wanted}
        for some in portions(calendars):
            found |= await self._said({name: calendars[name] for name in some})
        return found

    async def _said(self, calendars: Mapping[str, Sequence[Morning]]) -> dict[Morning, Slot]:
        """Those of calendars that there are."""
        found: dict[Morning, Slot] = {}
        changed: list[str] = []
        for calendar in await self._documents.find("calendar", {"_id": {"$in": list(calendars)}}, {"version": 1}):
            asked, version = calendars[calendar["_id"]], calendar["version"]
            known = {morning: kept[1] for morning in asked if (kept := self._recent.get(morning)) and kept[0] == version}
            found |= known
            if len(known) < len(asked):
                changed.append(calendar["_id"])
        for some in portions(changed, AT_A_TIME):  # each takes some tenths of a millisecond, in which nobody else is served
            for document in await self._documents.find("calendar", {"_id": {"$in": some}}, LAST_WORD):
                for morning in calendars[document["_id"]]:
                    found[morning] = _morning(document, morning[1])
                    self._recent.keep(morning, (document["version"], found[morning]))
        return found


def _morning(document: Document | None, day: date) -> Slot:
    """How many sessions have come says something of a register alone."""
    year = of_session(day)
    return school_year(document, year, 0, Shown({})).at(slot(day, "AM"))
