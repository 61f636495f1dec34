"""Enforcement requests."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.referrals.api.access import Key, Worker, case_of
from services.referrals.domain import lifecycle
from services.referrals.domain.enforcement import Reason, Wanted, check_over, period, requested
from services.referrals.domain.referral import Referral, Request
from services.referrals.errors import NotPossible
from services.referrals.families.left_out import left_out_by_record
from services.referrals.families.on_roll import record_on_roll
from services.referrals.store import Store
from shared.answers import also, problems
from shared.bus import Bus
from shared.contracts.envelope import Cause, Draft
from shared.contracts.marks import AskMarks, ChildPeriod, Mark, Marks
from shared.contracts.referrals import EnforcementRequested, Measure, Offence
from shared.identity import new_id


class EnforcementBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parent: str = Field(
        examples=["6f1e2d3c4b5a69788796a5b4.1"], description="One parent or carer on the roll: `<child>.1`, or the record's id."
    )
    measure: Measure
    offence: Offence | None = Field(
        None,
        description="Of a prosecution; by s.444(1A) the parent knows. Without it: what the LA's profile says.",
    )
    reason: Reason
    first: date | None = Field(None, description="First day of the certificate. Without it and `last`: that of the sessions relied on.")
    last: date | None = Field(
        None,
        description="Last day of the certificate: a day that is over, or today once the register has the child's marks of both its "
        "sessions. Without it, the day before today.",
    )

    @model_validator(mode="after")
    def _of_a_prosecution(self) -> Self:
        if self.offence and self.measure != "prosecution":
            raise ValueError("`offence` belongs to a prosecution: a notice is of s.444(1), whichever parent knew of what")
        return self


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["enforcement"], responses=problems(404, 409))

    @routes.post(
        "/cases/{case}/enforcement",
        status_code=201,
        responses=also(200, Request, "The same request again: made before"),
        summary="Request enforcement against one parent for one child",
    )
    async def request_enforcement(
        case: str,
        body: EnforcementBody,
        caller: Worker,
        response: Response,
        idempotency_key: Key = None,
    ) -> Request:
        """Begins the draft of an enforcement pack, which is checked, approved and signed in `sharing`. The same content, or the same
        `Idempotency-Key`, is the same request (200). `first` and `last` of the answer: its period or, where none was said (`period_said`),
        the days among whose sessions its pack finds those to rely on."""
        before = await case_of(case, caller, store)
        first, last = period(body.first, body.last, store.today())
        check_over(last, store.today(), await _marks(bus, before.school, before.child, last, store.today()))
        said = body.first is not None or body.last is not None
        lifecycle.request_enforcement(before.state)
        cause = Cause.beginning(new_id())
        parent = (await record_on_roll(bus, store, before.school, before.child, body.parent, cause)).id
        wanted = Wanted(**body.model_dump(exclude={"first", "last", "parent"}), parent=parent, first=first, last=last, period_said=said)
        if parent in await left_out_by_record(store, before):
            raise NotPossible(f"no measure is to be asked for against this parent: iewo case left-out {case} {parent} --lift --why ...")

        def step(found: Referral) -> tuple[Referral, Sequence[Draft]]:
            after, made = requested(found, wanted, idempotency_key, caller.sub, store.now())
            return after, [Draft(EnforcementRequested, request=made.request, case=after.id, school=after.school, child=after.child)]

        after = await store.referrals.change(case, step, cause)
        if len(after.private.requests) == len(before.private.requests):
            response.status_code = 200
        # asked again of what is stored now, it is the request that is there
        return requested(after, wanted, idempotency_key, caller.sub, store.now())[1]

    return routes


async def _marks(bus: Bus, school: str, child: str, last: date, today: date) -> Sequence[Mark]:
    """Today's, where the period ends with it; of no other day is anything asked."""
    if last < today:
        return ()
    asked = ChildPeriod(child=child, first=last, last=last)
    return (await bus.ask(AskMarks(school=school, periods=(asked,)), Marks)).periods[0].marks
