"""A Local Authority's words on many packs at once, as a CSV file over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import WORK, by, known
from services.sharing.api.la_callers import Code, check_own, of_authority
from services.sharing.outcomes import Outcomes
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.answers import problems
from shared.auth import Caller, allow
from shared.words import Name

Telling = Annotated[Caller, Depends(allow("la", *WORK))]
LARGEST = 1_000_000


class RowRefused(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)

    line: int
    field: str = Field(description="The column, as the file calls it.")
    reason: str


class OutcomesReceipt(BaseModel):
    """What became of each row. A refused row is told by line, field and reason, never by what stands in it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    rows: int
    heard: int = Field(description="Rows that said something new.")
    known: int = Field(description="Rows that said what was known: the same file again says nothing new.")
    struck: int = Field(description="Rows that said what a file had said before and a person struck: they are passed over.")
    refused: tuple[RowRefused, ...]
    doubtful: tuple[RowRefused, ...] = Field(
        description="Rows taken in that name sessions which the certificate does not bear out, a payment without a notice, or what came of "
        "a pack that was declined."
    )
    unread: tuple[int, ...] = Field(description="Positions of columns that are not read; the first is 1.")


def router(store: Store, preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"])
    body = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}

    @routes.post(
        "/authorities/{code}/outcomes",
        responses=problems(404, 413),
        openapi_extra=body,
        summary="Take in a file of what an LA says of packs",
    )
    async def take_in(
        code: Code, request: Request, caller: Telling, name: Annotated[Name, Query(description="The caller's.")]
    ) -> OutcomesReceipt:
        """By the LA itself, of its own packs, or by who got the file from it, of packs of the schools that they cover."""
        la = caller.role == "la"
        if la:
            check_own(code, caller)

        async def may(held: Held) -> None:
            pack = held.pack.pack
            await (of_authority(store, code, pack, caller) if la else known(preparation, pack, caller))

        who = by(caller, name, store.preparing.now(), "Local Authority" if la else None)
        content = await content_of(request)
        receipt = await Outcomes(store).take_in(code, content, who, "the LA itself" if la else "a file", may)
        return OutcomesReceipt.model_validate(receipt)

    return routes


async def content_of(request: Request) -> bytes:
    """A file of an LA's words. 413 beyond `LARGEST`."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST:
            raise HTTPException(413, "larger than 1 MB: send it in parts")
    return bytes(content)
