"""What a school is asked for: the rest about children with an open case, which its agreement does not let us keep of all."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Path as InPath

from services.attendance.store.cases import Cases
from services.attendance.store.schools import Schools
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.attendance import Asked
from shared.patterns import URN

Urn = Annotated[str, InPath(pattern=URN, description="The school's unique reference number, six digits.")]
Looking = Annotated[Caller, Depends(allow("school", "officer", "head of service"))]


def router(cases: Cases, schools: Schools) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/schools/{urn}/asked", responses=problems(404), summary="Children of whom the school is asked to tell more on its roll")
    async def asked(urn: Urn, caller: Looking) -> list[Asked]:
        """Children with an open case, each with the fields that no roll has told of: they go when one does, be it with an empty cell.

        Only the school itself is told their UPNs.
        """
        if await schools.get(urn) is None or not (caller.role == "head of service" or caller.covers(urn)):
            raise HTTPException(404, "there is no such school of yours")
        said = await cases.asked(urn)
        return said if caller.role == "school" else [one.model_copy(update={"upn": None, "pupil_id": None}) for one in said]

    return routes
