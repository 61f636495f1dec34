"""Closing a child's referrals to a named person."""

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import seen
from services.referrals.api.words_shown import Words
from services.referrals.domain import bar
from services.referrals.domain.referral import Referral
from services.referrals.errors import OfficerNotAdded
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller, allow
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import OFFICER

Head = Annotated[Caller, Depends(allow("head of service"))]
Who = Annotated[str, Path(min_length=1, max_length=100, description="The `sub` of the person's token: an officer's id.")]
Known = Annotated[str, Path(pattern=OFFICER, description="The `sub` of the person's token: the id of somebody who was added here.")]


class WhyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=2000, examples=["The child is a neighbour's."])


class BarView(BaseModel):
    who: str
    by: str
    at: datetime
    why: str
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_why: str | None


class ClosedTo(BaseModel):
    case: str
    closed_to: list[str] = Field(description="Who sees nothing of it now.")
    said: list[BarView]


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["cases"], responses=problems(404))

    @routes.put("/cases/{case}/closed-to/{who}", summary="Close a child's referrals to a person")
    async def close_to(case: str, who: Known, body: WhyBody, caller: Head) -> ClosedTo:
        """The person sees neither this nor a later case, proposal, triage or search result of the child, whatever the role. Sent again, it
        changes nothing. 422 for somebody who is not known here: ids stand in clear, and a name is none."""
        if await store.officers.get(who) is None:
            raise OfficerNotAdded("iewo officer add ID --name NAME --email ADDRESS; who it is goes by the id")
        return await _say(case, who, "close to a person", body.why, caller, bar.closed_to)

    @routes.delete("/cases/{case}/closed-to/{who}", summary="Open a child's referrals to a person again")
    async def open_to(case: str, who: Who, body: WhyBody, caller: Head) -> ClosedTo:
        return await _say(case, who, "open to a person again", body.why, caller, bar.opened_to)

    @routes.get("/cases/{case}/closed-to", summary="To whom a child's referrals are closed, and why")
    async def get_closed_to(case: str, caller: Head) -> ClosedTo:
        found = await seen(case, caller, store)
        return await shown(found, bar.Bars(bars=await store.closed_to.of(found.school, found.child)), caller)

    async def shown(case: Referral, bars: bar.Bars, caller: Caller) -> ClosedTo:
        said = [BarView(**one.model_dump()) for one in bars.bars]
        return await Words(bus, store).shown(ClosedTo(case=case.id, closed_to=list(bars.standing), said=said), case, caller)

    async def _say(case: str, who: str, act: str, why: str, caller: Caller, step: bar.Step) -> ClosedTo:
        found, cause = await seen(case, caller, store), Cause.beginning(new_id())
        before = bar.Bars(bars=await store.closed_to.of(found.school, found.child))
        said = partial(step, who=who, by=caller.sub, at=store.now(), why=why)
        after = await store.closed_to.change(found.school, found.child, said, cause)
        if after.standing != before.standing:
            # to whom and why is the head of service's to read, and every officer reads the history
            await store.referrals.change(case, lambda one: (one.noted(act, caller.sub, store.now()), ()), cause)
        return await shown(found, after, caller)

    return routes
