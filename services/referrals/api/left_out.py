"""Parents against whom no measure is asked for."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.referrals.api.access import Worker, case_of
from services.referrals.api.parent_places import relation_of
from services.referrals.api.words_shown import Words
from services.referrals.domain.left_out import brought_in, left_out
from services.referrals.domain.referral import LeftOut, Referral
from services.referrals.errors import NoSuchParentHere
from services.referrals.families.family import Relation
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import PARENT
from shared.shapes import particulars

AnyParent = Annotated[str, InPath(pattern=PARENT, description="The parent's record, or the place on the roll (`<child>.1`).")]


def _without_particulars(why: str) -> str:
    if found := " and ".join(particulars(why)):
        raise ValueError(f"it is printed: say it without {found}")
    return why


class WhyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, AfterValidator(_without_particulars)] = Field(
        min_length=1,
        max_length=2000,
        examples=["Lives abroad and has no contact with the child."],
        description="It is printed: no telephone number, postcode or e-mail address stands in it.",
    )


class LeftOutView(BaseModel):
    case: str
    left_out: dict[str, LeftOut] = Field(description="By record of the parent.")


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["enforcement"], responses=problems(404, 409))

    @routes.put("/cases/{case}/parents/{parent}/left-out", summary="Say why no measure is asked for against a parent")
    async def leave_out(case: str, parent: AnyParent, body: WhyBody, caller: Worker) -> LeftOutView:
        """The Local Authority is told why. Sent again, it changes nothing; another reason takes the first one's place."""
        found, who = await _of(case, parent, caller)
        step = partial(left_out, parent=who.parent.id, records=who.ids, by=caller.sub, at=store.now(), why=body.why)
        return await view(await store.referrals.change(found.id, lambda one: (step(one), ()), Cause.beginning(new_id())), caller)

    @routes.delete("/cases/{case}/parents/{parent}/left-out", summary="Let a measure be asked for against a parent after all")
    async def bring_in(case: str, parent: AnyParent, body: WhyBody, caller: Worker) -> LeftOutView:
        found, who = await _of(case, parent, caller)

        def step(one: Referral) -> Referral:
            for record in sorted(who.ids):
                one = brought_in(one, record, caller.sub, store.now(), body.why)
            return one

        return await view(await store.referrals.change(found.id, lambda one: (step(one), ()), Cause.beginning(new_id())), caller)

    async def view(case: Referral, caller: Caller) -> LeftOutView:
        return await Words(bus, store).shown(LeftOutView(case=case.id, left_out=case.private.left_out), case, caller)

    async def _of(case: str, parent: str, caller: Worker) -> tuple[Referral, Relation]:
        found = await case_of(case, caller, store)
        who = await relation_of(store, found.school, found.child, parent)
        if who is None:
            raise NoSuchParentHere
        return found, who

    return routes
