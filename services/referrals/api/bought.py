"""How many open cases a school has bought."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Reader, covers
from services.referrals.api.bars import Head
from services.referrals.api.raising import Urn
from services.referrals.domain.bought import Bought, in_force, in_words
from services.referrals.domain.lifecycle import CASE
from services.referrals.store import Store
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id


class BoughtBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cases: int | None = Field(ge=0, le=10_000, description="That may be open at a time; null: no number.")
    since: date | None = Field(None, description="From which day on; by default from today.")


class Word(BaseModel):
    since: date
    cases: int | None
    at: datetime


class BoughtView(BaseModel):
    school: str
    cases: int | None = Field(description="Today's number.")
    open_cases: str = Field(examples=["11 of 10"])
    agreed: list[Word]


def router(store: Store) -> APIRouter:
    routes = APIRouter(tags=["schools"], responses=problems(404))

    @routes.get("/schools/{urn}/bought-cases", summary="How many open cases the school has bought, and has")
    async def get_bought(urn: Urn, caller: Reader) -> BoughtView:
        await covers(urn, caller, store)
        return await _shown(urn, await store.bought.of(urn))

    @routes.put("/schools/{urn}/bought-cases", summary="Say how many open cases the school has bought")
    async def put_bought(urn: Urn, body: BoughtBody, caller: Head) -> BoughtView:
        """A number holds nobody up: whoever accepts one case more is told, and says yes. What was agreed before is kept."""
        word = Bought(since=body.since or store.today(), cases=body.cases, by=caller.sub, at=store.now())
        return await _shown(urn, await store.bought.say(urn, word, Cause.beginning(new_id())))

    async def _shown(urn: str, words: list[Bought]) -> BoughtView:
        number = in_force(words, store.today())
        opened = await store.referrals.count(urn, CASE)
        agreed = [Word(since=one.since, cases=one.cases, at=one.at) for one in words]
        return BoughtView(school=urn, cases=number, open_cases=in_words(opened, number), agreed=agreed)

    return routes
