"""A school's returns to its local authority over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.attendance.api.callers import Urn, in_order, known
from services.attendance.domain.returns import Kind
from services.attendance.figures.returns import Returns
from services.attendance.registers.reader import Reader
from shared.answers import problems
from shared.auth import Caller, allow

Own = Annotated[Caller, Depends(allow("school"))]


def router(reader: Reader, returns: Returns) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get(
        "/schools/{urn}/returns",
        response_class=Response,
        responses={
            200: {"description": "A line for each absence", "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}},
            **problems(404),
        },
        summary="The attendance or sickness return of a period, for the school to send to its LA",
    )
    async def get_return(
        urn: Urn,
        caller: Own,
        kind: Annotated[Kind, Query(description="attendance: ten days without leave; sickness: fifteen days of illness.")],
        first: Annotated[date, Query(alias="from", description="First day, included.")],
        last: Annotated[date, Query(alias="to", description="Last day, included.")],
    ) -> Response:
        """Children of compulsory school age whose absence has reached the LA's number of days by the end of the period, and was not over
        before it began. A confidential address is not told. For the school alone: telling the LA is its duty, and no disclosure of ours."""
        school = await known(reader, urn, caller)
        in_order(first, last)
        content = await returns.file(urn, school, kind, first, last)
        return Response(content, media_type="text/csv", headers={"Cache-Control": "no-store"})

    return routes
