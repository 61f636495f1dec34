"""Missing marks over HTTP: what a school has yet to say of its children's sessions."""

from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.attendance.api.callers import Reading, Urn, in_order, known
from services.attendance.registers.reader import Reader
from services.attendance.store.calendars import Calendars
from shared.academic_year import Session, day_of, of_session
from shared.answers import problems

LISTED = 1000
"""Children listed one by one; all are counted."""


class MissingSession(NamedTuple):
    day: date
    session: Session


class ChildMissing(BaseModel):
    child: str
    sessions: list[MissingSession]


class MissingMarks(BaseModel):
    school: str
    missing_sessions: int = Field(description="Of all children.")
    children_with_missing_sessions: int
    children: list[ChildMissing] = Field(description=f"The first {LISTED}, by id.")


def router(calendars: Calendars, reader: Reader) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/schools/{urn}/missing", responses=problems(404), summary="Sessions without a mark, child by child")
    async def get_missing(
        urn: Urn,
        caller: Reading,
        first: Annotated[date, Query(alias="from", description="First day, included.")],
        last: Annotated[date, Query(alias="to", description="Last day, included.")],
    ) -> MissingMarks:
        """A session in which the school was open (its calendar says when) and the child enrolled, from its entry or else its first mark of
        the year until its leaving, of which nothing or no mark has been said. A session of today counts once its register was taken."""
        await known(reader, urn, caller)
        in_order(first, last)
        found: dict[str, list[MissingSession]] = {}
        for year in range(of_session(first), of_session(last) + 1):
            for gap in await calendars.gaps(urn, year, first, last):
                found.setdefault(gap.child, []).extend(MissingSession(*day_of(year, at)) for at in gap.slots)
        return MissingMarks(
            school=urn,
            missing_sessions=sum(map(len, found.values())),
            children_with_missing_sessions=len(found),
            children=[ChildMissing(child=child, sessions=found[child]) for child in sorted(found)[:LISTED]],
        )

    return routes
