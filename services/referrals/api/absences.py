"""Officers who go and come back. Leave, sickness and leaving are one step; why somebody is away is nobody's business here."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.checks import Head
from services.referrals.api.officers import OfficerId, Other, Shown, Urn, known, shown
from services.referrals.domain.handover import Takers
from services.referrals.officers.handing_over import Handed, HandingOver
from services.referrals.store import Store
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id


class AwayBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Literal["away", "left"] = Field("away", description="`left`: schools and cases stay with the others.")
    to: Other | None = Field(None, description="Who takes over; by default the cover of the officer's record.")
    schools: dict[Urn, Other] = Field({}, max_length=500, description="By URN, who takes over instead.")
    note: str | None = Field(None, min_length=1, max_length=2000, description="For whoever takes over: it stays in each case's history.")


class Change(BaseModel):
    officer: Shown
    cases: dict[str, str] = Field(description="By case, whose it is now: those that changed hands.")
    steps: int = Field(description="Next steps and tasks that changed hands.")


def router(store: Store, handing: HandingOver) -> APIRouter:
    routes = APIRouter(tags=["officers"], responses=problems(404, 409))

    def told(handed: Handed) -> Change:
        return Change(officer=shown(handed.officer, handing.policies, store.today()), cases=dict(handed.cases), steps=handed.steps)

    @routes.post("/officers/{officer}/away", summary="Everything of an officer who goes away or leaves passes to others")
    async def away(officer: OfficerId, body: AwayBody, caller: Head) -> Change:
        """Schools, open cases, next steps and tasks, in one step; access ends at once, whatever token is held. 409 names what nobody takes.
        Sent again, it passes on what is left."""
        before = await known(store, officer)
        takers = Takers(body.to or before.cover, body.schools)
        handed = await handing.away(officer, body.why, takers, body.note, caller.sub, Cause.beginning(new_id()))
        await handing.tell(handed.officer, takers)
        return told(handed)

    @routes.post("/officers/{officer}/back", summary="An officer is here again, with schools and cases")
    async def back(officer: OfficerId, caller: Head) -> Change:
        """A case that was allocated to somebody else meanwhile stays there. 409 while a check or training is out of date."""
        await known(store, officer)
        return told(await handing.back(officer, caller.sub, Cause.beginning(new_id())))

    return routes
