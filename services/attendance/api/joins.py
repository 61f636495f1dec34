"""Which records are one child: said by a named person, with why, and taken back as plainly."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from services.attendance.domain.errors import NoSuchJoin, NotJoined
from services.attendance.domain.joins import State
from services.attendance.store.joins import Joins
from services.attendance.store.joins_read import Join, Said
from services.attendance.store.rolls import Rolls
from shared.answers import problems
from shared.auth import Caller, allow
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import ID, URN
from shared.settings import Settings

PAIR: Final = "^[0-9a-f]{24}-[0-9a-f]{24}$"

Urn = Annotated[str, InPath(pattern=URN, description="The school's unique reference number, six digits.")]
Decider = Annotated[Caller, Depends(allow("head of service"))]
Looker = Annotated[Caller, Depends(allow("head of service", "data protection officer"))]
Why = Annotated[str, Field(min_length=1, max_length=2000, description="In words, for whoever reviews it.")]
Child = Annotated[str, Field(pattern=ID)]


class JoinBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kept: Child = Field(description="The record under which the child is shown from now on.")
    joined: Child = Field(description="The record that is shown with it.")
    why: Why


class ApartBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    children: tuple[Child, Child] = Field(description="Two records that are never to be one child.")
    why: Why


class PartBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Why


def _with_why(body: PartBody | None = None) -> PartBody:
    """Many clients send no body with a DELETE."""
    if body is None:
        raise HTTPException(422, 'send {"why": "..."}: who parts two records says why')
    return body


Parting = Annotated[PartBody, Depends(_with_why)]


class Step(BaseModel):
    at: datetime
    what: State
    by: str = Field(description="Who said it, or the feed that stated it.")
    why: str


class JoinState(BaseModel):
    join: str
    school: str
    children: tuple[str, str]
    state: State
    kept: str | None = Field(description="The record under which the child is, or was, shown.")
    history: list[Step]


class Done(BaseModel):
    join: str


def router(joins: Joins, rolls: Rolls, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix="/v1", responses=problems(404, 409))

    async def both_known(urn: str, children: tuple[str, str]) -> None:
        if set(await rolls.people(urn, children)) != set(children):
            raise HTTPException(404, "this school knows no two such children")

    @routes.post("/schools/{urn}/joins", status_code=201, summary="Two records are one child")
    async def join(urn: Urn, body: JoinBody, caller: Decider) -> Done:
        """Neither record is changed: what is shown, counted and judged is worked out from both, and parting gives each back what was its
        own. 409 says why it cannot be, such as that the two are kept apart."""
        await both_known(urn, (body.kept, body.joined))
        said = Said("joined", caller.sub, body.why)
        try:
            return Done(join=await joins.join(urn, body.kept, body.joined, said, settings.today(), Cause.beginning(new_id())))
        except NotJoined as error:
            raise HTTPException(409, str(error)) from None

    @routes.post("/schools/{urn}/joins/apart", status_code=201, summary="Two records are never one child")
    async def keep_apart(urn: Urn, body: ApartBody, caller: Decider) -> Done:
        """For ever: nobody and no file joins them afterwards, and nothing undoes it. Parts them where they are joined."""
        await both_known(urn, body.children)
        said = Said("kept apart", caller.sub, body.why)
        try:
            names = await rolls.names_of(urn, body.children)
            return Done(join=await joins.keep_apart(urn, names, said, settings.today(), Cause.beginning(new_id())))
        except NotJoined as error:
            raise HTTPException(409, str(error)) from None

    @routes.delete("/schools/{urn}/joins/{join}", summary="Two joined records are two children again")
    async def part(urn: Urn, join: Annotated[str, InPath(pattern=PAIR)], caller: Decider, body: Parting) -> Done:
        """No file joins them again; a person may."""
        try:
            await joins.part(urn, join, Said("parted", caller.sub, body.why), settings.today(), Cause.beginning(new_id()))
        except NoSuchJoin:
            raise HTTPException(404, "there are no two such records that are joined") from None
        return Done(join=join)

    @routes.get("/schools/{urn}/joins", summary="What has been said of two records: joined, parted, kept apart")
    async def get_joins(urn: Urn, _: Looker) -> list[JoinState]:
        return [_shown(urn, one) for one in await joins.of_school(urn)]

    return routes


def _shown(urn: str, join: Join) -> JoinState:
    return JoinState(
        join=join.id,
        school=urn,
        children=join.pair.children,
        state=join.pair.state,
        kept=join.pair.kept,
        history=[Step(at=at, what=said.what, by=said.by, why=said.why) for at, said in join.history],
    )
