"""Who calls over HTTP: a bearer token (JWT) whose signature, issuer and times are checked against the keys of a JWKS, or, where the
service takes them, the key of a school's credential.

A token says a role and whom it stands for; what the role may do is each endpoint's own `allow(...)`.
"""

import json
import time
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.types import Scope

from shared.recent import Recent

Role = Literal["school", "officer", "head of service", "business support", "data protection officer", "la", "operator"]

_KNOWN = "iewo.caller"
BELIEVED = 30.0
"""Seconds for which a token that was checked is not checked again: a key that is withdrawn may be good for so long."""
KEYS_AGE = 300.0
"""Seconds for which the JWKS is kept before it is read again."""
KEY_PREFIX = "iewo_"
"""With which the key of a school's credential begins, and no JWT does."""
ALGORITHMS = ["Ed25519", "ES256", "RS256"]


class Caller(BaseModel):
    """A verified token's claims."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: str
    """An officer's id, a school's credential, a person's account."""
    role: Role
    schools: tuple[str, ...] = ()
    """URNs that the token stands for; `*` is every school."""
    authority: str | None = None

    def covers(self, urn: str) -> bool:
        return urn in self.schools or "*" in self.schools


KeyCheck = Callable[[str], Awaitable[Caller | None]]
"""Who calls with a school's key; None for one that is good for nothing. A service that takes keys has one as `app.state.school_keys`."""


Admission = Callable[[Caller], Awaitable[None]]
"""A service's last word on a caller whose token and role are right: it raises what is to be answered to one who is not let in. A service
that has such a word keeps it as `app.state.admission`."""


class Gate:
    """Checks tokens. The keys are read when first needed and again after `KEYS_AGE`, or at once for a key id not known."""

    def __init__(self, jwks: str, issuer: str) -> None:
        self._jwks = jwks
        self._issuer = issuer
        self._keys: KeySet | None = None
        self._read_at = 0.0
        self._believed: Recent[str, tuple[float, Caller]] = Recent(BELIEVED)

    def check(self, token: str) -> Caller:
        """ValueError, without a word of the token, when it is not to be believed."""
        caller, until = self._verified(token)
        self._believed.keep(token, (until, caller))
        return caller

    def believed(self, token: str) -> Caller | None:
        """Who calls, if the token was checked less than `BELIEVED` seconds ago and is still good."""
        known = self._believed.get(token)
        return known[1] if known and known[0] > time.time() else None

    def _verified(self, token: str) -> tuple[Caller, float]:
        for fresh in (False, True):
            try:
                claims = jwt.decode(token, self._key_set(fresh=fresh), algorithms=ALGORITHMS).claims
                jwt.JWTClaimsRegistry(
                    iss={"essential": True, "value": self._issuer}, exp={"essential": True}, sub={"essential": True}
                ).validate(claims)
                return Caller.model_validate(claims), float(claims["exp"])
            except ValidationError:
                break
            except (JoseError, ValueError):
                if fresh or time.monotonic() - self._read_at < 1:
                    break
        raise ValueError("the token is not valid here")

    def _key_set(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh or time.monotonic() - self._read_at > KEYS_AGE:
            self._keys = KeySet.import_key_set(json.loads(_read(self._jwks)))
            self._read_at = time.monotonic()
        return self._keys


CHALLENGE = {"WWW-Authenticate": "Bearer"}


def _read(where: str) -> bytes:
    if where.startswith("https://"):
        with urllib.request.urlopen(where, timeout=5) as answer:
            content: bytes = answer.read()
            return content
    return Path(where).read_bytes()


BEARER = HTTPBearer(
    bearerFormat="JWT",
    auto_error=False,
    description="A token of the identity provider (`iewo token` makes one to try with); `attendance` and `referrals` take a school's key.",
)


def is_known(scope: Scope) -> bool:
    """Whether the caller of a request has been verified by now."""
    return _KNOWN in scope


async def caller(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Caller:
    """The verified caller of a request; 401 with what to do otherwise."""
    found = await _verified(request, sent)
    request.scope[_KNOWN] = True
    return found


async def _verified(request: Request, sent: HTTPAuthorizationCredentials | None) -> Caller:
    if sent is None or not sent.credentials:
        raise HTTPException(401, "send a bearer token in the Authorization header", CHALLENGE)
    if sent.credentials.startswith(KEY_PREFIX):
        return await _key_holder(request, sent.credentials)
    gate: Gate = request.app.state.gate
    try:
        if known := gate.believed(sent.credentials):
            return known
        return await run_in_threadpool(gate.check, sent.credentials)  # the keys may have to be fetched
    except ValueError as error:
        raise HTTPException(401, f"{error}: it is expired, signed by another key or for another issuer", CHALLENGE) from None


async def _key_holder(request: Request, key: str) -> Caller:
    check: KeyCheck | None = getattr(request.app.state, "school_keys", None)
    if check is None:
        raise HTTPException(401, "this service takes no school's key, only a token of the identity provider", CHALLENGE)
    known = await check(key)
    if known is None:
        raise HTTPException(401, "the school's key is not valid here: it was revoked or replaced; ask for a new code", CHALLENGE)
    return known


def allow(*roles: Role) -> Callable[[Request, Caller], Awaitable[Caller]]:
    """A dependency that lets these roles in; 403 names those that may, and the caller's own."""

    async def check(request: Request, caller: Annotated[Caller, Depends(caller)]) -> Caller:
        if caller.role not in roles:
            raise HTTPException(403, f"this is for: {', '.join(roles)}; the caller is: {caller.role}")
        admission: Admission | None = getattr(request.app.state, "admission", None)
        if admission is not None:
            await admission(caller)
        return caller

    check.roles = roles  # type: ignore[attr-defined]  # read where the table of roles is written
    return check
