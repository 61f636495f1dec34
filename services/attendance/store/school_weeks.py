"""In which weeks a school was open: as each of its register pages shows, and as its calendar says.

A window of ten school weeks is one for the whole school, so a page is judged by the weeks of all. Pages that are in hand are asked
themselves; what the others show is kept for some minutes, so that a feed of a few children reads no page but theirs.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from services.attendance.domain.calendar.worked_out import Shown
from services.attendance.domain.judging import Weeks, weeks_shown
from services.attendance.store.open_page import OpenPage
from services.attendance.store.said_calendar import id_of, school_year
from shared.academic_year import slots_by
from shared.recent import Recent
from shared.store import Documents

WEEKS_AGE = 600.0
"""Seconds: a week of school is seldom noticed sooner by anybody."""
SCHOOLS = 1000
"""Schools of which they are kept: some kilobytes each."""

ByPage = Mapping[str, Weeks]


class SchoolWeeks(NamedTuple):
    """`said`: by the calendar, and by a predecessor's register. `shown`: by the ids of the school's pages."""

    said: Weeks
    shown: ByPage

    def now(self, own: ByPage) -> frozenset[int]:
        """The weeks of the school, as some of its pages show them now."""
        return frozenset(self.said).union(*{**self.shown, **own}.values())

    def unseen(self, pages: Iterable[str]) -> set[str]:
        """The other pages."""
        return self.shown.keys() - set(pages)


class KeptWeeks:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._said: Recent[tuple[str, int, date], Weeks] = Recent(WEEKS_AGE, SCHOOLS)
        self._shown: Recent[tuple[str, int, date], ByPage] = Recent(WEEKS_AGE, SCHOOLS)

    async def said(self, urn: str, year: int, today: date) -> Weeks:
        """Those so far that the school's calendar says; none without one."""
        known = self._said.get((urn, year, today))
        if known is None:
            document = await self._documents.get(id_of(urn, year))
            known = school_year(document, year, slots_by(today, year), Shown({})).weeks() if document else ()
            self._said.keep((urn, year, today), known)
        return known

    def shown(self, urn: str, year: int, today: date) -> ByPage | None:
        """By page, if they were looked at of late."""
        return self._shown.get((urn, year, today))

    def keep(self, urn: str, year: int, today: date, shown: ByPage) -> None:
        self._shown.keep((urn, year, today), shown)

    def drop(self, urn: str, year: int, today: date) -> None:
        """The calendar or the register is another now."""
        self._said.drop((urn, year, today))
        self._shown.drop((urn, year, today))


def by_page(pages: Iterable[OpenPage], year: int, today: date) -> ByPage:
    return {opened.document["_id"]: weeks_shown(opened.page, year, today) for opened in pages}
