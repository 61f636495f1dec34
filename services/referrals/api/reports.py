"""A school's report of a half term, for its head teacher and its governors."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, HTTPException, Path, Query, Response
from fastapi.concurrency import run_in_threadpool

from services.referrals.api.access import Reader, covered
from services.referrals.domain.report import Audience, Report
from services.referrals.domain.report_paper import pdf
from services.referrals.domain.report_sections import report
from services.referrals.domain.report_workbook import xlsx
from services.referrals.figures.reporting import Reporting
from services.referrals.store import Store
from shared.answers import problems
from shared.patterns import URN

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}

Urn = Annotated[str, Path(pattern=URN, description="The school's unique reference number, six digits.")]
HalfTerm = Annotated[
    str,
    Query(
        alias="half-term",
        pattern=r"^20[0-9]{2}-[a-z0-9-]{6,30}$",
        description="The academic year by the calendar year in which it begins, and which half term of it: 2026-autumn-1.",
        examples=["2026-autumn-1"],
    ),
]


def router(store: Store, reporting: Reporting) -> APIRouter:
    routes = APIRouter(tags=["reports"], responses=problems(404))

    @routes.get(
        "/schools/{urn}/report",
        response_class=Response,
        responses={200: {"content": {PDF: _BINARY, XLSX: _BINARY}, "description": "The report"}},
        summary="A school's report of a half term, as PDF or (by Accept) as XLSX",
    )
    async def get_report(
        urn: Urn,
        caller: Reader,
        half_term: HalfTerm,
        for_: Annotated[Audience, Query(alias="for", description="Governors see no count under six.")],
        accept: Annotated[str, Header(description="PDF, unless it names the workbook's type.")] = PDF,
    ) -> Response:
        """Figures beside the Local Authority's and England's, cases by state, interventions by kind, and whether they did anything.

        It names no child. What governors see has small counts taken out, and what would give one away. 404 names the half terms there are.
        """
        schools = await covered(caller, store)
        if schools is not None and urn not in schools:
            raise HTTPException(404, "there is no such school among yours")
        year, _, name = half_term.partition("-")
        made = report(await reporting.facts(urn, int(year), name), for_)
        return await _as_asked(made, f"{urn}-{half_term}-{for_}", accept)

    return routes


async def _as_asked(made: Report, name: str, accept: str) -> Response:
    """Laid out beside the loop: some tenths of a second."""
    kind, end, lay_out = (XLSX, "xlsx", xlsx) if XLSX in accept else (PDF, "pdf", pdf)
    headers = {"Content-Disposition": f'attachment; filename="report-{name}.{end}"', "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(await run_in_threadpool(lay_out, made), media_type=kind, headers=headers)
