"""The certificate of attendance over HTTP: what is to be signed, with its check value, and the head teacher's signature."""

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.sharing.api.callers import Signing, by, known
from services.sharing.api.pack_views import Stands, stands
from services.sharing.domain.certificate import ToSign, check_signatory, signed, to_sign
from services.sharing.domain.life import State
from services.sharing.domain.signing import in_the_system, on_paper
from services.sharing.domain.work import Work
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


class Certificate(ToSign):
    """What the head teacher is shown."""

    state: State
    name: str = Field(description="The child's, as on the roll.")
    measure: Measure
    reason: Ground
    check: str = Field(description="SHA-256 of what is shown: the signature names it.")


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


def router(store: Store, preparation: Preparation, waiting: Waiting) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404, 409))

    @routes.get("/packs/{pack}/certificate", summary="The certificate of attendance and the declaration, as they are to be signed")
    async def get_certificate(pack: str, caller: Signing) -> Certificate:
        await known(preparation, pack, caller)
        look = await preparation.look(pack, Cause.beginning(new_id()))
        shown, person = _shown(look), look.material.person
        name = f"{person.forename or ''} {person.surname or ''}".strip()
        wanted = look.held.work.wanted
        return Certificate(
            **shown.model_dump(),
            check=shown.check_value,
            state=look.held.work.state,
            name=name,
            measure=wanted.measure,
            reason=wanted.ground,
        )

    @routes.post("/packs/{pack}/certificate/sign", summary="Sign certificate and declaration: the marks are frozen and the pack is sent")
    async def sign(pack: str, body: SignBody, caller: Signing, afterwards: BackgroundTasks) -> Stands:
        """The head teacher signs with the school's own token. An officer brings the scan of what was signed on paper: `on` and
        `document`. 409 when marks or declaration changed since `check`: look again. A
        pack that was signed over other marks is a draft again."""
        await known(preparation, pack, caller)
        _check_way(body, caller)
        today = preparation.settings.today()

        def do(look: Look) -> Work:
            check_signatory(body.role, look.gathered.profile.signatories)
            signature = in_the_system(body.name, body.role, today)
            if body.document and body.on:
                signature = on_paper(body.name, body.role, body.on, body.document, look.material.case)
            who = by(caller, body.name, store.preparing.now(), body.role)
            register, items = look.material.marks, look.material.items
            return signed(look.held.work, who, _shown(look), register, items, check=body.check, signature=signature, today=today)

        held = await preparation.act(pack, do, Cause.beginning(new_id()))
        afterwards.add_task(waiting.signed, pack)
        return stands(held)

    return routes


def _shown(look: Look) -> ToSign:
    work = look.held.work
    parent = work.against.name if work.against else ""
    return to_sign(look.held.pack.pack, work.wanted, parent, look.material.marks, look.gathered.profile.declaration)


def _check_way(body: SignBody, caller: Caller) -> None:
    if caller.role == "school" and body.document:
        raise NotYours("what was signed on paper is brought by the officer, with the case's document")
    if caller.role != "school" and not body.document:
        raise NotYours("the head teacher signs with the school's own token; of a signature on paper, name `document` and `on`")
