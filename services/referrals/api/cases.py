"""Cases: the caseload, a case with all that was done, the end."""

from collections.abc import Container, Mapping
from datetime import date, datetime
from functools import partial

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from services.referrals import asks
from services.referrals.api.access import OfSchool, Worker, case_of, covered, visible
from services.referrals.api.acts import close
from services.referrals.api.family_shown import Families
from services.referrals.api.family_views import FlagView, WarningView
from services.referrals.api.proposals import REGISTER_LATE, Names, names
from services.referrals.api.together import TOGETHER, together
from services.referrals.domain import lifecycle
from services.referrals.domain.intervention import Intervention
from services.referrals.domain.lifecycle import CASE, Act, State
from services.referrals.domain.referral import Concern, Decision, Figures, Referral, Request
from services.referrals.store import Store
from services.referrals.store.referrals import Acts
from shared.answers import problems
from shared.bus import Bus
from shared.contracts.attendance import Person, Rule, Standing
from shared.contracts.envelope import Cause
from shared.errors import Transient, WorldAway
from shared.identity import new_id


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
    officer: str | None = Field(description="To whom it is allocated.")
    opened_at: datetime | None
    rules: list[Rule] = Field(description="That stand now.")
    interventions: int
    next_due: date | None = Field(
        description="The earliest day on which a next step or task is due that is not done: overdue when it is past."
    )
    register_late: bool = Field(description=REGISTER_LATE)
    together: list[str] = Field(description=TOGETHER)


class Caseload(BaseModel):
    cases: list[CaseLine]


class Case(BaseModel):
    case: str
    school: str
    child: str
    state: State
    officer: str | None = Field(description="To whom it is allocated.")
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
    register_late: bool = Field(description=REGISTER_LATE)
    together: list[str] = Field(description=TOGETHER)
    names: Names
    person: Person | None
    interventions: list[Intervention]
    requests: list[Request]
    flags: list[FlagView] = Field(description="On the child and on the parents, the lifted ones too.")
    visit_warnings: list[WarningView] = Field(description="To be read before a visit.")


class Closed(BaseModel):
    case: str
    state: State
    closed_at: datetime | None


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["cases"], responses=problems(404, 409))
    families = Families(store)

    @routes.get("/caseload", summary="Open cases of your schools, the oldest first")
    async def caseload(caller: Worker, school: OfSchool = None) -> Caseload:
        schools = await covered(caller, store)
        if school is not None:
            if schools is not None and school not in schools:
                raise HTTPException(404, "there is no such school among yours")
            schools = frozenset({school})
        open_cases = await visible(await store.referrals.in_states(CASE, schools), caller, store)
        found = sorted(open_cases, key=lambda case: case.opened_at or case.proposed_at)
        people = await asks.people(bus, ((case.school, case.child) for case in found))
        acts = await store.referrals.acts([case.id for case in found])
        late = await store.silences.late(case.school for case in found)
        others = await together(store, found, people)
        return Caseload(cases=[_line(case, people, acts[case.id], late, others.get(case.id, [])) for case in found])

    @routes.get("/cases/{case}", summary="A case: child, family, concerns, everything done, enforcement requests")
    async def get_case(case: str, caller: Worker) -> Case:
        found = await case_of(case, caller, store)
        people = await asks.people(bus, [(found.school, found.child)])
        try:
            standing = await asks.standing(bus, found.school, found.child, found.year) if people is not None else None
        except (WorldAway, Transient):
            standing = None
        person = people.get(found.child) if people else None
        return Case(
            **found.model_dump(include={"school", "child", "state", "officer", "year", "proposed_at", "opened_at", "closed_at"}),
            case=found.id,
            possible=list(lifecycle.possible(found.state)),
            accepted=found.private.decision,
            closing=found.private.closing,
            concerns=list(found.concerns),
            figures=found.private.figures,
            standing=standing,
            register_late=found.school in await store.silences.late([found.school]),
            together=(await together(store, [found], people)).get(found.id, []),
            names=names(person, people),
            person=await families.without_hidden(found.school, person, caller),
            interventions=await store.interventions.of_case(case),
            requests=list(found.private.requests),
            flags=await families.flags(found.school, found.child, person, caller),
            visit_warnings=await families.warnings(found.school, found.child, person, caller),
        )

    @routes.post("/cases/{case}/close", summary="Close a case")
    async def close_case(case: str, body: CloseBody, caller: Worker) -> Closed:
        """Sent again, it gives the same answer; the first reason stays."""
        await case_of(case, caller, store)
        step = partial(close, by=caller.sub, at=store.now(), reason=body.reason)
        after = await store.referrals.change(case, step, Cause.beginning(new_id()))
        return Closed(case=after.id, state=after.state, closed_at=after.closed_at)

    return routes


def _line(
    case: Referral,
    people: Mapping[str, Person] | None,
    acts: Acts,
    late: Container[str],
    others: list[str],
) -> CaseLine:
    person = people.get(case.child) if people else None
    return CaseLine(
        case=case.id,
        school=case.school,
        child=case.child,
        names=names(person, people),
        forename=person.forename if person else None,
        surname=person.surname if person else None,
        year_group=person.year_group if person else None,
        state=case.state,
        officer=case.officer,
        opened_at=case.opened_at,
        rules=list(dict.fromkeys(concern.rule for concern in case.standing)),
        interventions=acts.entries,
        next_due=acts.next_due,
        register_late=case.school in late,
        together=others,
    )
