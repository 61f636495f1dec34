"""An officer's DBS check and training as they are shown, and the one time that a date is put off."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Staff
from services.referrals.api.officers import OfficerId, Shown, known, shown
from services.referrals.domain.clearance import check_seen, extended, lacking
from services.referrals.domain.officer import Check, Item, Level, Officer, PutOff, Subject, Training
from services.referrals.officers.handing_over import HandingOver
from services.referrals.store import Store
from services.referrals.store.officers import Step
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.envelope import Cause
from shared.identity import new_id

Head = Annotated[Caller, Depends(allow("head of service"))]


class CheckBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    level: Level
    seen: date = Field(description="The day on which the certificate was seen. What stands on it is not kept.")


class TrainingBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subjects: list[Subject] = Field(min_length=1, max_length=3)
    done: date


class ExtendBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    item: Item
    reason: PutOff = Field(description="One of a list: staff records have no place for words.")


def router(store: Store, handing: HandingOver) -> APIRouter:
    routes = APIRouter(tags=["officers"], responses=problems(404, 409))
    policies = handing.policies

    async def changed(officer: str, step: Step, by: str) -> Shown:
        await known(store, officer)
        cause, today = Cause.beginning(new_id()), store.today()
        after = await store.officers.change(officer, step, cause)
        if after.away and after.away.why == "out of date" and not lacking(after, policies.on(today), today):
            after = (await handing.back(officer, by, cause)).officer
        handing.admission.forget()
        return shown(after, policies, today)

    @routes.post("/officers/{officer}/dbs", summary="A DBS certificate was seen")
    async def dbs(officer: OfficerId, body: CheckBody, caller: Staff) -> Shown:
        """When the next one is due follows from the company's policy: a certificate has no expiry date. Sent again, it is the same. An
        officer whose access had ended for it is let in again, and has the cases back."""
        check_seen(body.seen, store.today())

        def step(found: Officer) -> Officer:
            if any((one.level, one.seen) == (body.level, body.seen) for one in found.checks):
                return found
            return found.model_copy(update={"checks": (*found.checks, Check(level=body.level, seen=body.seen, by=caller.sub))})

        return await changed(officer, step, caller.sub)

    @routes.post("/officers/{officer}/training", summary="Training was done")
    async def training(officer: OfficerId, body: TrainingBody, caller: Staff) -> Shown:
        check_seen(body.done, store.today())

        def step(found: Officer) -> Officer:
            known_ = {(one.subject, one.done) for one in found.training}
            new = [Training(subject=one, done=body.done, by=caller.sub) for one in body.subjects if (one, body.done) not in known_]
            return found.model_copy(update={"training": (*found.training, *new)}) if new else found

        return await changed(officer, step, caller.sub)

    @routes.post("/officers/{officer}/extend", summary="Put one date off, once")
    async def extend(officer: OfficerId, body: ExtendBody, caller: Head) -> Shown:
        """By the policy's number of days (14) from the day on which it falls due. 409 the second time, and long before or after."""
        now = store.now()
        policy = policies.on(now.date())
        return await changed(officer, lambda found: extended(found, body.item, body.reason, caller.sub, now, policy), caller.sub)

    return routes
