"""Warnings on addresses, for whoever is about to visit."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Key, Worker
from services.referrals.api.family_views import WarningView, warning_view
from services.referrals.api.words_shown import cleared
from services.referrals.domain.flags import Word
from services.referrals.domain.visit_warning import VisitWarning, of_addresses, read
from services.referrals.errors import KeyUsedTwice, NoSuchWarning
from services.referrals.families.before_visit import kept_confidential, telling
from services.referrals.families.withholding import whole
from services.referrals.store import Store
from shared.answers import also, problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import ID, OFFICER

LONGEST: Final = timedelta(days=366)
"""A warning is looked at again within a year."""
WarningId = Annotated[str, InPath(pattern=ID, description="As it was shown.")]
Why = Annotated[str, Field(min_length=1, max_length=2000, description="In words: it is kept with your name.")]


class WarningBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: str = Field(min_length=3, max_length=500, examples=["7 Example Street, Wexley"])
    reason: str = Field(min_length=1, max_length=500, examples=["Two dogs loose in the garden: telephone first"])
    review: date = Field(description="When somebody looks at it again: within a year.")
    owner: Annotated[str, Field(pattern=OFFICER)] | None = Field(None, description="The officer who does; by default you.")


class ReviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    review: date
    reason: str | None = Field(None, min_length=1, max_length=500, description="The reason as it is now; without it, as it was.")
    owner: Annotated[str, Field(pattern=OFFICER)] | None = None
    why: Why


class EndBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Why


class Warnings(BaseModel):
    visit_warnings: list[WarningView]


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(prefix="/visit-warnings", tags=["visit warnings"], responses=problems(404, 409))

    @routes.post(
        "",
        status_code=201,
        responses=also(200, WarningView, "The same `Idempotency-Key` again: given before"),
        summary="Warn whoever visits an address",
    )
    async def warn(body: WarningBody, caller: Worker, response: Response, idempotency_key: Key = None) -> WarningView:
        """It is shown with every case, visit and find of this address, whoever lives there, and to nobody outside the company."""
        word = Word(by=caller.sub, at=store.now(), why=body.reason)
        made = VisitWarning(
            id=_id(caller, idempotency_key),
            address=body.address.strip(),
            reason=body.reason,
            owner=body.owner or caller.sub,
            review=_review_day(body.review, store.today()),
            words=(word,),
        )
        given = await store.warnings.add(made, Cause.beginning(new_id()))
        response.status_code = 201 if given == made else _before(given, made)
        return await _shown(given, caller, bus, store)

    @routes.get("", summary="Your visit warnings, or those of an address")
    async def get_warnings(
        caller: Worker, address: Annotated[str | None, Query(max_length=500, description="Before a visit to this address.")] = None
    ) -> Warnings:
        """Without an address: those that you look at again, the next first; a head of service sees all. An address that anybody keeps
        confidential is told to who gave the warning or looks at it again, and to nobody else."""
        standing = await store.warnings.standing()
        found = of_addresses(read(standing), [address]) if address else [one for one in standing if _own(one, caller)]
        in_order = sorted(found, key=lambda one: (one.review, one.id))
        return Warnings(visit_warnings=await _all_shown(in_order, caller, bus, store))

    @routes.get("/{warning}", summary="One of your visit warnings")
    async def get_warning(warning: WarningId, caller: Worker) -> WarningView:
        found = await store.warnings.get(warning)
        if found is None or not _own(found, caller):
            raise NoSuchWarning
        return await _shown(found, caller, bus, store)

    @routes.post("/{warning}/review", summary="Look at a warning again: it stands until another day")
    async def review(warning: WarningId, body: ReviewBody, caller: Worker) -> WarningView:
        day, word = _review_day(body.review, store.today()), Word(by=caller.sub, at=store.now(), why=body.why)

        def step(one: VisitWarning) -> VisitWarning:
            told = {"review": day, "reason": body.reason or one.reason, "owner": body.owner or one.owner}
            return one.model_copy(update={**told, "words": (*one.words, word), "ended": False})

        return await _changed(warning, step, caller, bus, store)

    @routes.post("/{warning}/end", summary="End a warning")
    async def end(warning: WarningId, body: EndBody, caller: Worker) -> WarningView:
        """Sent again, it gives the same answer; the first reason stays."""
        word = Word(by=caller.sub, at=store.now(), why=body.why)

        def step(one: VisitWarning) -> VisitWarning:
            return one if one.ended else one.model_copy(update={"ended": True, "words": (*one.words, word)})

        return await _changed(warning, step, caller, bus, store)

    return routes


def _id(caller: Caller, key: str | None) -> str:
    """The same for what the same officer sends again."""
    return sha256(f"warning\0{caller.sub}\0{key}".encode()).hexdigest()[:24] if key else new_id()


def _before(given: VisitWarning, made: VisitWarning) -> int:
    """200 for a warning that was given before, which may have been looked at again since."""
    if (given.address, given.words[0].why) != (made.address, made.reason):
        raise KeyUsedTwice
    return 200


def _own(warning: VisitWarning, caller: Caller) -> bool:
    return caller.role == "head of service" or warning.owner == caller.sub or warning.words[0].by == caller.sub


async def _changed(id_: str, step: Callable[[VisitWarning], VisitWarning], caller: Caller, bus: Bus, store: Store) -> WarningView:
    found = await store.warnings.get(id_)
    if found is None or not _own(found, caller):
        raise NoSuchWarning
    after = await store.warnings.change(id_, step, Cause.beginning(new_id()))
    if after is None:
        raise NoSuchWarning
    return await _shown(after, caller, bus, store)


async def _shown(one: VisitWarning, caller: Caller, bus: Bus, store: Store) -> WarningView:
    return (await _all_shown([one], caller, bus, store))[0]


async def _all_shown(found: Sequence[VisitWarning], caller: Caller, bus: Bus, store: Store) -> list[WarningView]:
    """What whoever gave a warning knows is no secret from them; of the others' neither the address nor words that name another."""
    others = [one for one in found if caller.sub not in (one.owner, one.words[0].by)]
    hidden = await kept_confidential(bus, store, others) if others else []
    hides, mask = telling(others, hidden), whole(hidden)
    shown = [warning_view(one, store.today(), hides=one.id in hides) for one in found]
    return [cleared(view, mask) if one in others else view for view, one in zip(shown, found, strict=True)]


def _review_day(day: date, today: date) -> date:
    if not today < day <= today + LONGEST:
        raise HTTPException(422, "review: is a day after today and within a year")
    return day
