"""Cases: the caseload, a case with all that was done, a new intervention, the end."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.referrals import asks
from services.referrals.api.access import CASES, covered, seen
from services.referrals.api.proposals import Names, names
from services.referrals.domain import lifecycle
from services.referrals.domain.intervention import Done, Intervention, check_day, same_again
from services.referrals.domain.kinds import BY_NAME, KINDS, Engagement, starts_clock
from services.referrals.domain.lifecycle import CASE, Act, State
from services.referrals.domain.referral import Concern, Decision, Figures, Referral, Request, closed
from services.referrals.store import Store
from shared.auth import Caller, allow
from shared.bus import Bus
from shared.contracts.attendance import Person, Rule, Standing
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import CaseClosed, InterventionRecorded
from shared.errors import Conflict, Transient, WorldAway
from shared.identity import new_id

Key = Annotated[str | None, Header(max_length=200, description="The same key is the same thing sent again, not a second one.")]
Worker = Annotated[Caller, Depends(allow(*CASES))]


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


class CloseBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000, examples=["attendance improved"])


class CaseLine(BaseModel):
    case: str
    school: str
    child: str
    names: Names
    forename: str | None
    surname: str | None
    year_group: str | None
    state: State
    opened_at: datetime | None
    rules: list[Rule] = Field(description="That stand now.")
    interventions: int
    next_due: date | None = Field(description="The earliest day, from today on, on which a next step is due.")


class Caseload(BaseModel):
    cases: list[CaseLine]


class Case(BaseModel):
    case: str
    school: str
    child: str
    state: State
    possible: list[Act] = Field(description="What may be done now.")
    year: int
    proposed_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    accepted: Decision | None
    closing: Decision | None
    concerns: list[Concern]
    figures: Figures | None = Field(description="When the latest concern was taken in.")
    standing: Standing | None = Field(description="As the register says now; null when the attendance service does not answer.")
    names: Names
    person: Person | None
    interventions: list[Intervention]
    requests: list[Request]


class Interventions(BaseModel):
    interventions: list[Intervention]


class Closed(BaseModel):
    case: str
    state: State
    closed_at: datetime | None


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["cases"])

    @routes.get("/caseload", summary="Open cases of your schools, the oldest first")
    async def caseload(caller: Worker, school: Annotated[str | None, Query(description="Of this school (URN) only.")] = None) -> Caseload:
        schools = await covered(caller, store)
        if school is not None:
            if schools is not None and school not in schools:
                raise HTTPException(404, "there is no such school among yours")
            schools = frozenset({school})
        found = sorted(await store.in_states(CASE, schools), key=lambda case: case.opened_at or case.proposed_at)
        people = await asks.people(bus, ((case.school, case.child) for case in found))
        steps = await store.next_steps([case.id for case in found])
        today = store.today().isoformat()
        return Caseload(cases=[_line(case, people, steps[case.id], today) for case in found])

    @routes.get("/cases/{case}", summary="A case: child, family, concerns, everything done, enforcement requests")
    async def get_case(case: str, caller: Worker) -> Case:
        found = await _case(case, caller, store)
        people = await asks.people(bus, [(found.school, found.child)])
        try:
            standing = await asks.standing(bus, found.school, found.child, found.year) if people is not None else None
        except (WorldAway, Transient):
            standing = None
        person = people.get(found.child) if people else None
        return Case(
            **found.model_dump(include={"school", "child", "state", "year", "proposed_at", "opened_at", "closed_at"}),
            case=found.id,
            possible=list(lifecycle.possible(found.state)),
            accepted=found.private.decision,
            closing=found.private.closing,
            concerns=list(found.concerns),
            figures=found.private.figures,
            standing=standing,
            names=names(person, people),
            person=person,
            interventions=await store.interventions(case),
            requests=list(found.private.requests),
        )

    @routes.get("/cases/{case}/interventions", summary="What was done in a case, by day")
    async def get_interventions(case: str, caller: Worker) -> Interventions:
        await _case(case, caller, store)
        return Interventions(interventions=await store.interventions(case))

    @routes.post("/cases/{case}/interventions", status_code=201, summary="Record an intervention")
    async def record(case: str, body: InterventionBody, caller: Worker, response: Response, idempotency_key: Key = None) -> Intervention:
        """All kinds but the internal ones (case review, supervision, file note) keep the child's records to the end of the academic year
        that follows the intervention's. With an `Idempotency-Key`, sent again it is the same intervention (200)."""
        found = await _case(case, caller, store)
        check_day(body.day, store.today())
        id_ = sha256(f"{case}\0{idempotency_key}".encode()).hexdigest()[:24] if idempotency_key else new_id()
        if idempotency_key and (earlier := await store.intervention(id_)):
            response.status_code = 200
            return same_again(earlier, Done(**body.model_dump()))
        lifecycle.work(found.state)
        done = Intervention(**body.model_dump(), id=id_, case=case, officer=caller.sub, recorded_at=store.now())
        recorded = Draft(InterventionRecorded, case=case, school=found.school, child=found.child, day=body.day)
        try:
            await store.add(done, found, [recorded] if starts_clock(body.kind) else [], Cause.beginning(new_id()))
        except Conflict:
            # the same key at the same time: the other was first
            earlier = await store.intervention(id_)
            if earlier is None:
                raise
            return same_again(earlier, Done(**body.model_dump()))
        return done

    @routes.post("/cases/{case}/close", summary="Close a case")
    async def close(case: str, body: CloseBody, caller: Worker) -> Closed:
        """Sent again, it gives the same answer; the first reason stays."""
        await _case(case, caller, store)

        def step(before: Referral) -> tuple[Referral, Sequence[Draft]]:
            after = closed(before, caller.sub, store.now(), body.reason)
            return after, [Draft(CaseClosed, case=after.id, school=after.school, child=after.child)]

        after = await store.change(case, step, Cause.beginning(new_id()))
        return Closed(case=after.id, state=after.state, closed_at=after.closed_at)

    return routes


async def _case(id_: str, caller: Caller, store: Store) -> Referral:
    """The case, open or closed; a proposal is none."""
    found = await seen(id_, caller, store)
    if found.opened_at is None:
        raise HTTPException(
            409, f"it is no case but {found.state}; possible now: {', '.join(lifecycle.possible(found.state)) or 'nothing'}"
        )
    return found


def _line(case: Referral, people: dict[str, Person] | None, due: Sequence[str | None], today: str) -> CaseLine:
    person = people.get(case.child) if people else None
    coming = sorted(day for day in due if day and day >= today)
    return CaseLine(
        case=case.id,
        school=case.school,
        child=case.child,
        names=names(person, people),
        forename=person.forename if person else None,
        surname=person.surname if person else None,
        year_group=person.year_group if person else None,
        state=case.state,
        opened_at=case.opened_at,
        rules=list(dict.fromkeys(concern.rule for concern in case.standing)),
        interventions=len(due),
        next_due=date.fromisoformat(coming[0]) if coming else None,
    )
