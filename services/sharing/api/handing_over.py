"""A pack for a Local Authority (LA) that receives by hand, over HTTP: how it is laid out, and that it was handed over."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.sharing.api.callers import Working, by, known
from services.sharing.api.pack_views import Stands, stands
from services.sharing.domain.export import laid_out
from services.sharing.domain.heard import Day, Reference
from services.sharing.domain.work import HandedOver
from services.sharing.errors import NotPossibleNow
from services.sharing.preparing import Preparation
from services.sharing.sending import Sending
from services.sharing.store import Store
from services.sharing.store.files import SentFile
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.words import Name

Way = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class PartShown(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    files: tuple[str, ...]


class ExportShown(BaseModel):
    """The files as they are, or were, handed over, in parts of the size that the LA takes."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    authority: str
    form: str = Field(description="`files`, or `zip`: an archive for each part.")
    parts: tuple[PartShown, ...]
    too_large: tuple[str, ...] = Field(description="Files that are larger than the LA takes, whatever is done.")
    files: tuple[SentFile, ...]


class HandedOverBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    way: Way = Field(examples=["secure e-mail", "the LA's upload page"])
    recipient: Name = Field(examples=["Attendance Enforcement Team"])
    on: Day | None = Field(None, description="The day; today by default.")
    reference: Reference | None = Field(None, description="What the LA gave in return.")
    name: Name = Field(description="The caller's.", examples=["T. Okafor"])


def router(store: Store, preparation: Preparation, sending: Sending) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"], responses=problems(404, 409))

    @routes.get("/packs/{pack}/export", summary="How a pack is laid out for an LA that receives by hand")
    async def export(pack: str, caller: Working) -> ExportShown:
        """Of a signed pack. Each file is at `/v1/packs/{pack}/files/{name}`."""
        held = await known(preparation, pack, caller)
        if not store.files.listed(held.document):
            if held.work.state != "waiting":
                raise NotPossibleNow(f"the pack is {held.work.state}: it is exported once it is signed")
            await sending.send(pack, Cause.beginning(new_id()))
            held = await preparation.held(pack)
        files = store.files.listed(held.document)
        if not files:
            raise NotPossibleNow("its files are not made yet: `iewo packs show` says what it waits for")
        delivery = preparation.gathering.profiles.of(held.pack.authority, preparation.settings.today()).delivery
        layout = laid_out(pack, {file.name: file.size for file in files}, delivery)
        parts = tuple(PartShown(name=one.name, files=one.files) for one in layout.parts)
        told = {"form": layout.form, "parts": parts, "too_large": layout.too_large, "files": files}
        return ExportShown(pack=pack, authority=held.pack.authority, **told)

    @routes.post("/packs/{pack}/handed-over", summary="Note how a pack came to an LA that receives by hand: then it is sent")
    async def handed_over(pack: str, body: HandedOverBody, caller: Working) -> Stands:
        await known(preparation, pack, caller)
        how = HandedOver(way=body.way, recipient=body.recipient, on=body.on or store.preparing.today(), reference=body.reference)
        who = by(caller, body.name, store.preparing.now())
        return stands(await sending.hand_over(pack, who, how, Cause.beginning(new_id())))

    return routes
