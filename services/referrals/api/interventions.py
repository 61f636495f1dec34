"""Interventions of a case."""

from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.referrals.api.access import Key, Worker, case_of, named
from services.referrals.domain import lifecycle
from services.referrals.domain.intervention import Done, Intervention, Present, check_day, recorded, same_again
from services.referrals.domain.kinds import Engagement, Practices, Seen
from services.referrals.store import Store
from shared.answers import also, problems
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import InterventionRecorded
from shared.errors import Conflict
from shared.identity import new_id


def _plain(kind: str) -> str:
    return kind.strip().lower()


class InterventionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, AfterValidator(_plain)] = Field(
        max_length=100, examples=["home visit"], description="One of GET /v1/intervention-kinds."
    )
    day: date = Field(alias="date", description="When it happened: not after today, not before last academic year.")
    with_whom: str = Field("", max_length=200, examples=["mother, at home"], description="In words; or say it by `people`.")
    people: list[Present] = Field([], max_length=30, description="Who was there, one by one.")
    engagement: Engagement
    seen: Seen | None = Field(None, description="Whether the child was seen; of a visit alone.")
    outcome: str = Field(min_length=1, max_length=2000, examples=["agreed to meet the school on Thursday"])
    notes: str = Field("", max_length=20_000, description="What was said. It stays with the case and goes into no pack.")
    child_view: str = Field("", max_length=10_000, description="The child's own view; a parent is shown it only after review.")
    agreed: str = Field("", max_length=5000, description="What was agreed.")
    reasons: list[str] = Field([], max_length=20, description="Why the child is away, from the list of GET /v1/intervention-kinds.")
    reasons_said: str = Field("", max_length=2000, description="The same in the family's or the child's words.")
    next_step: str = Field("", max_length=2000)
    due: date | None = Field(None, description="When the next step is due.")


class KindShown(BaseModel):
    kind: str
    starts_clock: bool = Field(description="Whether it keeps the child's records to the end of the academic year that follows.")
    for_others: bool = Field(description="Whether it goes into the chronology of a pack.")
    asks_seen: bool = Field(description="Whether an entry says if the child was seen.")


class KindsShown(BaseModel):
    version: str
    kinds: list[KindShown]
    reasons: list[str]
    no_action_school_days: int


class Interventions(BaseModel):
    interventions: list[Intervention]


def router(store: Store, practices: Practices) -> APIRouter:
    routes = APIRouter(tags=["interventions"], responses=problems(404, 409))

    @routes.get("/intervention-kinds", summary="The kinds of intervention and the reasons for absence")
    async def get_kinds(_: Worker, on: date | None = None) -> KindsShown:
        """As the company's settings say on a day, today if none is given."""
        practice = practices.on(on or store.today())
        kinds = [
            KindShown(kind=kind.name, starts_clock=kind.starts_clock, for_others=kind.for_others, asks_seen=kind.asks_seen)
            for kind in practice.kinds.values()
        ]
        return KindsShown(
            version=practice.version,
            kinds=kinds,
            reasons=list(practice.reasons),
            no_action_school_days=practice.no_action_school_days,
        )

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
        """Which kinds keep the child's records to the end of the academic year that follows the intervention's, the company's settings
        say. With an `Idempotency-Key`, sent again it is the same intervention (200)."""
        found = await case_of(case, caller, store)
        await named(caller, store)
        check_day(body.day, store.today())
        id_ = sha256(f"{case}\0{idempotency_key}".encode()).hexdigest()[:24] if idempotency_key else new_id()
        said = Done(**body.model_dump())
        if idempotency_key and (earlier := await store.interventions.get(id_)):
            response.status_code = 200
            return same_again(earlier, said)
        lifecycle.work(found.state)
        done = recorded(said, practices.on(body.day), id_=id_, case=case, officer=caller.sub, at=store.now())
        told = Draft(InterventionRecorded, case=case, school=found.school, child=found.child, day=body.day)
        try:
            await store.interventions.add(done, found, [told] if done.starts_clock else [], Cause.beginning(new_id()))
        except Conflict:
            # the same key at the same time: the other was first
            earlier = await store.interventions.get(id_)
            if earlier is None:
                raise
            return same_again(earlier, said)
        return done

    return routes
