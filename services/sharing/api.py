"""What `sharing` does when an HTTP request arrives."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Query, Response
from fastapi import Path as InPath
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.sharing.domain.fetched import State
from services.sharing.domain.waiting import why
from services.sharing.store import Authority, Files, Pack, Store
from services.sharing.waiting import Waiting
from shared import parcel
from shared.answers import also, problems
from shared.auth import Caller, allow
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document
from shared.patterns import ACCOUNT, AUTHORITY, URN
from shared.words import Name

Code = Annotated[str, InPath(pattern=AUTHORITY, description="The LA's three-digit code.")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Operator = Annotated[Caller, Depends(allow("operator"))]
Staff = Annotated[Caller, Depends(allow("officer", "head of service", "operator", "data protection officer"))]
Following = Annotated[Caller, Depends(allow("officer", "head of service", "operator"))]
Reading = Annotated[Caller, Depends(allow("officer", "head of service"))]
Protecting = Annotated[Caller, Depends(allow("data protection officer"))]

SEES_ALL = ("operator", "head of service")
ABOUT_A_CHILD = {"child", "case", "request"}
"""Which an operator has no need to see."""
PRIVATE = {"Cache-Control": "no-store"}


def _usable(key: str) -> str:
    try:
        parcel.close(b"", key, "", "")
    except parcel.NotAParcelKey:
        raise ValueError("not an X25519 public key: 32 bytes as base64") from None
    return key


class AuthorityIn(BaseModel):
    """What an operator says of an LA; a key or account not told stays as it was."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    public_key: Annotated[str, AfterValidator(_usable)] | None = Field(None, description="X25519, 32 bytes as base64.")
    account: str | None = Field(None, pattern=ACCOUNT, description="Public key of the LA's account on the bus.")


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


class Disclosure(BaseModel):
    """A row of the log."""

    model_config = ConfigDict(extra="forbid")

    disclosure: str
    at: datetime
    state: Literal["made", "refused"]
    school: str
    child: str
    authority: str
    requested_by: str
    request: str
    case: str
    agency: str
    purpose: str
    categories: list[str]
    bases: dict[str, str] = Field(description="By category, the lawful basis on which it was told.")
    refused: list[str] = Field(description="Categories that nothing allows.")
    policy: int = Field(description="Version of the table of what may be told to whom.")
    pack: str | None = None


def router(store: Store, waiting: Waiting) -> APIRouter:
    routes = APIRouter(prefix="/v1")
    _authorities(routes, store, waiting)
    _packs(routes, store)
    _files(routes, store)
    _disclosures(routes, store)
    return routes


def _authorities(routes: APIRouter, store: Store, waiting: Waiting) -> None:
    @routes.put(
        "/authorities/{code}",
        responses={**also(201, Authority, "It was not known before"), **problems(409)},
        summary="Add an LA or change what is known of it",
    )
    async def put_authority(code: Code, told: AuthorityIn, _: Operator, response: Response, afterwards: BackgroundTasks) -> Authority:
        """Makes no credentials: `iewo authority add` does, and sends the public key and account here.

        Packs for an LA that is unknown or has no key wait, in state `waiting`; those that wait are sent as soon as the key is here.
        """
        authority, new = await store.put_authority(code, told.model_dump(exclude_none=True), Cause.beginning(new_id()))
        response.status_code = 201 if new else 200
        if told.public_key:
            afterwards.add_task(waiting.key_came, code)
        return authority

    @routes.get("/authorities", summary="The LAs")
    async def get_authorities(_: Staff) -> list[Authority]:
        return await store.authorities()


def _packs(routes: APIRouter, store: Store) -> None:
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
        return [_shown(pack, caller) for pack in await _explained(await store.packs(_schools(caller, school), case, state), store)]

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
        files = store.files(document)
        hashes = {"pack.json": _hash(files.document), "pack.pdf": _hash(files.pdf)}
        return _shown(found, caller).model_copy(update={"sha256": hashes})


def _files(routes: APIRouter, store: Store) -> None:
    async def files(pack: str, caller: Caller) -> Files:
        found, document = await _known(store, pack, caller)
        if found.state == "waiting":
            raise HTTPException(409, f"the pack waits: {(await _explained([found], store))[0].reason}")
        return store.files(document)

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


def _disclosures(routes: APIRouter, store: Store) -> None:
    @routes.get(
        "/disclosures", response_model_exclude_unset=True, summary="The disclosure log: what was told to whom, or refused, on which basis"
    )
    async def get_disclosures(
        _: Protecting,
        child: str | None = None,
        first: Annotated[Day | None, Query(alias="from", description="First day, included.")] = None,
        last: Annotated[Day | None, Query(alias="to", description="Last day, included; today by default.")] = None,
    ) -> list[Disclosure]:
        return [Disclosure(**row) for row in await store.disclosures(child, first, last)]


def _schools(caller: Caller, school: str | None) -> list[str] | None:
    """The schools to look in: None for all. An officer is held to the schools of the token."""
    everywhere = caller.role in SEES_ALL or caller.covers("*")
    if school is not None:
        return [school] if everywhere or caller.covers(school) else []
    return None if everywhere else list(caller.schools)


async def _known(store: Store, pack: str, caller: Caller) -> tuple[Pack, Document]:
    """The pack, if there is one of a school that the caller covers; 404 either way otherwise."""
    found = await store.pack(pack)
    if found is None or not (caller.role in SEES_ALL or caller.covers(found[0].school)):
        raise HTTPException(404, "there is no such pack of a school of yours")
    return found


async def _explained(packs: Sequence[Pack], store: Store) -> list[Pack]:
    """With the reason of each that waits."""
    if all(pack.state != "waiting" for pack in packs):
        return list(packs)
    ready = {authority.code for authority in await store.authorities() if authority.public_key}
    reasons = {pack.pack: why(pack.authority, pack.authority in ready) for pack in packs if pack.state == "waiting"}
    return [pack.model_copy(update={"reason": reasons.get(pack.pack)}) for pack in packs]


def _shown(pack: Pack, caller: Caller) -> PackState:
    return PackState(**pack.model_dump(exclude=ABOUT_A_CHILD if caller.role == "operator" else None))


def _file(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The file itself", "content": {media_type: {"schema": schema}}}}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
