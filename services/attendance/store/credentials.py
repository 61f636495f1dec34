"""Credentials of schools: `credential` documents, which name no person and are never disposed of; what is secret stands as a hash.

A document is an invitation first and becomes the credential in one write, so that a code is good once.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from services.attendance.domain.credential import (
    CODE_BYTES,
    CODE_DAYS,
    SECRET_BYTES,
    code_hash,
    code_of,
    key_of,
)
from shared.auth import Caller
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.identity import new_id
from shared.mongo import Document
from shared.recent import Recent
from shared.school_keys import credential_of, key_hash
from shared.store import Change, Documents
from shared.tries import tries

KEY_AGE = 10.0
"""Seconds for which a key that was good is good without looking again: revoking it takes so long at most."""

SPENT_AGE = 600.0
"""Seconds for which a code that was used here is told from one that never was."""

KEYS = 10_000
"""Keys remembered; some 300 bytes each."""

_NO_KEY = "0" * 64


class Spent(Exception):
    """Somebody else was faster with the same code."""


class Credential(BaseModel):
    credential: str
    schools: tuple[str, ...] = Field(description="URNs that it stands for.")
    name: str | None = Field(description="What the school calls it; null while nobody has used the code.")
    state: Literal["invited", "active", "revoked"]
    made: datetime
    used: date | None = Field(description="The day on which it was last used.")
    expires: datetime | None = Field(description="Of an invitation: until when its code is good.")


class Credentials:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._good: Recent[str, tuple[str, ...]] = Recent(KEY_AGE, KEYS)
        self._spent: Recent[str, bool] = Recent(SPENT_AGE, KEYS)

    async def invite(self, schools: Sequence[str]) -> tuple[str, Credential]:
        """The code, which is kept nowhere, and the invitation."""
        code, id_, now = code_of(secrets.token_bytes(CODE_BYTES)), new_id(), self._documents.now()
        document = {
            "_id": f"credential:{id_}",
            "kind": "credential",
            "schools": sorted(set(schools)),
            "state": "invited",
            "made": now,
            "code": code_hash(code),
            "expires": now + timedelta(days=CODE_DAYS),
            "version": 0,
        }
        return code, _read(await self._documents.write(Change(document), Cause.beginning(id_)))

    async def join(self, code: str, name: str) -> tuple[str, Credential] | None:
        """The key, which is kept nowhere, and the credential; None for a code that is wrong, used or too old. Spent where it was used a
        moment ago."""
        hashed, now = code_hash(code), self._documents.now()
        found = await self._documents.find("credential", {"state": "invited", "code": hashed}, limit=1)
        if not found and self._spent.get(hashed):
            raise Spent
        if not found or found[0]["expires"] < now:
            return None
        document = {field: value for field, value in found[0].items() if field not in ("code", "expires")}
        key = self._new_key(document)
        try:
            made = await self._write({**document, "state": "active", "name": name, "made": now, "key": key_hash(key)})
        except Conflict:
            raise Spent from None
        self._spent.keep(hashed, True)
        return key, made

    async def of_school(self, urn: str) -> list[Credential]:
        found = await self._documents.find("credential", {"schools": urn})
        return sorted(map(_read, found), key=lambda one: one.made)

    async def get(self, credential: str) -> Credential | None:
        document = await self._documents.get(f"credential:{credential}")
        return _read(document) if document else None

    async def rotate(self, credential: str, held: str | None = None) -> tuple[str, Credential] | None:
        """A new key, with which the old one ends; None unless it is active. `held`: the key by which it is asked, if it is the credential's
        own. Conflict where another rotation came between: of two at once one gets a key, and it is good."""
        old = key_hash(held) if held else None
        async for _ in tries():
            document = await self._documents.get(f"credential:{credential}")
            if document is None or document["state"] != "active":
                return None
            old = old or document["key"]
            if document["key"] != old:
                break
            key = self._new_key(document)
            try:
                return key, await self._write({**document, "key": key_hash(key)})
            except Conflict:  # it was used for the first time today, or rotated
                continue
        raise Conflict("credential")

    async def revoke(self, credential: str) -> Credential | None:
        """Also an invitation. Whoever revokes it again finds it so."""
        async for _ in tries():
            document = await self._documents.get(f"credential:{credential}")
            if document is None or document["state"] == "revoked":
                return _read(document) if document else None
            try:
                return await self._write({name: value for name, value in document.items() if name not in ("key", "code")}, state="revoked")
            except Conflict:
                continue
        raise Conflict("credential")

    async def caller(self, key: str) -> Caller | None:
        """Who calls with this key; None for one that is good for nothing."""
        id_ = credential_of(key)
        schools = await self.stands(id_, key_hash(key)) if id_ else None
        return None if schools is None else Caller(sub=f"credential {id_}", role="school", schools=schools)

    async def stands(self, credential: str, digest: str) -> tuple[str, ...] | None:
        """The schools for which the key of this digest stands; None for one that is good for nothing. Its use is noted once a day."""
        if known := self._good.get(digest):
            return known
        document = await self._documents.get(f"credential:{credential}")
        if document is None or not hmac.compare_digest(document.get("key", _NO_KEY), digest):
            return None
        await self._note_use(document)
        self._good.keep(digest, schools := tuple(document["schools"]))
        return schools

    async def drop_expired(self) -> int:
        """Delete invitations that nobody used."""
        scope = {"state": "invited", "code": {"$gt": ""}, "expires": {"$lt": self._documents.now()}}
        return await self._documents.delete_all(scope, ["credential"])

    async def _note_use(self, document: Document) -> None:
        today = self._documents.now().date().isoformat()
        if document.get("used") == today:
            return
        try:
            await self._documents.write(Change({**document, "used": today}), Cause.beginning(new_id()))
        except Conflict:  # another replica has, or it was rotated: noted by its next use
            return

    async def _write(self, document: Document, **more: str) -> Credential:
        written = _read(await self._documents.write(Change({**document, **more}), Cause.beginning(new_id())))
        self._good.clear()
        return written

    @staticmethod
    def _new_key(document: Document) -> str:
        return key_of(document["_id"].removeprefix("credential:"), secrets.token_bytes(SECRET_BYTES))


def _read(document: Document) -> Credential:
    return Credential(
        credential=document["_id"].removeprefix("credential:"),
        schools=tuple(document["schools"]),
        name=document.get("name"),
        state=document["state"],
        made=document["made"],
        used=document.get("used"),
        expires=document.get("expires"),
    )
