"""School calendars: one document for each school and academic year, in clear, with what was said of its sessions, by whom and when.

What the register shows is worked out when it is asked for and stored nowhere. `by` is the account or credential that said so.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from services.attendance.domain.calendar.missing import Gap, missing
from services.attendance.domain.calendar.said import Said
from services.attendance.domain.calendar.school_year import SchoolYear
from services.attendance.domain.calendar.worked_out import Shown, shown
from services.attendance.domain.dates import span_of
from services.attendance.domain.enrolment import Span
from services.attendance.domain.register_page import Page
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.said_calendar import entry_of, id_of, school_year
from shared.academic_year import slots_by
from shared.contracts.attendance import Person
from shared.contracts.envelope import Cause
from shared.errors import Permanent
from shared.mongo import Document
from shared.store import Change, Documents
from shared.tries import until_written

EVERY_SCHOOL = 30_000
"""More than the schools of England."""
UPLOADS = 20
"""Uploads of a year that are kept: the last one counts."""
CORRECTIONS = 2000
"""Statements of corrections of a year that are kept at most."""


class TooManyCorrections(Permanent):
    """This year's calendar was corrected too often; upload it anew."""


class Told(NamedTuple):
    """One version of a calendar: `rows` were uploaded or corrected."""

    what: Literal["uploaded", "corrected"]
    at: datetime
    by: str
    rows: tuple[Said, ...]


class Opened(NamedTuple):
    calendar: SchoolYear
    pages: list[Page]
    people: dict[str, Person]


class Calendars:
    def __init__(self, documents: Documents, register: Register, rolls: Rolls, today: Callable[[], date]) -> None:
        self._documents = documents
        self._register = register
        self._rolls = rolls
        self._today = today

    # reading --------------------------------------------------------------------------------------------------------

    async def of_year(self, urn: str, year: int) -> SchoolYear:
        """As it is now, from every page of the school's year."""
        return (await self.opened(urn, year)).calendar

    async def opened(self, urn: str, year: int) -> Opened:
        """The calendar with what it was worked out from."""
        people = {person.child: person for person in await self._rolls.of_year(urn, year)}
        pages = await self._register.of_school(urn, year)
        seen = shown(pages, {child: person.year_group for child, person in people.items()})
        return Opened(self._school_year(year, await self._said(urn, year), seen), pages, people)

    async def gaps(self, urn: str, year: int, first: date, last: date, year_group: str | None = None) -> list[Gap]:
        """The missing sessions of a year that lie in a period, of each child (of a year group) that has any."""
        opened = await self.opened(urn, year)
        groups = {child: person.year_group for child, person in opened.people.items()}
        spans = {child: Span(person.entered, person.left) for child, person in opened.people.items()}
        found = missing(opened.pages, opened.calendar, groups, spans, *span_of(year, first, last))
        return [gap for gap in found if year_group is None or groups.get(gap.child) == year_group]

    async def said(self, urn: str, year: int) -> SchoolYear:
        """What is known without the register."""
        return self._school_year(year, await self._said(urn, year), Shown({}))

    async def versions(self, urn: str, year: int) -> list[Told]:
        """Everything that was said of a year, in the order in which it was."""
        document = await self._said(urn, year)
        if document is None:
            return []
        told = [Told("uploaded", *entry_of(entry)) for entry in document["uploads"]]
        told += [Told("corrected", *entry_of(entry)) for entry in document["corrections"]]
        return sorted(told, key=lambda one: one.at)

    async def _said(self, urn: str, year: int) -> Document | None:
        return await self._documents.get(id_of(urn, year))

    def _school_year(self, year: int, document: Document | None, seen: Shown) -> SchoolYear:
        return school_year(document, year, slots_by(self._today(), year), seen)

    # writing --------------------------------------------------------------------------------------------------------

    async def upload(self, urn: str, year: int, rows: Sequence[Said], by: str, cause: Cause) -> None:
        """Replace the uploaded calendar; the same one again changes nothing. Corrections stand."""

        def enter(document: Document) -> bool:
            kept = [one.kept() for one in rows]
            if document["uploads"] and document["uploads"][-1]["rows"] == kept:
                return False
            document["uploads"] = [*document["uploads"], self._entry(kept, by)][-UPLOADS:]
            return True

        await self._change(urn, year, enter, cause)

    async def correct(self, urn: str, year: int, rows: Sequence[Said], by: str, cause: Cause) -> None:
        """Correct single sessions. TooManyCorrections beyond `CORRECTIONS`."""

        def enter(document: Document) -> bool:
            document["corrections"] = [*document["corrections"], self._entry([one.kept() for one in rows], by)]
            if sum(len(entry["rows"]) for entry in document["corrections"]) > CORRECTIONS:
                raise TooManyCorrections
            return True

        await self._change(urn, year, enter, cause)

    def _entry(self, rows: list[dict[str, Any]], by: str) -> dict[str, Any]:
        return {"at": self._documents.now(), "by": by, "rows": rows}

    async def _change(self, urn: str, year: int, enter: Callable[[Document], bool], cause: Cause) -> None:
        id_ = id_of(urn, year)

        async def changed() -> bool:
            found = await self._said(urn, year)
            empty: Document = {"_id": id_, "kind": "calendar", "school": urn, "year": year, "uploads": [], "corrections": [], "version": 0}
            document = dict(found or empty)
            if news := enter(document):
                await self._documents.write(Change(document), cause)
            return news

        if await until_written("calendar", changed):
            self._register.weeks.drop(urn, year, self._today())
