"""Schools over HTTP."""

from fastapi import APIRouter, Response

from services.attendance.api.callers import SEES_ALL, Counting, Keeper, Urn, known
from services.attendance.figures.answers import SchoolState
from services.attendance.registers.reader import Reader
from services.attendance.store.schools import School
from shared.answers import also, problems
from shared.contracts.envelope import Cause
from shared.identity import new_id


def router(reader: Reader) -> APIRouter:
    routes = APIRouter(prefix="/v1")

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
        return SchoolState(school=urn, **(await known(reader, urn, caller)).model_dump())

    return routes
