"""Statistics over HTTP: of a school, a Local Authority, all schools, and of one year group of any of these."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi import Path as InPath
from pydantic import AfterValidator

from services.attendance.api.callers import Counting, Urn, in_order, known
from services.attendance.domain.year_groups import YEAR_GROUPS, normalise_year_group
from services.attendance.figures.statistics import Figures
from services.attendance.figures.statistics_answers import AllStatistics, AuthorityStatistics, SchoolStatistics
from shared.answers import problems
from shared.auth import Caller, allow
from shared.patterns import AUTHORITY


def _group(text: str) -> str:
    group = normalise_year_group(text)
    if group is None:
        raise ValueError(f"a year group is one of {', '.join(YEAR_GROUPS)}")
    return group


From = Annotated[date, Query(alias="from", description="First day, included.")]
To = Annotated[date, Query(alias="to", description="Last day, included.")]
YearGroup = Annotated[
    Annotated[str, AfterValidator(_group)] | None,
    Query(description="Of the children alone who are in this year group (N1, N2, R, 1 to 14, X), by the roll of the session's own year."),
]
AuthorityCode = Annotated[str, InPath(pattern=AUTHORITY, description="The LA's three-digit code.")]
Overseer = Annotated[Caller, Depends(allow("operator", "head of service", "data protection officer"))]


def router(figures: Figures) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get(
        "/schools/{urn}/statistics",
        response_model=SchoolStatistics,
        responses=problems(404),
        summary="Counts and rates under the Department's column names",
    )
    async def of_school(urn: Urn, caller: Counting, first: From, last: To, year_group: YearGroup = None) -> dict[str, Any]:
        """Session counts, every reason, percentages (100 x count / possible sessions, not rounded), enrolments, persistent and severe
        absentees in the period. Source of the names: DfE, "Pupil attendance in schools"."""
        await known(figures.reader, urn, caller)
        in_order(first, last)
        found = await figures.of_school(urn, first, last, year_group)
        return {"school": urn, **_of(first, last, year_group), **found.columns()}

    @routes.get(
        "/authorities/{code}/statistics",
        response_model=AuthorityStatistics,
        responses=problems(404),
        summary="The sums of a Local Authority's schools",
    )
    async def of_authority(code: AuthorityCode, _: Overseer, first: From, last: To, year_group: YearGroup = None) -> dict[str, Any]:
        """Enrolments are per school: a child at two schools is two."""
        urns = sorted(urn for urn, school in (await figures.reader.schools.all()).items() if school.authority == code)
        if not urns:
            raise HTTPException(404, "there is no school of that authority here")
        return {"authority": code, **await _sums(figures, urns, first, last, year_group)}

    @routes.get("/statistics", response_model=AllStatistics, summary="The sums of all schools")
    async def of_all(_: Overseer, first: From, last: To, year_group: YearGroup = None) -> dict[str, Any]:
        """Enrolments are per school: a child at two schools is two."""
        return await _sums(figures, sorted(await figures.reader.schools.all()), first, last, year_group)

    return routes


async def _sums(figures: Figures, urns: list[str], first: date, last: date, year_group: str | None) -> dict[str, Any]:
    in_order(first, last)
    found = await figures.of_schools(urns, first, last, year_group)
    return {"num_schools": len(urns), **_of(first, last, year_group), **found.columns()}


def _of(first: date, last: date, year_group: str | None) -> dict[str, Any]:
    return {"from": first.isoformat(), "to": last.isoformat(), "year_group": year_group}
