"""The certificate of attendance over HTTP: what is to be signed, with its check value, and the head teacher's signature."""

from datetime import date
from typing import Annotated, Literal, Self

from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.sharing.acting import Acting, Signing
from services.sharing.api.callers import Signatory, by, known
from services.sharing.api.pack_views import Stands, stands
from services.sharing.domain.certificate import ToSign
from services.sharing.domain.life import State
from services.sharing.errors import NotYours
from services.sharing.preparing import Look, Preparation
from services.sharing.store import Store
from services.sharing.waiting import Waiting
from shared.answers import problems
from shared.auth import Caller
from shared.contracts.enforcement import Ground
from shared.contracts.envelope import Cause
from shared.contracts.referrals import Measure
from shared.identity import new_id
from shared.words import Name

Check = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class ReliedOn(BaseModel):
    day: date
    session: Literal["AM", "PM"]
    code: str


class Certificate(ToSign):
    """What the head teacher is shown."""

    state: State
    measure: Measure
    reason: Ground
    check: str = Field(description="SHA-256 of what is shown: the signature names it.")
    relied_on: tuple[ReliedOn, ...] = Field(description="Of all of these, the sessions on which the measure rests.")
    signatories: tuple[str, ...] = Field(description="Who signs, by role, as the LA's profile says.")


class SignBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    check: Check = Field(description="Of the certificate that was looked at.")
    name: Name = Field(description="Who signs, as it is printed.", examples=["R. Pascoe"])
    role: Name = Field("head teacher", description="As it is printed: one of those who sign, as the LA's profile says.")
    on: date | None = Field(None, description="Of a signature on paper: its day.")
    document: str | None = Field(None, max_length=64, description="Of a signature on paper: its scan, a document of the case.")

    @model_validator(mode="after")
    def _paper(self) -> Self:
        if (self.on is None) != (self.document is None):
            raise ValueError("`on` and `document` belong together: they are of a signature on paper")
        return self


def router(store: Store, preparation: Preparation, acting: Acting, waiting: Waiting) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404, 409))

    @routes.get("/packs/{pack}/certificate", summary="The certificate of attendance and the declaration, as they are to be signed")
    async def get_certificate(pack: str, caller: Signatory) -> Certificate:
        await known(preparation, pack, caller)
        return certificate(*await acting.to_sign(pack, Cause.beginning(new_id())))

    @routes.post("/packs/{pack}/certificate/sign", summary="Sign certificate and declaration: the marks are frozen and the pack is sent")
    async def sign(pack: str, body: SignBody, caller: Signatory, afterwards: BackgroundTasks) -> Stands:
        """The head teacher signs with the school's own token. An officer brings the scan of what was signed on paper: `on` and
        `document`. 409 when marks or declaration changed since `check`: look again. A
        pack that was signed over other marks is a draft again."""
        await known(preparation, pack, caller)
        check_way(caller, body.document)
        who = by(caller, body.name, store.preparing.now(), body.role)
        given = Signing(body.check, body.name, body.role, body.on, body.document)
        held = await acting.sign(pack, who, given, Cause.beginning(new_id()))
        afterwards.add_task(waiting.signed, pack)
        return stands(held)

    return routes


def certificate(look: Look, shown: ToSign) -> Certificate:
    wanted = look.held.work.wanted
    return Certificate(
        **shown.model_dump(),
        check=shown.check_value,
        state=look.held.work.state,
        measure=wanted.measure,
        reason=wanted.ground,
        relied_on=tuple(ReliedOn(**one._asdict()) for one in look.gathered.relied_on),
        signatories=look.gathered.profile.signatories,
    )


def check_way(caller: Caller, document: str | None) -> None:
    """NotYours for a school that brings paper, and for anybody else who signs without."""
    if caller.role == "school" and document:
        raise NotYours("what was signed on paper is brought by the officer, with the case's document")
    if caller.role != "school" and not document:
        raise NotYours("the head teacher signs with the school's own token; of a signature on paper, name `document` and `on`")
