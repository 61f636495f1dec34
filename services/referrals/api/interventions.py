"""Interventions of a case."""

from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.referrals.api.access import Key, Worker, case_of, named
from services.referrals.domain import lifecycle
from services.referrals.domain.intervention import Done, Intervention, check_day, same_again
from services.referrals.domain.kinds import BY_NAME, KINDS, Engagement, starts_clock
from services.referrals.store import Store
from shared.answers import also, problems
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import InterventionRecorded
from shared.errors import Conflict
from shared.identity import new_id


def _known(kind: str) -> str:
    if (name := kind.strip().lower()) not in BY_NAME:
        raise ValueError(f"one of: {', '.join(BY_NAME)}")
    return name


class InterventionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, AfterValidator(_known)] = Field(json_schema_extra={"enum": [kind.name for kind in KINDS]}, examples=["home visit"])
    day: date = Field(alias="date", description="When it happened: not after today, not before last academic year.")
    with_whom: str = Field(min_length=1, max_length=200, examples=["mother, at home"])
    engagement: Engagement
    outcome: str = Field(min_length=1, max_length=2000, examples=["agreed to meet the school on Thursday"])
    notes: str = Field("", max_length=20_000, description="The conversation. It stays with the case and goes into no pack.")
    reasons: str = Field("", max_length=2000, description="Why the child is away, as the family or the child says.")
    next_step: str = Field("", max_length=2000)
    due: date | None = Field(None, description="When the next step is due.")


class Interventions(BaseModel):
    interventions: list[Intervention]


def router(store: Store) -> APIRouter:
    routes = APIRouter(tags=["interventions"], responses=problems(404, 409))

    @routes.get("/cases/{case}/interventions", summary="What was done in a case, by day")
    async def get_interventions(case: str, caller: Worker) -> Interventions:
        await case_of(case, caller, store)
        return Interventions(interventions=await store.interventions.of_case(case))

    @routes.post(
        "/cases/{case}/interventions",
        status_code=201,
        responses=also(200, Intervention, "The same `Idempotency-Key` again: recorded before"),
        summary="Record an intervention",
    )
    async def record(case: str, body: InterventionBody, caller: Worker, response: Response, idempotency_key: Key = None) -> Intervention:
        """All kinds but the internal ones (case review, supervision, file note) keep the child's records to the end of the academic year
        that follows the intervention's. With an `Idempotency-Key`, sent again it is the same intervention (200)."""
        found = await case_of(case, caller, store)
        await named(caller, store)
        check_day(body.day, store.today())
        id_ = sha256(f"{case}\0{idempotency_key}".encode()).hexdigest()[:24] if idempotency_key else new_id()
        if idempotency_key and (earlier := await store.interventions.get(id_)):
            response.status_code = 200
            return same_again(earlier, Done(**body.model_dump()))
        lifecycle.work(found.state)
        done = Intervention(**body.model_dump(), id=id_, case=case, officer=caller.sub, recorded_at=store.now())
        recorded = Draft(InterventionRecorded, case=case, school=found.school, child=found.child, day=body.day)
        try:
            await store.interventions.add(done, found, [recorded] if starts_clock(body.kind) else [], Cause.beginning(new_id()))
        except Conflict:
            # the same key at the same time: the other was first
            earlier = await store.interventions.get(id_)
            if earlier is None:
                raise
            return same_again(earlier, Done(**body.model_dump()))
        return done

    return routes
