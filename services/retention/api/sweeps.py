"""Sweeps over HTTP: dispose of everything that is due, and how far that has come."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from services.retention.domain.clock import is_due, is_within_reach
from services.retention.domain.sweep import Progress, Sweep, begin
from services.retention.errors import SweepTooEarly, SweepTooFar
from services.retention.store import Store
from shared.answers import problems
from shared.auth import Caller, allow
from shared.errors import Conflict
from shared.identity import new_id
from shared.keys import KeyMint
from shared.settings import Settings

Sweeping = Annotated[Caller, Depends(allow("operator", "data protection officer"))]


class SweepOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: date = Field(description="Everything due on this day or before is disposed of.", examples=["2028-09-01"])


class SweepCohort(BaseModel):
    cohort: str
    step: str
    counts: dict[str, int]
    certificate: int | None


class SweepState(BaseModel):
    sweep: str
    on: date
    state: str = Field(description="`running`, `done`, or `alarm: ...` while something is waited for beyond its time.")
    ahead_of_time: bool = Field(
        description="The real day is yet to come, or the services live on another: only on a stack for trying things out."
    )
    cohorts: list[SweepCohort]
    certificates: list[int]
    alarms: list[str]


def router(store: Store, mint: KeyMint, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.post("/sweeps", status_code=202, responses=problems(409), summary="Dispose of everything that is due")
    async def start(order: SweepOrder, _: Sweeping) -> SweepState:
        """One sweep at a time: asked again for the same day while it runs, it is the same sweep."""
        ahead = order.on > settings.today()
        if ahead and not settings.development:
            raise SweepTooEarly
        minted = mint.cohorts()
        if ahead and not is_within_reach(order.on, minted):
            raise SweepTooFar
        due = {cohort: new_id() for cohort in minted if is_due(cohort, order.on) and mint.state(cohort) != "destroyed"}
        sweep = begin(new_id(), order.on, due, settings.now(), ahead_of_time=settings.is_ahead(order.on))
        try:
            await store.sweeps.keep(sweep)
        except Conflict:
            running = await store.sweeps.running()
            if running is None or running.on != order.on:
                raise HTTPException(409, "another sweep is running: wait until it is done") from None
            sweep = running
        return _state(sweep)

    @routes.get("/sweeps/{sweep}", responses=problems(404), summary="How far a sweep has come")
    async def state(sweep: str, _: Sweeping) -> SweepState:
        found = await store.sweeps.get(sweep)
        if found is None:
            raise HTTPException(404, "there is no such sweep")
        return _state(found)

    return routes


def _state(sweep: Sweep) -> SweepState:
    running = f"alarm: {sweep.alarm}" if sweep.alarm else "running"
    return SweepState(
        sweep=sweep.id,
        on=sweep.on,
        state="done" if sweep.done else running,
        ahead_of_time=sweep.ahead_of_time,
        cohorts=[_cohort(progress) for progress in sweep.cohorts],
        certificates=[progress.certificate for progress in sweep.cohorts if progress.certificate],
        alarms=list(sweep.alarms),
    )


def _cohort(progress: Progress) -> SweepCohort:
    return SweepCohort(cohort=progress.cohort, step=progress.step, counts=dict(progress.counts), certificate=progress.certificate)
