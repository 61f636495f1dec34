"""Flags on a child or on a parent of the child."""

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, HTTPException, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.referrals.api import family_views as views
from services.referrals.api.access import Worker, closed, covered
from services.referrals.api.family_access import own_parent
from services.referrals.api.known import Child, Urn, person_of
from services.referrals.api.parent_places import record_of
from services.referrals.api.words_shown import Words
from services.referrals.domain.flags import OF_A_PARENT, Flag, FlagKind, Word
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.one_child import group
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchFlag
from services.referrals.store import Store
from shared.answers import also, problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import ID, PARENT

FlagId = Annotated[str, InPath(pattern=ID, description="As the family shows it.")]
Why = Annotated[str, Field(min_length=1, max_length=2000, description="In words: it is kept with your name.")]


class FlagBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: FlagKind
    parent: Annotated[str, Field(pattern=PARENT)] | None = Field(
        None, description="For `do not contact`: the parent, by record or by place on the roll (`<child>.1`)."
    )
    why: Why
    until: date | None = Field(None, description="The last day on which it stands; without it, until it is lifted.")

    @model_validator(mode="after")
    def _of_whom(self) -> Self:
        if (self.kind == OF_A_PARENT) != (self.parent is not None):
            raise ValueError("`parent` goes with `do not contact`, and with no other kind")
        return self


class LiftBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Why


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["families"], responses=problems(404, 409))

    async def view(flag: Flag, caller: Caller) -> views.FlagView:
        shown = views.flag_view(flag, await covered(caller, store), store.today())
        return await Words(bus, store).shown(shown, flag, caller)

    @routes.post(
        "/schools/{urn}/children/{child}/flags",
        status_code=201,
        responses=also(200, views.FlagView, "It stands already"),
        summary="Set a flag on a child or a parent",
    )
    async def set_flag(urn: Urn, child: Child, body: FlagBody, caller: Worker, response: Response) -> views.FlagView:
        """While it stands no letter goes without a person's yes. Said again, it is the flag that stands (200)."""
        await person_of(urn, child, caller, store, bus)
        if body.until and body.until < store.today():
            raise HTTPException(422, "until: is before today")
        if body.parent is not None:
            body = body.model_copy(update={"parent": await record_of(store, urn, child, body.parent)})
        children = await _children(store, body, urn, child, caller)
        word = Word(by=caller.sub, at=store.now(), why=body.why)
        flag = Flag(id=new_id(), school=urn, child=child, kind=body.kind, parent=body.parent, set=word, until=body.until)
        stands = await store.flags.add(flag, children, Cause.beginning(new_id()))
        if stands.set != word:
            response.status_code = 200
        await note(store, stands, "set a flag", stands.set)
        return await view(stands, caller)

    @routes.post("/flags/{flag}/lift", summary="Lift a flag, with a reason")
    async def lift(flag: FlagId, body: LiftBody, caller: Worker) -> views.FlagView:
        """Sent again, it gives the same answer; the first reason stays."""
        found = await store.flags.get(flag)
        schools = await covered(caller, store)
        if found is None or (schools is not None and found.school not in schools) or found.child in await closed(caller, store):
            raise NoSuchFlag
        word = Word(by=caller.sub, at=store.now(), why=body.why)
        lifted = await store.flags.lift(flag, word, Cause.beginning(new_id()))
        if lifted is None or lifted.lifted is None:
            raise NoSuchFlag
        await note(store, lifted, "lift a flag", lifted.lifted)
        return await view(lifted, caller)

    return routes


async def note(store: Store, flag: Flag, act: str, word: Word) -> None:
    """As a line of the history of the child's cases that were open then. It may be done again: who comes after a crash finds the flag
    written, and not that it was noted."""
    records = group(await store.joins.groups(flag.school, [flag.child]), flag.child)
    cases = [one.id for one in await store.referrals.of_children(flag.school, records, CASE)]

    def noted(case: Referral) -> Referral:
        there = any((line.act, line.by, line.at) == (act, word.by, word.at) for line in case.private.history)
        if there or (case.begun_at and case.begun_at > word.at):
            return case
        return case.noted(act, word.by, word.at, why=word.why, words=flag.kind)

    await store.referrals.change_all(cases, noted, Cause.beginning(new_id()))


async def _children(store: Store, body: FlagBody, urn: str, child: str, caller: Caller) -> set[str]:
    """Every child of the parent who must not be contacted, at whichever school."""
    if body.parent is None:
        return set()
    await own_parent(body.parent, caller, store)
    ties = await store.parents.ties(await store.parents.records_of(body.parent))
    if (body.parent, child, urn) not in {(tie.parent, tie.child, tie.school) for tie in ties}:
        raise HTTPException(404, "this is no parent of the child")
    return {tie.child for tie in ties}
