"""A case: with all that was done, and its end."""

import asyncio
from datetime import datetime
from functools import partial

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.referrals import asks
from services.referrals.api.access import Worker, case_of
from services.referrals.api.acts import close
from services.referrals.api.entries_shown import all_shown, showing
from services.referrals.api.family_shown import Families
from services.referrals.api.family_views import FlagView, Speaks, WarningView, speaks
from services.referrals.api.proposals import REGISTER_LATE, Names, names
from services.referrals.api.together import TOGETHER, together
from services.referrals.api.words_shown import Words
from services.referrals.domain import acts
from services.referrals.domain.handover import BACK, HANDED
from services.referrals.domain.intervention import Intervention
from services.referrals.domain.lifecycle import Act, State
from services.referrals.domain.referral import Concern, Decision, Figures, Path, Referral, Request
from services.referrals.families.family import family
from services.referrals.store import Store
from shared.answers import problems
from shared.bus import Bus
from shared.contracts.attendance import Person
from shared.contracts.envelope import Cause
from shared.contracts.standing import Standing
from shared.errors import Transient, WorldAway
from shared.identity import new_id


class CloseBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000, examples=["attendance improved"])


class HandedOver(BaseModel):
    """What whoever has the case now was told with it."""

    at: datetime
    by: str
    why: str | None
    note: str | None


class Case(BaseModel):
    case: str
    school: str
    child: str
    state: State
    officer: str | None = Field(description="To whom it is allocated.")
    possible: list[Act] = Field(description="What may be done now.")
    path: Path
    leave: str | None = Field(description="Of a case of leave in term time: the record of the leave.")
    year: int
    proposed_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    handed_over: HandedOver | None = Field(description="The latest hand-over, as long as the case has not gone back.")
    accepted: Decision | None
    closing: Decision | None
    concerns: list[Concern]
    figures: Figures | None = Field(description="When the latest concern was taken in.")
    standing: Standing | None = Field(description="As the register says now; null when the attendance service does not answer.")
    register_late: bool = Field(description=REGISTER_LATE)
    together: list[str] = Field(description=TOGETHER)
    names: Names
    person: Person | None
    address_withheld: bool = Field(description="An address of the child's is confidential, or may be, and is not yours to see.")
    interventions: list[Intervention]
    requests: list[Request]
    flags: list[FlagView] = Field(description="On the child and on the parents, the lifted ones too.")
    visit_warnings: list[WarningView] = Field(description="To be read before a visit.")
    languages: list[Speaks] = Field(description="Of the parents: who speaks which, and who needs an interpreter.")


class Closed(BaseModel):
    case: str
    state: State
    closed_at: datetime | None
    still_to_do: int = Field(description="Tasks and next steps that nobody has done.")


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["cases"], responses=problems(404, 409))
    families, words = Families(bus, store), Words(bus, store)

    @routes.get("/cases/{case}", summary="A case: child, family, concerns, everything done, enforcement requests")
    async def get_case(case: str, caller: Worker) -> Case:
        found = await case_of(case, caller, store)
        people, standing, relatives, entries, late = await asyncio.gather(
            asks.people(bus, [(found.school, found.child)]),
            _standing(bus, found),
            family(store, found.school, found.child),
            store.interventions.of_case(case),
            store.silences.late([found.school]),
        )
        person = people.get(found.child) if people else None
        shown = await showing(found, caller, store, bus, entries, relatives)
        before = await families.before(relatives, person, caller)
        view = Case(
            **found.model_dump(include={"school", "child", "state", "officer", "leave", "year", "proposed_at", "opened_at", "closed_at"}),
            case=found.id,
            path=found.path,
            possible=list(acts.possible(found)),
            handed_over=_handed_over(found),
            accepted=found.private.decision,
            closing=found.private.closing,
            concerns=list(found.concerns),
            figures=found.private.figures,
            standing=standing,
            register_late=found.school in late,
            together=(await together(store, [found], people)).get(found.id, []),
            names=names(person, people),
            person=before.person,
            address_withheld=before.address_withheld,
            interventions=[],
            requests=list(found.private.requests),
            flags=before.flags,
            visit_warnings=before.visit_warnings,
            languages=speaks(relatives.relations),
        )
        # the entries have a rule of their own: they are looked through once
        rest = await words.shown(view, found, caller, relatives)
        return rest.model_copy(update={"interventions": await all_shown(entries, shown)})

    @routes.post("/cases/{case}/close", summary="Close a case")
    async def close_case(case: str, body: CloseBody, caller: Worker) -> Closed:
        """Sent again, it gives the same answer; the first reason stays."""
        await case_of(case, caller, store)
        step = partial(close, by=caller.sub, at=store.now(), reason=body.reason)
        after = await store.referrals.change(case, step, Cause.beginning(new_id()))
        return Closed(case=after.id, state=after.state, closed_at=after.closed_at, still_to_do=await store.handovers.still_to_do(case))

    return routes


def _handed_over(case: Referral) -> HandedOver | None:
    moves = [one for one in case.private.history if one.act in (HANDED, BACK, "allocate")]
    if not moves or moves[-1].act != HANDED:
        return None
    last = moves[-1]
    return HandedOver(at=last.at, by=last.by, why=last.why, note=last.words)


async def _standing(bus: Bus, case: Referral) -> Standing | None:
    """As the register says now; None also while nobody answers."""
    try:
        return await asks.standing(bus, case.school, case.child, case.year)
    except (WorldAway, Transient):
        return None
