"""Noting for a list of packs that Local Authorities (LAs) were asked which notices to the parent they know of, over HTTP."""

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.acting import Acting
from services.sharing.api.callers import Working, by
from services.sharing.api.notice_histories import CodeOf
from services.sharing.api.pack_lists import MOST, InOrder, Lists, OfOne, PackId
from services.sharing.domain.heard import Day
from services.sharing.domain.history import History, Question, still_to_ask
from services.sharing.preparing import Look, Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.words import Name


class AskedListBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    packs: Annotated[list[PackId], Field(min_length=1, max_length=MOST)]
    authority: CodeOf | None = Field(
        None, description="The LA that was asked; by default each that is to be asked for the pack and has not been."
    )
    on: Day | None = Field(None, description="The day on which they were asked; today by default.")
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])


class AskedOfOne(OfOne):
    noted: bool = Field(description="Whether a question was noted; not where each LA has been asked already, or none has to be.")


class AskedAnswers(InOrder[AskedOfOne]):
    """In the order of the list."""


def router(store: Store, preparation: Preparation, acting: Acting) -> APIRouter:
    routes = APIRouter(prefix="/v1/packs", tags=["lists of packs"], responses=problems())
    lists = Lists(preparation, acting)

    @routes.post("/history-asked", summary="Note for a list of packs that LAs were asked which notices they know of")
    async def asked(body: AskedListBody, caller: Working) -> AskedAnswers:
        """One in which each has been asked already, or nobody has to be, stays as it is, and is done. It says nothing of an answer."""
        who, on = by(caller, body.name, store.preparing.now()), body.on or store.preparing.today()
        if on > store.preparing.today():
            raise HTTPException(422, "`on` is not after today")
        noted: set[str] = set()

        async def one(pack: str) -> Held:
            cause = Cause.beginning(new_id())
            look = await preparation.look(pack, cause)
            parent = look.held.work.wanted.parent if look.material.case.parent is None else look.material.case.parent.parent
            questions = [Question(authority=code, parent=parent, asked_on=on, by=who) for code in _whom(look, body.authority)]
            changed = await store.histories.change(
                look.held.pack.school, look.held.pack.child, lambda held: _asking(held, questions), cause
            )
            if changed.after != changed.before:
                noted.add(pack)
            return look.held

        came = await lists.answered(body.packs, caller, one)
        packs = [AskedOfOne(**dict(answer), noted=answer.pack in noted) for answer in came.packs]
        return AskedAnswers(done=came.done, refused=came.refused, packs=packs)

    return routes


def _whom(look: Look, said: str | None) -> Sequence[str]:
    if said:
        return [said]
    wanted, material = look.held.work.wanted, look.material
    rule = look.gathered.profile.rules(wanted.measure, wanted.ground).notice_history_confirmed
    return still_to_ask(material.notices, material.created - timedelta(days=rule.days)) if rule.required else ()


def _asking(held: History, questions: Sequence[Question]) -> History:
    return reduce(History.asking, questions, held)
