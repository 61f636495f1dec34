"""Judging everybody again over HTTP, after a profile or a school's settings have changed."""

import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.attendance.store.register import Register
from services.attendance.store.schools import Schools
from shared.auth import Caller, allow
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import AUTHORITY, URN
from shared.settings import Settings

AT_ONCE: Final = 2.0
"""Seconds of work in one request; the school in hand is finished."""

Operator = Annotated[Caller, Depends(allow("operator"))]


class Rejudge(BaseModel):
    """Whose registers: a school's, an LA's schools', or all. `after`: those behind this URN, as the answer before said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    school: str | None = Field(None, pattern=URN)
    authority: str | None = Field(None, pattern=AUTHORITY)
    after: str | None = Field(None, pattern=URN)


class Rejudged(BaseModel):
    schools: int = Field(description="Judged by this request.")
    children: int = Field(description="Of these schools.")
    left: int = Field(description="Schools that are still to be judged.")
    after: str | None = Field(description="To be sent with the next request; null when all are judged.")


def router(schools: Schools, register: Register, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.post("/rejudge", summary="Judge children again by the profiles as they are now")
    async def rejudge(asked: Rejudge, _: Operator) -> Rejudged:
        """Judges as many schools as some seconds allow, in the order of their URNs; send it again with `after` until that is null. Nothing
        is kept of how far it came: it may be broken off, and sent twice, at any point. Concerns turn, and are told, as after a feed."""
        today, cause = settings.today(), Cause.beginning(new_id())
        queue = [
            urn
            for urn, school in sorted((await schools.all()).items())
            if asked.school in (None, urn) and asked.authority in (None, school.authority) and urn > (asked.after or "")
        ]
        begun, judged, children = time.monotonic(), 0, 0
        while judged < len(queue) and (not judged or time.monotonic() - begun < AT_ONCE):
            children += await register.judge_again(queue[judged], today, cause)
            judged += 1
        left = len(queue) - judged
        return Rejudged(schools=judged, children=children, left=left, after=queue[judged - 1] if left else None)

    return routes
