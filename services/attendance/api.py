"""What `attendance` does when an HTTP request arrives."""

import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import JSONResponse

from services.attendance.answers import Pushed, RollChild, SchoolState
from services.attendance.domain.errors import FileRefused
from services.attendance.intake import Intake
from services.attendance.reader import Reader
from services.attendance.rehearsal import Rehearsal, Rehearsed
from services.attendance.store.schools import KnownSchool, School
from services.attendance.uploads import FILE, Uploads
from shared.academic_year import of_session
from shared.answers import also, problems
from shared.auth import Caller, allow
from shared.contracts.attendance import ChildRegister, FeedState
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import URN
from shared.settings import Settings

Urn = Annotated[str, InPath(pattern=URN, description="The school's unique reference number, six digits.")]
Sender = Annotated[Caller, Depends(allow("school", "operator"))]
Keeper = Annotated[Caller, Depends(allow("operator", "head of service"))]
Reading = Annotated[Caller, Depends(allow("school", "officer", "head of service"))]
Counting = Annotated[Caller, Depends(allow("school", "officer", "head of service", "operator", "data protection officer"))]

SEES_ALL = ("operator", "head of service", "data protection officer")


def router(intake: Intake, rehearsal: Rehearsal, uploads: Uploads, reader: Reader, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")
    _schools(routes, reader)
    _feeds(routes, intake, rehearsal, uploads, reader, settings)
    _readings(routes, reader, settings)
    return routes


def _schools(routes: APIRouter, reader: Reader) -> None:
    @routes.put(
        "/schools/{urn}",
        responses={**also(201, SchoolState, "It was not known before"), **problems(409)},
        summary="Add a school or change what is known of it",
    )
    async def put_school(urn: Urn, school: School, _: Keeper, response: Response) -> SchoolState:
        new = await reader.schools.put(urn, school, Cause.beginning(new_id()))
        response.status_code = 201 if new else 200
        return SchoolState(school=urn, **school.model_dump())

    @routes.get("/schools", summary="Schools that the caller covers")
    async def get_schools(caller: Counting) -> list[SchoolState]:
        return [
            SchoolState(school=urn, **school.model_dump())
            for urn, school in sorted((await reader.schools.all()).items())
            if caller.role in SEES_ALL or caller.covers(urn)
        ]

    @routes.get("/schools/{urn}", responses=problems(404), summary="A school")
    async def get_school(urn: Urn, caller: Counting) -> SchoolState:
        return SchoolState(school=urn, **(await _known(reader, urn, caller)).model_dump())


def _feeds(routes: APIRouter, intake: Intake, rehearsal: Rehearsal, uploads: Uploads, reader: Reader, settings: Settings) -> None:
    @routes.post(
        "/schools/{urn}/feeds",
        summary="Push a roll or marks as the school's system exports them",
        status_code=202,
        response_model=Pushed,
        openapi_extra=FILE,
        responses={
            **also(200, Pushed | Rehearsed, "The same file was accepted before: the same feed and receipt; or it is rehearsed"),
            **problems(400, 404, 408, 413),
        },
    )
    async def push_feed(
        urn: Urn,
        caller: Sender,
        request: Request,
        year: Annotated[
            int | None, Query(ge=2000, le=2100, description="Academic year of a roll, by its first half; this one by default.")
        ] = None,
        whole: Annotated[
            bool, Query(description="A whole roll: the enrolment of every child whom it does not name ends with this day.")
        ] = False,
        rehearse: Annotated[bool, Query(description="Check it and say what it would raise, ease and end; store nothing.")] = False,
    ) -> Response:
        """The body is the file itself. The receipt says which rows were taken, and names each refused row's line, field and reason; what
        the school was told before is counted and not repeated.

        When the receipt is given the feed is stored safely; `GET /v1/feeds/{feed}` says when it is in the register. A whole roll that
        would end more than a twentieth of the enrolments waits for a yes (`POST /v1/feeds/{feed}/confirm`); one of which a row was
        refused is taken as part (`whole` in its receipt is false).
        """
        school = await _known(reader, urn, caller)
        if year is not None and year > of_session(settings.today()):
            raise HTTPException(422, "a roll of an academic year to come is not taken yet")
        async with uploads.body(request) as data:
            try:
                if rehearse:
                    rehearsed = await rehearsal.of(urn, school, data, year, whole=whole, named=caller.role == "school")
                    return JSONResponse(rehearsed.model_dump(mode="json"))
                state, new = await intake.take(urn, school, data, year, whole=whole)
            except FileRefused as error:
                raise HTTPException(422, str(error)) from None
        return Response(json.dumps({"state": state.state, **state.receipt}), 202 if new else 200, media_type="application/json")

    @routes.get("/feeds/{feed}", responses=problems(404), summary="A feed: its receipt and whether it is stored")
    async def get_feed(feed: str, caller: Annotated[Caller, Depends(allow("school", "operator", "head of service"))]) -> FeedState:
        state = await intake.feeds.get(feed)
        if state is None or not (caller.role in SEES_ALL or caller.covers(state.school)):
            raise HTTPException(404, "there is no such feed of yours")
        return state


def _readings(routes: APIRouter, reader: Reader, settings: Settings) -> None:
    @routes.get("/schools/{urn}/children", responses=problems(404), summary="The children on a year's roll")
    async def children(urn: Urn, caller: Reading, year: Annotated[int | None, Query(ge=2000, le=2100)] = None) -> list[RollChild]:
        await _known(reader, urn, caller)
        return await reader.children(urn, year if year is not None else of_session(settings.today()))

    @routes.get(
        "/schools/{urn}/children/{child}/register",
        responses=problems(404),
        summary="A child's sessions, with every mark that stood before",
    )
    async def child_register(
        urn: Urn,
        child: str,
        caller: Reading,
        first: Annotated[date, Query(alias="from")],
        last: Annotated[date, Query(alias="to")],
    ) -> ChildRegister:
        await _known(reader, urn, caller)
        _period(first, last)
        return await reader.child(urn, child, first, last)


def _period(first: date, last: date) -> None:
    if last < first or (last - first).days > 3 * 366 or not 2000 <= first.year <= last.year <= 2100:
        raise HTTPException(422, "the period ends before it begins, is longer than three years, or lies outside 2000 to 2100")


async def _known(reader: Reader, urn: str, caller: Caller) -> KnownSchool:
    """The school, if there is one that the caller covers; 404 either way otherwise."""
    school = await reader.schools.get(urn)
    if school is None or not (caller.role in SEES_ALL or caller.covers(urn)):
        raise HTTPException(404, "there is no such school of yours; an operator adds one with PUT /v1/schools/{urn}")
    return school
