"""What is done with a case: named acts, and the history that they leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, Self, assert_never

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.referrals.api.access import Worker, case_of, seen
from services.referrals.api.entries_shown import hides_addresses
from services.referrals.api.words_shown import Words
from services.referrals.cases.closed import may_take
from services.referrals.domain import acts
from services.referrals.domain.lifecycle import Act, State
from services.referrals.domain.referral import Referral
from services.referrals.errors import NotPossible
from services.referrals.officers.taking import taker
from services.referrals.proposals.reopening import reopen
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause, Draft
from shared.contracts.referrals import CaseClosed
from shared.identity import new_id
from shared.mongo import Document
from shared.patterns import OFFICER

Named = Literal["allocate", "start", "monitor", "resume", "pass to the LA", "close", "reopen"]
NEED_A_REASON: Final = ("close", "reopen")


class ActBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    act: Named
    why: str | None = Field(None, min_length=1, max_length=2000, description="To close and to reopen it is needed.")
    officer: str | None = Field(None, pattern=OFFICER, description="Of `allocate`: the id of the officer whose case it is from now on.")
    over_bought: bool = Field(False, description="Of `reopen`: although the school has as many open cases as it bought.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.act in NEED_A_REASON and self.why is None:
            raise ValueError(f"to {self.act} a case needs `why`")
        if (self.officer is not None) != (self.act == "allocate"):
            raise ValueError("`officer` goes with `allocate`, and with nothing else")
        if self.over_bought and self.act != "reopen":
            raise ValueError("`over_bought` goes with `reopen`, and with nothing else")
        return self


class After(BaseModel):
    case: str
    state: State
    officer: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    possible: list[Act] = Field(description="What may be done now.")
    still_to_do: int | None = Field(None, description="Of `close`: tasks and next steps that nobody has done.")


class Step(BaseModel):
    """One change. `by_name` is null for somebody whose name is not known here."""

    at: datetime
    by: str
    by_name: str | None
    act: str
    before: State
    state: State
    why: str | None
    words: str | None
    whom: str | None


class History(BaseModel):
    case: str
    school: str
    state: State
    proposed_at: datetime
    history: list[Step] = Field(description="The oldest first.")


def router(bus: Bus, store: Store, policies: Policies) -> APIRouter:
    routes = APIRouter(tags=["cases"], responses=problems(404, 409))

    @routes.post("/cases/{case}/acts", summary="Allocate, start, monitor, resume, pass to the LA, close or reopen a case")
    async def act(case: str, body: ActBody, caller: Worker) -> After:
        """Sent again, it changes nothing and gives the same answer. 409 says what is possible in the state in which the case is. Where a
        parent's address is confidential, the case's officer and the head of service allocate: whose the case is sees it."""
        found = await case_of(case, caller, store)
        if body.officer is not None:
            await _may_allocate(found, body.officer, caller, store)
            await may_take(body.officer, found, store)
        cause = Cause.beginning(new_id())

        async def takes() -> list[Document]:
            # written with the case: whoever hands over what the officer has, goes by the same record
            return [await taker(body.officer, found.school, store, policies)] if body.officer is not None else []

        if body.act == "reopen":
            return _after(await reopen(bus, store, case, caller.sub, body.why or "", cause, over_bought=body.over_bought))
        after = _after(await store.referrals.change(case, lambda before: _done(before, body, caller.sub, store.now()), cause, takes))
        return after.model_copy(update={"still_to_do": await store.handovers.still_to_do(case)}) if body.act == "close" else after

    @routes.get("/cases/{case}/history", summary="Who changed a case, when and why")
    async def history(case: str, caller: Worker) -> History:
        found = await seen(case, caller, store)
        names = {officer.id: officer.name for officer in await store.officers.all()}
        steps = [Step(**entry.model_dump(), by_name=names.get(entry.by)) for entry in found.private.history]
        view = History(case=found.id, school=found.school, state=found.state, proposed_at=found.proposed_at, history=steps)
        return await Words(bus, store).shown(view, found, caller)

    return routes


def _done(before: Referral, body: ActBody, by: str, at: datetime) -> tuple[Referral, Sequence[Draft]]:
    match body.act:
        case "allocate":
            return acts.allocated(before, body.officer or "", by, at, body.why), ()
        case "close":
            return close(before, by, at, body.why or "")
        case "start" | "monitor" | "resume" | "pass to the LA":
            return acts.moved_on(before, body.act, by, at, body.why), ()
        case "reopen":
            raise AssertionError("it is a flow of its own")
        case _:
            assert_never(body.act)


def close(before: Referral, by: str, at: datetime, reason: str) -> tuple[Referral, Sequence[Draft]]:
    """The closed case, and what others are told."""
    after = acts.closed(before, by, at, reason)
    return after, [Draft(CaseClosed, case=after.id, school=after.school, child=after.child, order=after.order)]


async def _may_allocate(case: Referral, officer: str, caller: Caller, store: Store) -> None:
    """NotPossible for who would let somebody see a confidential address that is not theirs to see."""
    if caller.role == "head of service" or case.officer == officer:
        return
    if await hides_addresses(case, caller, store):
        raise NotPossible("a parent's address is confidential, and whose the case is sees it: ask the head of service to allocate it")


def _after(case: Referral) -> After:
    fields = case.model_dump(include={"state", "officer", "opened_at", "closed_at"})
    return After(case=case.id, possible=list(acts.possible(case)), **fields)
