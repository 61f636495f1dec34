"""A person's yes or no to a whole roll that waits for it."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from services.attendance.feeds.confirming import Confirming, EndsMore, NotWaiting
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.attendance_events import FeedState

Decider = Annotated[Caller, Depends(allow("school", "head of service"))]


class Yes(BaseModel):
    """What the person was told: so many enrolments, and no more, may end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ends: int = Field(ge=0)


class WouldEnd(BaseModel):
    """What a yes would do now."""

    school: str = Field(description="URN.")
    ends: int = Field(description="Enrolments that would end, of so many `enrolled`.")
    enrolled: int


def router(confirming: Confirming) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/feeds/{feed}/confirm", responses=problems(404, 409), summary="What a yes to a whole roll would end")
    async def would_end(feed: str, caller: Decider) -> WouldEnd:
        school = await _theirs(confirming, feed, caller)
        try:
            return WouldEnd(school=school, **(await confirming.would_end(feed))._asdict())
        except NotWaiting as error:
            raise HTTPException(409, str(error)) from None

    @routes.post("/feeds/{feed}/confirm", responses=problems(404, 409), summary="Let a whole roll in that waits for a yes")
    async def confirm(feed: str, said: Yes, caller: Decider) -> FeedState:
        """Counted again: when it would now end more enrolments than was said, it goes on waiting, and the detail says how many."""
        await _theirs(confirming, feed, caller)
        try:
            return await confirming.confirm(feed, said.ends, caller)
        except (NotWaiting, EndsMore) as error:
            raise HTTPException(409, str(error)) from None

    @routes.post("/feeds/{feed}/decline", responses=problems(404, 409), summary="Decline a whole roll that waits for a yes")
    async def decline(feed: str, caller: Decider) -> FeedState:
        """Nothing of it counts. The same file may be pushed again."""
        await _theirs(confirming, feed, caller)
        try:
            return await confirming.decline(feed, caller)
        except NotWaiting as error:
            raise HTTPException(409, str(error)) from None

    return routes


async def _theirs(confirming: Confirming, feed: str, caller: Caller) -> str:
    """The feed's school; 404 unless the caller stands for it."""
    state = await confirming.feeds.get(feed)
    if state is None or not (caller.role == "head of service" or caller.covers(state.school)):
        raise HTTPException(404, "there is no such feed of yours")
    return state.school
