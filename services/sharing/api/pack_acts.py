"""What is done about a pack as a whole, over HTTP: override, check, approve, give up, take up again, supersede."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.sharing.acting import Acting
from services.sharing.api.callers import Approving, Working, by, known
from services.sharing.api.pack_views import Stands, StandsApproved, StandsTakenUp, stands, stands_approved, stands_taken_up
from services.sharing.domain import acts
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.contracts.referrals import Offence
from shared.identity import new_id
from shared.words import Name

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def _sentence(why: str) -> str:
    if len(why) < 10 or len(why.split()) < 2:
        raise ValueError("say it in a sentence, of two words and ten letters at least: it is printed, and the head of service approves it")
    return why


Reason = Annotated[Why, AfterValidator(_sentence)]
"""For what is let pass."""
Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class ByBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="The caller's, as it is printed.", examples=["D. Example"])


class LookedBody(ByBody):
    revision: int | None = Field(None, ge=0, description="Of the pack that was looked at: 409 when something has been changed since.")


class OverrideBody(ByBody):
    rule: Rule = Field(examples=["contacts confirmed"])
    why: Reason = Field(description="It is printed.", examples=["confirmed by telephone on the day of the request"])


class OffenceBody(ByBody):
    offence: Offence = Field(description="Of the Education Act 1996. By s.444(1A) the parent knows of the absence.")


class WhyBody(ByBody):
    why: Why = Field(examples=["the family has moved"])


def router(store: Store, preparation: Preparation, acting: Acting) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404, 409))
    _overrides(routes, store, preparation, acting)
    _offence(routes, store, preparation)
    _checks(routes, store, preparation, acting)
    _ends(routes, store, preparation)
    return routes


def _overrides(routes: APIRouter, store: Store, preparation: Preparation, acting: Acting) -> None:
    @routes.post("/packs/{pack}/overrides", summary="Go on although something is lacking, for a reason that is printed")
    async def override(pack: str, body: OverrideBody, caller: Working) -> Stands:
        """For what is lacking now: what is lacking otherwise later, or for another LA, takes an override of its own. Out of time, wrong age
        and unsigned are overridden by nobody. Takes check, approval and signature away."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands(await acting.override(pack, who, body.rule, body.why, _cause()))

    @routes.delete("/packs/{pack}/overrides/{rule}", summary="Take an override back")
    async def take_back(pack: str, rule: Annotated[str, Path(max_length=80)], caller: Working) -> Stands:
        await known(preparation, pack, caller)
        who = by(caller, caller.sub, store.preparing.now())
        return stands(await preparation.note(pack, lambda work: acts.taken_back(work, who, rule), _cause()))


def _offence(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.post("/packs/{pack}/offence", summary="Say of which offence the prosecution is")
    async def choose(pack: str, body: OffenceBody, caller: Working) -> Stands:
        """It is printed in both volumes, so it takes check, approval and signature away. Refused for a penalty notice."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands(await preparation.note(pack, lambda work: acts.of_offence(work, who, body.offence), _cause()))


def _checks(routes: APIRouter, store: Store, preparation: Preparation, acting: Acting) -> None:
    @routes.post("/packs/{pack}/check", summary="Say that the pack was checked")
    async def check(pack: str, body: LookedBody, caller: Working) -> Stands:
        """Refused while something is lacking that has to be there by now, and when the pack cannot be laid out."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands(await acting.check(pack, who, _cause(), body.revision))

    @routes.post("/packs/{pack}/approve", summary="Approve a checked pack, as the head of service")
    async def approve(pack: str, body: LookedBody, caller: Approving) -> StandsApproved:
        """By another person than the one who checked it. The answer names what was let pass, and why."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands_approved(await acting.approve(pack, who, _cause(), body.revision))


def _ends(routes: APIRouter, store: Store, preparation: Preparation) -> None:
    @routes.post("/packs/{pack}/cancel", summary="Give a pack up before it is sent")
    async def cancel(pack: str, body: WhyBody, caller: Working) -> Stands:
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands(await preparation.note(pack, lambda work: acts.cancelled(work, who, body.why), _cause()))

    @routes.post("/packs/{pack}/take-up", summary="Make a pack that was given up a draft again")
    async def take_up(pack: str, body: WhyBody, caller: Working) -> StandsTakenUp:
        """The same pack in the same edition, since no LA has seen it. What was let pass, checked, approved and certified is so no more; the
        answer names what was let pass."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands_taken_up(await preparation.take_up(pack, who, body.why, _cause()))

    @routes.post("/packs/{pack}/supersede", summary="Begin the next edition of a pack that was sent")
    async def supersede(pack: str, body: WhyBody, caller: Working) -> Stands:
        """A draft with the statement's words, unsigned; `why` is printed in volume A. The pack that was sent is superseded when the next
        edition is sent. Asked again, the answer is the draft that is there, taken up where it had been given up."""
        await known(preparation, pack, caller)
        who = by(caller, body.name, store.preparing.now())
        return stands(await preparation.supersede(pack, who, body.why, _cause()))


def _cause() -> Cause:
    return Cause.beginning(new_id())
