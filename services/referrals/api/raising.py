"""Referrals raised by hand, by a school or an officer."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Reader, closed, covers
from services.referrals.domain.lifecycle import State
from services.referrals.domain.raising import Raised
from services.referrals.errors import NoSuchChild
from services.referrals.proposals.raising import raise_by_hand
from services.referrals.store import Store
from shared.answers import also, problems
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import URN

Urn = Annotated[str, Path(pattern=URN)]
Words = Annotated[str, Field(max_length=5000)]


class RaiseBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    child: str = Field(min_length=1, max_length=64, description="The child's id, as GET /v1/schools/{urn}/children of `attendance` has it.")
    why: str = Field(min_length=1, max_length=5000, examples=["Absent every Monday since half term; the form tutor is worried."])
    parents_told: Words = Field("", examples=["Mother told by telephone on 9 November that we would ask for help."])
    parents_said: Words = Field("", examples=["Mornings are hard since the move."])
    child_told: Words = ""
    child_said: Words = ""


class RaisedView(BaseModel):
    referral: str
    school: str
    child: str
    state: State = Field(description="`proposed`, or that of the case which it has joined.")
    joined: bool = Field(description="Whether the child had a live referral already, which it is now part of.")
    raised_at: datetime


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["proposals"], responses=problems(404, 409))

    @routes.post(
        "/schools/{urn}/referrals",
        status_code=201,
        responses=also(200, RaisedView, "It joined the child's live referral, or was raised before"),
        summary="Raise a referral by hand",
    )
    async def raise_referral(urn: Urn, body: RaiseBody, caller: Reader, response: Response) -> RaisedView:
        """Proposes a referral that waits for a decision like any other, and does not lapse when concerns ease. What the parents and the
        child were told, and what they said, is recorded as such. Sent again, it changes nothing."""
        await covers(urn, caller, store)
        if body.child in await closed(caller, store):
            raise NoSuchChild
        told = Raised(**body.model_dump(exclude={"child"}))
        role = caller.role if caller.role in ("school", "head of service") else "officer"
        referral, new = await raise_by_hand(bus, store, urn, body.child, told, caller.sub, role, Cause.beginning(new_id()))
        if not new:
            response.status_code = 200
        at = next(one.at for one in referral.private.raised if one.says(told, caller.sub))
        state = referral.state
        return RaisedView(referral=referral.id, school=urn, child=referral.child, state=state, joined=not new, raised_at=at)

    return routes
