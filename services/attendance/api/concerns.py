"""A child's concerns over HTTP, with what they rest on."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from services.attendance.api.callers import Reading, Urn, known
from services.attendance.judging.shown import Shown
from services.attendance.registers.reader import Reader
from shared.academic_year import of_session
from shared.answers import problems
from shared.contracts.standing import MetConcern


def router(reader: Reader, shown: Shown) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get(
        "/schools/{urn}/children/{child}/concerns",
        responses=problems(404),
        summary="The rules that a child's register meets, with the sessions on which each rests",
    )
    async def concerns(
        urn: Urn,
        child: str,
        caller: Reading,
        year: Annotated[int | None, Query(ge=2000, le=2100, description="Academic year, by its first half; this one by default.")] = None,
    ) -> list[MetConcern]:
        """Worked out from the register when it is asked for, as of today. Patterns (same weekday, edge of holidays, sudden drop) are shown
        here and raise nothing unless the school's settings say that they propose."""
        await known(reader, urn, caller)
        found = await shown.concerns(urn, year if year is not None else of_session(reader.today()), child)
        if found is None:
            raise HTTPException(404, "the register of that year does not know this child")
        return found

    return routes
