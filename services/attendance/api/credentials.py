"""A school's credentials: invited by an operator, made, looked at, rotated and revoked by the school."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, ConfigDict, Field

from services.attendance.domain.credential import WrongCodes
from services.attendance.store.credentials import Credential, Credentials, Spent
from services.attendance.store.schools import Schools
from shared.answers import problems
from shared.auth import BEARER, Caller, allow
from shared.patterns import ID, URN
from shared.words import Name

Urn = Annotated[str, InPath(pattern=URN, description="The school's unique reference number, six digits.")]
Id = Annotated[str, InPath(pattern=ID, description="The credential's id.")]
Inviter = Annotated[Caller, Depends(allow("operator", "head of service"))]
Holder = Annotated[Caller, Depends(allow("school", "operator", "head of service"))]


NO_CODE = "there is no such code: it is mistyped, used already or more than a week old; ask for a new one"


class Invite(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schools: tuple[Annotated[str, Field(pattern=URN)], ...] = Field(min_length=1, max_length=200, description="URNs; of a trust, several.")


class Join(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(max_length=100)
    name: Name = Field(description="What the school calls this credential: the machine or program that uses it, not a person.")


class Invited(Credential):
    code: str = Field(description="Shown this once. Good once, until `expires`.")


class Made(Credential):
    key: str = Field(description="Shown this once: the bearer token of the school's requests.")


def router(credentials: Credentials, schools: Schools) -> APIRouter:
    routes = APIRouter(prefix="/v1")
    _making(routes, credentials, schools)
    _keeping(routes, credentials, schools)
    return routes


def _making(routes: APIRouter, credentials: Credentials, schools: Schools) -> None:
    wrong = WrongCodes()

    @routes.post("/invitations", status_code=201, responses=problems(404), summary="A one-time code for a school's credential")
    async def invite(said: Invite, _: Inviter) -> Invited:
        known = await schools.all()
        if unknown := sorted(set(said.schools) - known.keys()):
            raise HTTPException(404, f"not known here: {', '.join(unknown)}; add a school first")
        code, invitation = await credentials.invite(said.schools)
        return Invited(**invitation.model_dump(), code=code)

    @routes.post("/credentials", status_code=201, responses=problems(404, 429), summary="Make a credential of a one-time code")
    async def join(said: Join, request: Request) -> Made:
        """Needs no token: the code is one. A good code is taken from wherever it comes; only wrong ones are counted."""
        address, now = request.client.host if request.client else "", time.monotonic()
        try:
            made = await credentials.join(said.code, said.name)
        except Spent:
            raise HTTPException(404, NO_CODE) from None
        if made is None:
            if seconds := wrong.wait(address, now):
                wait = int(seconds) + 1
                raise HTTPException(429, f"too many wrong codes from here: try again in {wait} seconds", {"Retry-After": str(wait)})
            wrong.add(address, now)
            raise HTTPException(404, NO_CODE)
        key, credential = made
        return Made(**credential.model_dump(), key=key)


def _keeping(routes: APIRouter, credentials: Credentials, schools: Schools) -> None:
    @routes.get("/schools/{urn}/credentials", responses=problems(404), summary="Who may push for a school, and when they last did")
    async def of_school(urn: Urn, caller: Holder) -> list[Credential]:
        if await schools.get(urn) is None or not _covers(caller, (urn,)):
            raise HTTPException(404, "there is no such school of yours")
        return await credentials.of_school(urn)

    @routes.post("/credentials/{credential}/rotate", responses=problems(404, 409), summary="A new key in the place of the old one")
    async def rotate(credential: Id, caller: Holder, sent: Annotated[HTTPAuthorizationCredentials, Depends(BEARER)]) -> Made:
        """The old key ends at once, or with another replica of the service within ten seconds. 409 where somebody else has rotated it
        meanwhile: their key is the one that is good."""
        await _theirs(credentials, credential, caller)
        own = caller.sub == f"credential {credential}"
        rotated = await credentials.rotate(credential, sent.credentials if own else None)
        if rotated is None:
            raise HTTPException(409, "it is not active, so it has no key to be rotated: ask for a new code")
        key, now = rotated
        return Made(**now.model_dump(), key=key)

    @routes.delete("/credentials/{credential}", responses=problems(404), summary="Revoke a credential or an invitation")
    async def revoke(credential: Id, caller: Holder) -> Credential:
        """Its key ends at once, or with another replica of the service within ten seconds."""
        await _theirs(credentials, credential, caller)
        revoked = await credentials.revoke(credential)
        if revoked is None:
            raise HTTPException(404, "there is no such credential of yours")
        return revoked


def _covers(caller: Caller, urns: tuple[str, ...]) -> bool:
    return caller.role in ("operator", "head of service") or all(map(caller.covers, urns))


async def _theirs(credentials: Credentials, credential: str, caller: Caller) -> None:
    """404 unless there is one and the caller covers all of its schools: one school does not end its trust's credential."""
    known = await credentials.get(credential)
    if known is None or not _covers(caller, known.schools):
        raise HTTPException(404, "there is no such credential of yours, or it stands for other schools too: ask your operator")
