"""A file of several schools, pushed by whom stands for all of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from services.attendance.api.callers import SEES_ALL
from services.attendance.domain.errors import FileRefused
from services.attendance.feeds.trust import OfSchools, TooMuch, Trust
from services.attendance.feeds.uploads import FILE, Uploads
from shared.academic_year import of_session
from shared.answers import problems
from shared.auth import Caller, allow
from shared.settings import Settings


def router(trust: Trust, uploads: Uploads, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.post(
        "/feeds",
        status_code=202,
        summary="Push a roll or marks of several schools",
        openapi_extra=FILE,
        responses=problems(400, 408, 413),
    )
    async def push_feeds(
        caller: Annotated[Caller, Depends(allow("school", "operator"))],
        request: Request,
        year: Annotated[
            int | None, Query(ge=2000, le=2100, description="Academic year of a roll, by its first half; this one by default.")
        ] = None,
    ) -> OfSchools:
        """Each row names its school in a column URN or LAESTAB. One feed and one receipt for each school of the file; the same rows pushed
        again are the same feeds."""
        if year is not None and year > of_session(settings.today()):
            raise HTTPException(422, "a roll of an academic year to come is not taken yet")
        async with uploads.body(request, caller.sub) as data:
            try:
                return await trust.take(data, year, caller, covers_all=caller.role in SEES_ALL)
            except FileRefused as error:
                raise HTTPException(422, str(error)) from None
            except TooMuch:
                raise HTTPException(413, "too many rows of too many schools at once: push it in parts") from None

    return routes
