"""Decisions over a proposal: accepted, declined with a reason of the list, or left for now."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Reader, seen
from services.referrals.domain.bought import in_words
from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.referral import Referral
from services.referrals.proposals.deciding import Deciding
from services.referrals.store import Store
from shared.answers import problems


class AcceptBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    over_bought: bool = Field(False, description="Accept although the school has as many open cases as it bought.")


class DeclineBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=40, examples=["school"], description="A code of GET /v1/declining.")
    words: str | None = Field(None, max_length=2000, description="In the decider's own words; some codes need them.")


class LeaveBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    until: date = Field(description="It waits until then; the register check shows it as left.")
    why: str | None = Field(None, min_length=1, max_length=2000)


class Decided(BaseModel):
    referral: str
    case: str | None = Field(description="The case's id, which is the referral's, once it is accepted.")
    school: str
    child: str
    state: State
    officer: str | None = Field(description="Whose case it is; null: nobody's, until it is allocated.")
    decided_at: datetime | None
    left_until: date | None
    open_cases: str = Field(examples=["11 of 10"], description="Of the school, and how many it has bought where a number was agreed.")


class ReasonView(BaseModel):
    code: str
    says: str
    needs_words: bool


class ReasonList(BaseModel):
    version: str
    reasons: list[ReasonView]


def router(deciding: Deciding) -> APIRouter:
    routes = APIRouter(tags=["proposals"], responses=problems(404, 409))
    store = deciding.store

    @routes.post("/referrals/{referral}/accept", summary="Accept a proposal: it becomes a case")
    async def accept(referral: str, caller: Reader, body: AcceptBody | None = None) -> Decided:
        """Sent again, it gives the same answer. 409 says what is possible when the proposal has lapsed or was declined, and when it would
        be one open case more than the school bought: that needs a yes."""
        found = await seen(referral, caller, store)
        return await decided(await deciding.accept(found, caller.sub, over_bought=bool(body and body.over_bought)), store)

    @routes.post("/referrals/{referral}/decline", summary="Decline a proposal, with a reason")
    async def decline(referral: str, body: DeclineBody, caller: Reader) -> Decided:
        """A new proposal comes only when a rule is met anew. Sent again, it gives the same answer; the first reason stays."""
        found = await seen(referral, caller, store)
        by_school = caller.role == "school"
        return await decided(await deciding.decline(found, caller.sub, body.reason, body.words, by_school=by_school), store)

    @routes.post("/referrals/{referral}/leave", summary="Leave a proposal for now: it waits, and the register check remembers")
    async def leave(referral: str, body: LeaveBody, caller: Reader) -> Decided:
        found = await seen(referral, caller, store)
        return await decided(await deciding.leave(found, caller.sub, body.until, body.why), store)

    @routes.get("/declining", summary="The reasons for which a proposal is declined")
    async def get_reasons(_: Reader) -> ReasonList:
        reasons = deciding.declining.on(store.today())
        listed = [ReasonView(code=code, says=one.says, needs_words=one.needs_words) for code, one in reasons.codes.items()]
        return ReasonList(version=reasons.version, reasons=listed)

    return routes


async def decided(referral: Referral, store: Store) -> Decided:
    decision, left = referral.private.decision, referral.private.left
    opened = await store.referrals.count(referral.school, CASE)
    return Decided(
        referral=referral.id,
        case=referral.id if referral.opened_at else None,
        school=referral.school,
        child=referral.child,
        state=referral.state,
        officer=referral.officer,
        decided_at=decision.at if decision else None,
        left_until=left.until if left and referral.state == "proposed" else None,
        open_cases=in_words(opened, await store.bought.cases(referral.school, store.today())),
    )
