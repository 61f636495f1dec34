"""The register's amendments over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.attendance.api.callers import Reading, Urn, in_order, known
from services.attendance.registers.history import Amended, History
from shared.answers import problems


def router(past: History) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/schools/{urn}/children/{child}/history", responses=problems(404), summary="What was changed in a child's register")
    async def of_child(
        urn: Urn,
        child: str,
        caller: Reading,
        first: Annotated[date, Query(alias="from", description="First day of the sessions, included.")],
        last: Annotated[date, Query(alias="to", description="Last day of the sessions, included.")],
    ) -> list[Amended]:
        """Each mark that was replaced or cleared, by what, the feed that first said so and when it was accepted, who and why where it is
        told. A feed that was taken back is no part of it."""
        await known(past.reader, urn, caller)
        in_order(first, last)
        return await past.of_child(urn, child, first, last)

    @routes.get("/schools/{urn}/amendments", responses=problems(404), summary="What was changed in a school's register")
    async def of_school(
        urn: Urn,
        caller: Reading,
        first: Annotated[date, Query(alias="from", description="First day of acceptance, included.")],
        last: Annotated[date, Query(alias="to", description="Last day of acceptance, included.")],
    ) -> list[Amended]:
        """By the day on which the amending feed was accepted, whenever the sessions were."""
        await known(past.reader, urn, caller)
        in_order(first, last)
        return await past.of_school(urn, first, last)

    return routes
