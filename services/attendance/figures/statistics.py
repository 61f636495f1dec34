"""The Department's figures of a school, of a year group, and of many schools, added up page by page."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.attendance.domain.dates import span_of
from services.attendance.domain.register_page import Page
from services.attendance.domain.statistics import NOTHING, Statistics, tally
from services.attendance.registers.reader import Reader
from services.attendance.store.calendars import Calendars
from shared.academic_year import of_session


@dataclass(frozen=True, slots=True)
class Figures:
    reader: Reader
    calendars: Calendars

    async def of_schools(self, urns: Iterable[str], first: date, last: date, year_group: str | None = None) -> Statistics:
        """The sums of some schools. A child at two of them is two enrolments (DfE, methodology of pupil absence statistics, 1.5)."""
        total = NOTHING
        for urn in urns:
            total += await self.of_school(urn, first, last, year_group, own=True)
        return total

    async def of_school(self, urn: str, first: date, last: date, year_group: str | None = None, *, own: bool = False) -> Statistics:
        """The figures of a period, both days included; what is planned counts from its day. A child's years are joined: one enrolment.

        `own`: without what is its predecessor's, which among many schools is counted there. `year_group`: of the children alone who are in
        it by the roll of the session's own year.
        """
        last = min(last, self.reader.today())
        years = list(range(of_session(first), of_session(last) + 1))
        found = await (self._joined if len(years) > 1 else self._added)(urn, years, first, last, year_group, own)
        gaps = [gap for year in years for gap in await self.calendars.gaps(urn, year, first, last, year_group)]
        return replace(found, missing=sum(len(gap.slots) for gap in gaps))

    async def _added(self, urn: str, years: Iterable[int], first: date, last: date, year_group: str | None, own: bool) -> Statistics:
        total = NOTHING
        for year in years:
            async for pieces in self._pieces(urn, year, first, last, year_group, own):
                total += _tally(piece for _, piece in pieces)
        return total

    async def _joined(self, urn: str, years: Iterable[int], first: date, last: date, year_group: str | None, own: bool) -> Statistics:
        joined: dict[str, bytes] = {}
        for year in years:
            async for pieces in self._pieces(urn, year, first, last, year_group, own):
                for child, piece in pieces:
                    joined[child] = joined.get(child, b"") + piece
        return _tally(joined.values())

    async def _pieces(
        self, urn: str, year: int, first: date, last: date, year_group: str | None, own: bool
    ) -> AsyncIterator[Iterator[tuple[str, bytes]]]:
        """Page by page, each child with the marks of a year that lie in the period."""
        members = await self._members(urn, year, year_group) if year_group else None
        begin, end = span_of(year, first, last)
        register = self.reader.register
        async for page in register.each_of_school(urn, year) if own else register.each_with_before(urn, year):
            yield ((child, page.series(child)[begin:end]) for child in _children(page, members))

    async def _members(self, urn: str, year: int, year_group: str) -> frozenset[str]:
        people = await self.reader.rolls.of_year(urn, year)
        return frozenset(person.child for person in people if person.year_group == year_group)


def _children(page: Page, members: frozenset[str] | None) -> list[str]:
    return [child for child in page.children if child and (members is None or child in members)]


def _tally(pieces: Iterable[bytes]) -> Statistics:
    series = list(pieces)
    return tally(series, 0, max(map(len, series), default=0))
