"""What was changed in the register: of a child, by the days of its sessions; of a school, by the days on which that was accepted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.attendance.domain import amendments
from services.attendance.domain.dates import span_of
from services.attendance.registers.reader import Reader, code_of
from shared.academic_year import SLOTS, day_of, of_session


class Amended(BaseModel):
    """A mark that was replaced or cleared. The first mark of a session is no amendment."""

    child: str
    day: date
    session: Literal["AM", "PM"]
    before: str | None = Field(description="The code that stood; null where there was no mark.")
    after: str | None = Field(
        description="The code that was put in its place; null where the mark was cleared, so that the session is missing."
    )
    feed: int = Field(description="The number of the school's feed that first said so.")
    accepted_at: datetime | None = Field(description="When that feed was accepted; null where its record is no longer held.")
    changed_by: str | None = Field(description="Who changed the mark, where the feed tells.")
    reason: str | None = Field(description="Why, where the feed tells.")


@dataclass(frozen=True, slots=True)
class History:
    reader: Reader

    async def of_child(self, urn: str, child: str, first: date, last: date) -> list[Amended]:
        """Of sessions in a period, both days included, in their order."""
        found: list[tuple[int, amendments.Amendment]] = []
        for year in range(of_session(first), of_session(last) + 1):
            for opened in await self.reader.register.of_children(urn, year, [child]):
                of_page = amendments.of_page(opened.page, *span_of(year, first, last))
                found += [(year, amendment) for amendment in of_page if amendment.child == child]
        accepted = await self.reader.accepted(urn, {amendment.feed for _, amendment in found})
        return [_amended(year, amendment, accepted.get(amendment.feed)) for year, amendment in found]

    async def of_school(self, urn: str, first: date, last: date) -> list[Amended]:
        """Of whatever session, that feeds accepted on days of a period, both included, first said; in the order of the feeds."""
        accepted, years = await self.reader.acceptances.between(urn, first, last)
        found: list[tuple[int, amendments.Amendment]] = []
        for year in years:
            async for page in self.reader.register.each_of_school(urn, year):
                found += [(year, amendment) for amendment in amendments.of_page(page, 0, SLOTS, accepted)]
        found.sort(key=lambda one: (one[1].feed, one[0], one[1].slot, one[1].child))
        return [_amended(year, amendment, accepted[amendment.feed]) for year, amendment in found]


def _amended(year: int, amendment: amendments.Amendment, accepted_at: datetime | None) -> Amended:
    day, session = day_of(year, amendment.slot)
    return Amended(
        child=amendment.child,
        day=day,
        session=session,
        before=code_of(amendment.before),
        after=code_of(amendment.after),
        feed=amendment.feed,
        accepted_at=accepted_at,
        changed_by=amendment.changed_by,
        reason=amendment.reason,
    )
