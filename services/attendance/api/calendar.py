"""A school's calendar over HTTP: shown, uploaded, corrected."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from services.attendance.api.callers import Counting, Urn, known
from services.attendance.domain.calendar.said import Said
from services.attendance.domain.calendar.school_year import State, Whence
from services.attendance.domain.calendar.upload import LARGEST, read_calendar
from services.attendance.domain.errors import FileRefused
from services.attendance.registers.reader import Reader
from services.attendance.store.calendars import Calendars
from shared.academic_year import Session, day_of, first_day, label, of_session
from shared.answers import problems
from shared.auth import Caller, allow
from shared.bank_holidays import KNOWN_UNTIL, beyond_what_is_known
from shared.contracts.envelope import Cause
from shared.identity import new_id

Year = Annotated[int, InPath(ge=2000, le=2100, description="The academic year by its first half: 2026 is August 2026 to July 2027.")]
Correcting = Annotated[Caller, Depends(allow("school", "operator", "head of service"))]

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Said"}}},
        },
    }
}


class CalendarSession(BaseModel):
    day: date
    session: Session
    state: State
    year_groups: tuple[str, ...] = Field(description="The year groups for which alone it is open.")
    whence: Whence | None = Field(description="Who is believed: a correction, else the upload, else the register, else the bank holidays.")
    reason: str | None
    by: str | None = Field(description="The account that uploaded or corrected it.")
    at: datetime | None


class Version(BaseModel):
    """Something that was said of this year's sessions."""

    what: Literal["uploaded", "corrected"]
    at: datetime
    by: str
    said: tuple[Said, ...]


class Calendar(BaseModel):
    school: str
    year: int
    sessions: list[CalendarSession] = Field(description="Every weekday's two, 1 August to 31 July.")
    versions: list[Version] = Field(description="The first one first; the last upload counts, and every correction stands over it.")
    bank_holidays_known_until: date
    warning: str | None = Field(description="Where the year goes beyond the bank holidays that are known.")


class Correction(BaseModel):
    """Single sessions as they really were or will be, each with its reason."""

    model_config = ConfigDict(extra="forbid")

    sessions: list[Said] = Field(min_length=1, max_length=100)


def router(calendars: Calendars, reader: Reader) -> APIRouter:
    routes = APIRouter(prefix="/v1/schools/{urn}/calendar/{year}")

    @routes.get("", responses=problems(404), summary="A school's calendar of a year, session by session")
    async def get_calendar(urn: Urn, year: Year, caller: Counting) -> Calendar:
        """What nobody has said is worked out from the register as it is: a session in which no child has a mark that counts was closed."""
        await known(reader, urn, caller)
        return await _shown(calendars, urn, year)

    @routes.put("", responses=problems(400, 404, 409, 413), openapi_extra=_BODY, summary="Upload a calendar, as CSV or JSON")
    async def put_calendar(urn: Urn, year: Year, caller: Correcting, request: Request) -> Calendar:
        """CSV with the columns date, to, session, state, reason, year groups (date and state at least), or the same as a JSON list.

        A later line wins. Where open sessions are named, the others between the first and the last of them are closed.
        """
        await known(reader, urn, caller)
        try:
            rows = read_calendar(await _body(request), year)
        except FileRefused as error:
            raise HTTPException(422, str(error)) from None
        await calendars.upload(urn, year, rows, caller.sub, Cause.beginning(new_id()))
        return await _shown(calendars, urn, year)

    @routes.patch("", responses=problems(404, 409), summary="Correct single sessions")
    async def patch_calendar(urn: Urn, year: Year, caller: Correcting, body: Correction) -> Calendar:
        """Kept with who said so, when and why; stands over what is uploaded and worked out, until it is corrected again."""
        await known(reader, urn, caller)
        if any(of_session(one.first) != year for one in body.sessions):
            raise HTTPException(422, f"sessions: a date is not in {label(year)} (1 August to 31 July)")
        if any(one.reason is None for one in body.sessions):
            raise HTTPException(422, "sessions: say the reason of each; `other` is one")
        await calendars.correct(urn, year, body.sessions, caller.sub, Cause.beginning(new_id()))
        return await _shown(calendars, urn, year)

    return routes


async def _shown(calendars: Calendars, urn: str, year: int) -> Calendar:
    school_year = await calendars.of_year(urn, year)
    sessions = []
    for at, slot in school_year.slots():
        day, session = day_of(year, at)
        sessions.append(CalendarSession(day=day, session=session, **slot._asdict()))
    return Calendar(
        school=urn,
        year=year,
        sessions=sessions,
        versions=[Version(what=told.what, at=told.at, by=told.by, said=told.rows) for told in await calendars.versions(urn, year)],
        bank_holidays_known_until=KNOWN_UNTIL,
        warning=beyond_what_is_known(first_day(year + 1) - timedelta(days=1)),
    )


async def _body(request: Request) -> bytes:
    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > LARGEST:
                raise HTTPException(413, f"a calendar is {LARGEST // 1024} KB at most: say spans by `date` and `to`")
    except ClientDisconnect:
        raise HTTPException(400, "the upload broke off; nothing of it is stored") from None
    return bytes(data)
