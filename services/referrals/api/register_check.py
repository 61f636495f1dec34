"""The register check of a school: all proposals on one list, decided together."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api import register_check_views as views
from services.referrals.api.access import Reader, closed, covers
from services.referrals.api.raising import Urn
from services.referrals.api.words_shown import At, Words
from services.referrals.domain.bought import in_words
from services.referrals.domain.intervention import check_day
from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.priority import place
from services.referrals.domain.register_check import Check, check_id
from services.referrals.names.naming import Naming
from services.referrals.proposals import checking
from services.referrals.proposals.checking import Outcome, Wanted
from services.referrals.proposals.deciding import Deciding
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import OFFICER

MOST_DECISIONS = 800
LISTED = 50
"""Checks of the past that are shown: years of them."""
Key = Annotated[str | None, Header(max_length=200, description="The same key is the same check sent again.")]


class Decision(BaseModel):
    """What it says is looked at by itself: one that cannot be spoils no other."""

    model_config = ConfigDict(extra="forbid")

    referral: str = Field(max_length=64)
    act: str = Field(max_length=40, examples=["accept"], description="accept, decline or leave")
    reason: str | None = Field(None, max_length=40, description="Of a decline: a code of GET /v1/declining.")
    words: str | None = Field(None, max_length=2000)
    until: date | None = Field(None, description="Of a proposal that is left: until when.")
    over_bought: bool = False
    officer: str | None = Field(None, pattern=OFFICER, description="Of an acceptance: whose case it is, instead of the check's `officer`.")


class CheckBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: date | None = Field(None, alias="date", description="When it was held; by default today.")
    attendees: str = Field("", max_length=2000, examples=["Ms Adeyemi (attendance lead), R. Sen"])
    notes: str = Field("", max_length=20_000)
    officer: str | None = Field(
        None,
        pattern=OFFICER,
        description="Who gets the cases that are accepted. By default the school's named officer, where there is exactly one who can.",
    )
    decisions: list[Decision] = Field(default_factory=list, max_length=MOST_DECISIONS)


class Result(BaseModel):
    referral: str
    act: str
    done: bool
    state: State | None = Field(description="Null where nothing was done.")
    detail: str | None = Field(description="Why nothing was done.")
    officer: str | None = Field(description="Whose case it is now.")
    nobodys: str | None = Field(description="Why an accepted case is nobody's yet.")


class Checked(BaseModel):
    check: views.CheckForOfficers | views.CheckView
    results: list[Result] = Field(description="One for each decision, in its order.")
    open_cases: str = Field(examples=["11 of 10"])


def router(bus: Bus, naming: Naming, deciding: Deciding) -> APIRouter:
    routes = APIRouter(tags=["register check"], responses=problems(404))
    store = deciding.store

    @routes.get("/schools/{urn}/register-check", summary="All proposals of a school, the last decisions, and what changed since")
    async def get_check(urn: Urn, caller: Reader) -> views.RegisterCheck:
        """The most urgent first. A school is told the reason of its own declines; what officers wrote stays with them."""
        _, barred = await asyncio.gather(covers(urn, caller, store), closed(caller, store))
        written = caller.role != "school"  # which reads nobody's words here
        looks = checking.gather(bus, naming, store, urn, barred, hiding=written)
        found, open_cases = await asyncio.gather(looks, _open_cases(store, urn))
        lines = [views.line(one, found, deciding.declining, caller) for one in sorted(found.proposals, key=place)]
        if written:
            lines = await Words(bus, store).each(lines, [At(urn, one.child) for one in lines], caller, found.hiding)
        return views.RegisterCheck(
            school=urn,
            names_away=found.people is None,
            last=views.check_view(found.last, caller) if found.last else None,
            open_cases=open_cases,
            proposals=lines,
            eased=[views.eased(one) for one in found.eased],
        )

    @routes.post("/schools/{urn}/register-check", summary="Decide many proposals at once, and note that the check was held")
    async def post_check(urn: Urn, body: CheckBody, caller: Reader, idempotency_key: Key = None) -> Checked:
        """Each decision has its own answer. Sent again, it changes nothing: under the same `Idempotency-Key`, or in the same words, it is
        the same check."""
        await covers(urn, caller, store)
        day = body.day or store.today()
        check_day(day, store.today())
        wanted = [Wanted(**one.model_dump() | {"officer": one.officer or body.officer}) for one in body.decisions]
        outcomes = await checking.decide(deciding, urn, await closed(caller, store), wanted, caller.sub, by_school=caller.role == "school")
        check = await checking.note(bus, store, _check(urn, body, day, caller, idempotency_key, outcomes, store), Cause.beginning(new_id()))
        results = [_result(one) for one in outcomes]
        return Checked(check=views.check_view(check, caller), results=results, open_cases=await _open_cases(store, urn))

    @routes.get("/schools/{urn}/register-checks", summary="The register checks that were held, the latest first")
    async def get_checks(urn: Urn, caller: Reader) -> views.Checks:
        await covers(urn, caller, store)
        return views.Checks(checks=[views.check_view(one, caller) for one in await store.checks.of_school(urn, LISTED)])

    return routes


def _check(urn: str, body: CheckBody, day: date, caller: Caller, key: str | None, outcomes: list[Outcome], store: Store) -> Check:
    done: Mapping[str, int] = {act: sum(one.wanted.act == act and one.after is not None for one in outcomes) for act in views.ACTS}
    at: datetime = store.now()
    return Check(
        id=check_id(urn, caller.sub, key, day, body.attendees, body.notes),
        school=urn,
        day=day,
        by=caller.sub,
        at=at,
        attendees=body.attendees,
        notes=body.notes,
        decisions=len(outcomes),
        accepted=done["accept"],
        declined=done["decline"],
        left=done["leave"],
    )


def _result(one: Outcome) -> Result:
    state = one.after.state if one.after else None
    return Result(
        referral=one.wanted.referral,
        act=one.wanted.act,
        done=one.after is not None,
        state=state,
        detail=one.detail,
        officer=one.after.officer if one.after else None,
        nobodys=one.nobodys,
    )


async def _open_cases(store: Store, urn: str) -> str:
    return in_words(await store.referrals.count(urn, CASE), await store.bought.cases(urn, store.today()))
