"""Feeds over HTTP: pushed, and what became of them."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from services.attendance.api.callers import SEES_ALL, Sender, Urn, known
from services.attendance.domain.errors import FileRefused
from services.attendance.feeds.intake import Intake
from services.attendance.feeds.rehearsal import Rehearsal, Rehearsed
from services.attendance.feeds.uploads import FILE, Uploads
from services.attendance.figures.answers import Pushed
from services.attendance.registers.reader import Reader
from shared.academic_year import of_session
from shared.answers import also, problems
from shared.auth import Caller, allow
from shared.contracts.attendance_events import FeedState
from shared.settings import Settings


def router(intake: Intake, rehearsal: Rehearsal, uploads: Uploads, reader: Reader, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")

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
        school = await known(reader, urn, caller)
        if year is not None and year > of_session(settings.today()):
            raise HTTPException(422, "a roll of an academic year to come is not taken yet")
        async with uploads.body(request, urn) as data:
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

    return routes
