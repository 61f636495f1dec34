"""Taking a feed back, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from services.attendance.api.callers import SEES_ALL
from services.attendance.feeds.withdrawal import Withdrawal
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.attendance_events import FeedState


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=500, description="Kept with the feed, sealed.")


def router(withdrawal: Withdrawal) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.post("/feeds/{feed}/withdraw", status_code=202, responses=problems(404), summary="Take a feed back")
    async def withdraw_feed(feed: str, wish: Wish, caller: Annotated[Caller, Depends(allow("school", "head of service"))]) -> FeedState:
        """The register is as before that feed, whatever came after it; concerns are judged again. `withdrawn` says that it is done.

        The same file pushed again is a new feed. A roll is taken back while no more than seven have come after it; where the eighth comes
        before it is done, the feed is `stored` again, and `not_withdrawn` says why.
        """
        known = await withdrawal.feeds.get(feed)
        if known is None or not (caller.role in SEES_ALL or caller.covers(known.school)):
            raise HTTPException(404, "there is no such feed of yours")
        state = await withdrawal.ask(feed, caller.role, caller.sub, wish.why)
        if state is None:
            raise HTTPException(404, "there is no such feed of yours")
        return state

    return routes
