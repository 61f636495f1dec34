"""Enforcement packs over HTTP: how far each has come, and its files as they were sent."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import SEES_ALL, Following, Reading, schools_of
from services.sharing.domain.fetched import State
from services.sharing.domain.waiting import why
from services.sharing.store import Store
from services.sharing.store.packs import Files, Pack
from shared.answers import problems
from shared.auth import Caller
from shared.mongo import Document
from shared.patterns import URN

ABOUT_A_CHILD = {"child", "case", "request"}
"""Which an operator has no need to see."""
PRIVATE = {"Cache-Control": "no-store"}


class PackState(BaseModel):
    """A pack, from the moment of the request. An operator is not shown whom it is about."""

    model_config = ConfigDict(extra="forbid")

    pack: str
    request: str | None = None
    case: str | None = None
    school: str
    child: str | None = None
    authority: str
    state: State
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    fetched_at: datetime | None = None
    reason: str | None = Field(None, description="Why it waits.")
    sha256: dict[Literal["pack.json", "pack.pdf"], str] | None = Field(None, description="Of its files, once they are sent.")


def router(store: Store) -> APIRouter:
    routes = APIRouter(prefix="/v1")
    _states(routes, store)
    _files(routes, store)
    return routes


def _states(routes: APIRouter, store: Store) -> None:
    @routes.get(
        "/packs", response_model_exclude_unset=True, summary="Enforcement packs of the schools that the caller covers, the latest first"
    )
    async def get_packs(
        caller: Following,
        case: str | None = None,
        school: Annotated[str | None, Query(pattern=URN, description="Of this school (URN) only.")] = None,
        state: State | None = None,
    ) -> list[PackState]:
        """A pack is here from the moment of the request: in state `waiting`, with the reason, until it is on its way."""
        return [
            _shown(pack, caller) for pack in await _explained(await store.packs.of_schools(schools_of(caller, school), case, state), store)
        ]

    @routes.get(
        "/packs/{pack}",
        response_model_exclude_unset=True,
        responses=problems(404),
        summary="A pack: its state, times, authority, and what its files hash to",
    )
    async def get_pack(pack: str, caller: Following) -> PackState:
        found, document = await _known(store, pack, caller)
        if found.state == "waiting" or caller.role == "operator":
            return _shown((await _explained([found], store))[0], caller)
        files = store.packs.files(document)
        hashes = {"pack.json": _hash(files.document), "pack.pdf": _hash(files.pdf)}
        return _shown(found, caller).model_copy(update={"sha256": hashes})


def _files(routes: APIRouter, store: Store) -> None:
    async def files(pack: str, caller: Caller) -> Files:
        found, document = await _known(store, pack, caller)
        if found.state == "waiting":
            raise HTTPException(409, f"the pack waits: {(await _explained([found], store))[0].reason}")
        return store.packs.files(document)

    @routes.get(
        "/packs/{pack}/pack.json",
        response_class=Response,
        responses={**_file("application/json", {"type": "object"}), **problems(404, 409)},
        summary="The pack's document, byte for byte as it was sent",
    )
    async def get_document(pack: str, caller: Reading) -> Response:
        return Response((await files(pack, caller)).document, media_type="application/json", headers=PRIVATE)

    @routes.get(
        "/packs/{pack}/pack.pdf",
        response_class=Response,
        responses={**_file("application/pdf", {"type": "string", "format": "binary"}), **problems(404, 409)},
        summary="The pack's PDF, byte for byte as it was sent",
    )
    async def get_pdf(pack: str, caller: Reading) -> Response:
        return Response((await files(pack, caller)).pdf, media_type="application/pdf", headers=PRIVATE)


async def _known(store: Store, pack: str, caller: Caller) -> tuple[Pack, Document]:
    """The pack, if there is one of a school that the caller covers; 404 either way otherwise."""
    found = await store.packs.get(pack)
    if found is None or not (caller.role in SEES_ALL or caller.covers(found[0].school)):
        raise HTTPException(404, "there is no such pack of a school of yours")
    return found


async def _explained(packs: Sequence[Pack], store: Store) -> list[Pack]:
    """With the reason of each that waits."""
    if all(pack.state != "waiting" for pack in packs):
        return list(packs)
    ready = {authority.code for authority in await store.authorities.all() if authority.public_key}
    reasons = {pack.pack: why(pack.authority, pack.authority in ready) for pack in packs if pack.state == "waiting"}
    return [pack.model_copy(update={"reason": reasons.get(pack.pack)}) for pack in packs]


def _shown(pack: Pack, caller: Caller) -> PackState:
    return PackState(**pack.model_dump(exclude=ABOUT_A_CHILD if caller.role == "operator" else None))


def _file(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The file itself", "content": {media_type: {"schema": schema}}}}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
