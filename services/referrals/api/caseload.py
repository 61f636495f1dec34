"""The caseload: open cases with their filters."""

import asyncio
from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import OfSchool, Worker, closed, covered
from services.referrals.api.proposals import REGISTER_LATE, Names, names
from services.referrals.api.together import TOGETHER, together
from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.referral import CASEWORK, Path
from services.referrals.names.naming import Named, Naming
from services.referrals.store import Store
from services.referrals.store.caseload import Line, Wanted
from shared.answers import problems
from shared.auth import Caller
from shared.contracts.standing import Rule
from shared.patterns import OFFICER


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
    interventions: int = Field(description="Entries that are not struck out.")
    last_action: datetime | None = Field(description="When the latest entry was written, or the case was opened.")
    next_due: date | None = Field(description="The earliest day on which a next step or task is due that is not done.")
    overdue: bool
    act_by: date | None = Field(description="The first day that ends what can be done with a pack in preparation: the LA's or the law's.")
    register_late: bool = Field(description=REGISTER_LATE)
    together: list[str] = Field(description=TOGETHER)


class Caseload(BaseModel):
    cases: list[CaseLine]
    total: int = Field(description="Of all that the filters let through; `offset` goes on from here.")


class Filters(BaseModel):
    """What of the caseload is wanted; together they narrow it. One that is misspelt is refused: it would let everything through."""

    model_config = ConfigDict(extra="forbid")

    school: OfSchool = None
    officer: str | None = Field(None, pattern=OFFICER, description="Allocated to this officer, or nobody's at the officer's schools.")
    state: list[State] | None = Field(None, description="One or several; all open ones by default.")
    overdue: bool = Field(False, description="With a step or task whose day has passed.")
    no_action_since: date | None = Field(None, description="Neither opened on or after this day nor with an entry written since.")
    rule: Rule | None = Field(None, description="That stands now.")
    path: Path = Field(CASEWORK, description="`leave in term time`: the cases that carry requests for leave, which nobody works.")
    act_by: date | None = Field(None, description="With a pack in preparation whose last day is this one or before it.")
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=100_000)


def router(naming: Naming, store: Store) -> APIRouter:
    routes = APIRouter(tags=["cases"], responses=problems(404))

    @routes.get("/caseload", summary="Open cases of your schools, the oldest first")
    async def caseload(caller: Worker, filters: Annotated[Filters, Query()]) -> Caseload:
        wanted = await _wanted(caller, filters, store)
        (lines, total), late = await asyncio.gather(
            store.caseload.find(wanted, filters.limit, filters.offset), store.silences.late(wanted.schools)
        )
        people = await naming.of((line.school, line.child) for line in lines)
        others = await together(store, lines, people)
        today = store.today()
        return Caseload(cases=[_line(line, people, late, others.get(line.id, []), today) for line in lines], total=total)

    return routes


async def _wanted(caller: Caller, filters: Filters, store: Store) -> Wanted:
    schools, barred = await asyncio.gather(covered(caller, store), closed(caller, store))
    if filters.school is not None:
        if schools is not None and filters.school not in schools:
            raise HTTPException(404, "there is no such school among yours")
        schools = frozenset({filters.school})
    officer = await store.officers.get(filters.officer) if filters.officer else None
    return Wanted(
        schools=schools,
        officer=filters.officer,
        officers_schools=officer.schools if officer else (),
        states=[state for state in filters.state or CASE if state in CASE],
        due_before=store.today() if filters.overdue else None,
        quiet_since=filters.no_action_since,
        rule=filters.rule,
        path=filters.path,
        act_by=filters.act_by,
        without=barred,
    )


def _line(line: Line, people: Mapping[str, Named] | None, late: Container[str], others: list[str], today: date) -> CaseLine:
    person = people.get(line.child) if people else None
    return CaseLine(
        case=line.id,
        school=line.school,
        child=line.child,
        names=names(person, people),
        forename=person.forename if person else None,
        surname=person.surname if person else None,
        year_group=person.year_group if person else None,
        state=line.state,
        officer=line.officer,
        opened_at=line.opened_at,
        rules=list(line.rules),
        interventions=line.entries,
        last_action=line.acted_at,
        next_due=line.next_due,
        overdue=line.next_due is not None and line.next_due < today,
        act_by=line.act_by,
        register_late=line.school in late,
        together=others,
    )
