"""What is due over HTTP: what a sweep on a day would dispose of, with nothing done."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from services.retention.chores.staying import who_stays
from services.retention.domain.clock import is_due, is_within_reach
from services.retention.domain.due import by_school
from services.retention.errors import SweepTooFar
from services.retention.store import Store
from shared import academic_year
from shared.auth import Caller, allow
from shared.keys import KeyMint

Sweeping = Annotated[Caller, Depends(allow("operator", "data protection officer"))]


class DueSchool(BaseModel):
    school: str | None = Field(description="Null: what belongs to no school.")
    goes: int = Field(description="Children whose records of this date would be erased.")
    stays: int = Field(
        description="Children whose records would move to a later date: an open case, a hold, or a child who is kept longer."
    )


class DueCohort(BaseModel):
    cohort: str = Field(description="The date of disposal.", examples=["2027-08-31"])
    year: str = Field(description="The academic year whose date this is; what came or was written late, and was moved, is among it.")
    goes: int = Field(description="A child of two schools is counted once.")
    stays: int
    schools: list[DueSchool]


class Due(BaseModel):
    on: date
    cohorts: list[DueCohort] = Field(description="Those that a sweep on that day would dispose of, the earliest first.")


def router(store: Store, mint: KeyMint) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/due", summary="What a sweep on a day would dispose of; nothing is done")
    async def due(_: Sweeping, on: Annotated[date, Query(description="The day of the sweep.", examples=["2028-09-01"])]) -> Due:
        """As cases, holds and interventions are known now: a sweep asks again. Whoever was worked with left for a later date when that was
        recorded, and is not in these counts."""
        minted = mint.cohorts()
        if minted and not is_within_reach(on, minted):  # no sweep could be ordered for that day
            raise SweepTooFar
        cohorts = sorted(cohort for cohort in minted if is_due(cohort, on) and mint.state(cohort) != "destroyed")
        return Due(on=on, cohorts=[await _cohort(store, cohort, on) for cohort in cohorts])

    return routes


async def _cohort(store: Store, cohort: str, on: date) -> DueCohort:
    held = await store.views.of_all(cohort)
    children = frozenset().union(*held.values())
    _, kept = await who_stays(store.clocks, cohort, on, children)
    return DueCohort(
        cohort=cohort,
        year=academic_year.label(int(cohort[:4]) - 2),
        goes=len(children) - len(kept),
        stays=len(kept),
        schools=[DueSchool(school=one.school, goes=one.goes, stays=one.stays) for one in by_school(held, kept)],
    )
