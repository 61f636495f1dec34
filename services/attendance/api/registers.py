"""Rolls and registers as they are read over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.attendance.api.callers import Reading, Urn, in_order, known
from services.attendance.figures.answers import RollChild
from services.attendance.registers.reader import Reader
from shared.academic_year import of_session
from shared.answers import problems
from shared.contracts.attendance import ChildRegister
from shared.settings import Settings


def router(reader: Reader, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/schools/{urn}/children", responses=problems(404), summary="The children on a year's roll")
    async def children(urn: Urn, caller: Reading, year: Annotated[int | None, Query(ge=2000, le=2100)] = None) -> list[RollChild]:
        await known(reader, urn, caller)
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
        await known(reader, urn, caller)
        in_order(first, last)
        return await reader.child(urn, child, first, last)

    return routes
