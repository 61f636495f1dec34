"""Silent schools over HTTP."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.attendance.domain.calendar.possibly_closed import Reason
from services.attendance.store.schools import Schools
from services.attendance.store.silences import Silences, named
from shared.auth import Caller, allow

Watching = Annotated[Caller, Depends(allow("operator", "head of service"))]


class SilentSchool(BaseModel):
    school: str
    name: str
    authority: str
    day: date = Field(description="The last day of which nothing has come.")
    since: datetime = Field(description="When the first alarm of this silence was raised.")
    register_hour: str
    possibly_closed: Reason | None = Field(
        description="Why it may be closed, where its calendar does not say: then it is listed for somebody to look, and is no alarm."
    )


def router(silences: Silences, schools: Schools) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/silent", summary="Schools that are open and have sent no register by their hour")
    async def silent(_: Watching) -> list[SilentSchool]:
        """A school leaves the list when marks of that day or a later one are stored, when its calendar says that it was closed, or after a
        week."""
        return [
            SilentSchool(
                school=one.school,
                name=school.name,
                authority=school.authority,
                day=one.day,
                since=one.since,
                register_hour=school.register_hour,
                possibly_closed=one.because,
            )
            for one, school in named(await silences.current(), await schools.all())
        ]

    return routes
