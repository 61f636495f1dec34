"""A person's own notices, and how they are e-mailed."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.domain.notice import Notice, Way, school_
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.envelope import Cause
from shared.identity import new_id

Told = Annotated[Caller, Depends(allow("officer", "head of service", "business support"))]
Reading = Annotated[Caller, Depends(allow("officer", "head of service", "business support", "school"))]


class MailBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mail: Way = Field(description="Each notice by itself, one e-mail a day with counts (from 7 o'clock), or none.")


class Notices(BaseModel):
    mail: Way | None = Field(description="How they are e-mailed; null for a school: no e-mail goes.")
    email: str | None = Field(description="Where to; null for somebody who was not added here.")
    notices: list[Notice] = Field(description="The latest 200 of the last 400 days, the latest first. The path goes after 30 days.")


class Mailed(BaseModel):
    mail: Way


def router(store: Store) -> APIRouter:
    routes = APIRouter(tags=["notices"])

    @routes.get("/notices", summary="Your own notices, or your school's")
    async def get_notices(caller: Reading) -> Notices:
        """A school's are those of its packs that concern its own register."""
        if caller.role == "school":
            return Notices(mail=None, email=None, notices=await store.notices.of(map(school_, caller.schools)))
        person = await store.officers.get(caller.sub)
        return Notices(
            mail=person.mail if person else "at once",
            email=person.email if person else None,
            notices=await store.notices.of([caller.sub]),
        )

    @routes.put("/notices/mail", responses=problems(422), summary="How your notices are e-mailed: at once, daily or off")
    async def put_mail(body: MailBody, caller: Told) -> Mailed:
        """They are listed here in any case."""
        cause = Cause.beginning(new_id())
        return Mailed(mail=(await store.officers.change(caller.sub, lambda one: one.model_copy(update={"mail": body.mail}), cause)).mail)

    return routes
