"""Cases of children who moved school: that there was one, and its hand-over."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Worker, closed, covered
from services.referrals.api.known import Child, Urn, person_of
from services.referrals.api.words_shown import At, Words
from services.referrals.cases import moving
from services.referrals.domain.as_it_was import case_at
from services.referrals.domain.corrections import as_of
from services.referrals.domain.intervention import Done
from services.referrals.domain.lifecycle import State as CaseState
from services.referrals.domain.transfer import Elsewhere, State, Transfer
from services.referrals.families.withholding import withholding
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.contracts.standing import Rule
from shared.identity import new_id
from shared.patterns import ID


class ElsewhereList(BaseModel):
    cases: list[Elsewhere]


class AskBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    case: str = Field(pattern=ID, description="As `cases-elsewhere` shows it.")
    why: str = Field(min_length=1, max_length=2000)


class DecideBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: Literal["grant", "refuse"]
    reason: str = Field(min_length=1, max_length=2000)


class Line(BaseModel):
    hand_over: str
    child: str
    to_school: str
    from_school: str | None = Field(description="Null for whoever asks, until it is granted.")
    state: State
    asked_by: str
    asked_at: datetime
    why: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class Lines(BaseModel):
    hand_overs: list[Line]


class EntryView(BaseModel):
    """What was done, without what was said in confidence."""

    day: date = Field(serialization_alias="date")
    kind: str
    engagement: str
    outcome: str
    next_step: str


class HandedOver(BaseModel):
    hand_over: str
    child: str
    from_school: str
    state: CaseState
    opened_at: datetime | None
    closed_at: datetime | None
    closing: str | None
    rules: list[Rule] = Field(description="That the child met then.")
    entries: list[EntryView]


def router(bus: Bus, store: Store) -> APIRouter:
    routes, words = APIRouter(tags=["hand-overs"], responses=problems(404, 409)), Words(bus, store)

    async def line(one: Transfer, schools: frozenset[str] | None, caller: Caller) -> Line:
        return await words.shown(_line(one, schools), At(one.from_school, one.child), caller)

    @routes.get("/schools/{urn}/children/{child}/cases-elsewhere", summary="That a child had cases at other schools, and when")
    async def get_elsewhere(urn: Urn, child: Child, caller: Worker) -> ElsewhereList:
        """Of a child on the school's roll. Nothing more is told until the hand-over is granted."""
        person = await person_of(urn, child, caller, store, bus)
        return ElsewhereList(cases=await moving.elsewhere(store, urn, {child, *person.records}))

    @routes.post("/schools/{urn}/children/{child}/hand-overs", status_code=201, summary="Ask for a case of another school")
    async def ask(urn: Urn, child: Child, body: AskBody, caller: Worker) -> Line:
        """Whose case it was is told. Asked for again, it is the same."""
        person = await person_of(urn, child, caller, store, bus)
        asked = await moving.ask(store, body.case, urn, {child, *person.records}, caller.sub, body.why, Cause.beginning(new_id()))
        return await line(asked, await covered(caller, store), caller)

    @routes.get("/hand-overs", summary="Hand-overs to and from your schools, those that wait first")
    async def get_hand_overs(caller: Worker) -> Lines:
        schools, barred = await covered(caller, store), await closed(caller, store)
        found = [one for one in await store.transfers.of_schools(schools) if one.child not in barred]
        of = [At(one.from_school, one.child) for one in found]
        return Lines(hand_overs=await words.each([_line(one, schools) for one in found], of, caller))

    @routes.get("/hand-overs/{hand_over}", summary="A hand-over: who asked, who decided, and why")
    async def get_hand_over(hand_over: str, caller: Worker) -> Line:
        found, schools = await _of(hand_over, caller, store)
        return await line(found, schools, caller)

    @routes.post("/hand-overs/{hand_over}/decision", summary="Grant or refuse a hand-over")
    async def decide(hand_over: str, body: DecideBody, caller: Worker) -> Line:
        """By who answers for the old school: an officer of it, or the head of service. It is logged at both."""
        found, schools = await _of(hand_over, caller, store)
        if schools is not None and found.from_school not in schools:
            raise HTTPException(404, "there is no such hand-over for you to decide")
        granted = body.decision == "grant"
        cause = Cause.beginning(new_id())
        after = await moving.decide(store, hand_over, granted=granted, by=caller.sub, reason=body.reason, cause=cause)
        return await line(after or found, schools, caller)

    @routes.get("/hand-overs/{hand_over}/case", summary="A case that was handed over")
    async def get_case(hand_over: str, caller: Worker) -> HandedOver:
        """What was done and what came of it; notes of conversations, documents, the child's own view and confidential addresses stay at the
        old school. It is shown as it stood when the hand-over was granted; of what was struck out since, nothing."""
        found, _ = await _of(hand_over, caller, store)
        held = await store.referrals.get(found.case)
        if found.state != "granted" or found.decided_at is None or held is None:
            raise HTTPException(404, f"the hand-over is {found.state}: there is nothing to be seen yet")
        case = case_at(held.referral, found.decided_at)
        closing, entries = case.private.closing, await store.interventions.written_in(case.id)
        then = [said for one in entries if (said := as_of(one.entry, one.earlier, found.decided_at))]
        without = await withholding(bus, store, case, part=False)
        return HandedOver(
            hand_over=found.id,
            from_school=case.school,
            **case.model_dump(include={"child", "state", "opened_at", "closed_at"}),
            closing=without(closing.reason) if closing and closing.reason else None,
            rules=list(dict.fromkeys(concern.rule for concern in case.concerns)),
            entries=[_entry(one, without) for one in then],
        )

    return routes


async def _of(id_: str, caller: Caller, store: Store) -> tuple[Transfer, frozenset[str] | None]:
    """404 for one that is neither to nor from the caller's schools, and for a child who is closed to the caller."""
    found, schools = await store.transfers.get(id_), await covered(caller, store)
    ours = found and (schools is None or not schools.isdisjoint({found.from_school, found.to_school}))
    if found is None or not ours or found.child in await closed(caller, store):
        raise HTTPException(404, "there is no such hand-over in your schools")
    return found, schools


def _entry(one: Done, without: Callable[[str], str]) -> EntryView:
    told = one.model_dump(include={"day", "kind", "engagement"})
    return EntryView(**told, outcome=without(one.outcome), next_step=without(one.next_step))


def _line(one: Transfer, schools: frozenset[str] | None) -> Line:
    told = one.state == "granted" or schools is None or one.from_school in schools
    fields = one.model_dump(exclude={"id", "case", "from_school"})
    return Line(hand_over=one.id, from_school=one.from_school if told else None, **fields)
