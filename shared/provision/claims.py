"""Accounts on running servers: signed claims over the system account, with no reload, to every server of a cluster."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.provision import identity, jwts, permissions
from shared.provision.errors import ProvisioningError

TIMEOUT: Final = 5.0


async def connect(url: str, folder: Path, user: str) -> Client:
    """A connection as one of the folder's users, tried once. Raises ProvisioningError when the server cannot be reached
    or refuses.
    """
    credentials = folder / "nats" / f"{user}.creds"
    if not credentials.is_file():
        raise ProvisioningError(f"{credentials} is missing: run `iewo provision`")
    try:
        return await nats.connect(
            url,
            user_credentials=str(credentials),
            inbox_prefix=permissions.inbox_prefix(user).encode(),
            name=user,
            allow_reconnect=False,
            # even so, the client tries a server that refuses 60 times, 2 s apart
            max_reconnect_attempts=1,
            reconnect_time_wait=0.2,
            connect_timeout=5,
            error_cb=_quiet,
        )
    except (NatsError, OSError) as error:
        raise ProvisioningError(
            f"the bus at {url} does not let {user} in ({error}): is it running, with this folder's operator?"
        ) from error


async def _quiet(_: Exception) -> None:
    """What fails is raised by `connect`; nats-py would print a trace as well."""


@asynccontextmanager
async def session(url: str, folder: Path) -> AsyncIterator[tuple["Accounts", Client]]:
    """The two connections of provisioning: the system account's, and the one that makes streams and durables."""
    system = await connect(url, folder, identity.SYSTEM_USER)
    try:
        client = await connect(url, folder, "provision")
        try:
            yield Accounts(system, identity.load(folder).operator), client
        finally:
            await client.close()
    finally:
        await system.close()


class Accounts:
    """The accounts that the servers hold."""

    def __init__(self, system: Client, operator: jwts.Key) -> None:
        self._system = system
        self._operator = operator

    async def agree(self, account: str, name: str, wanted: jwts.Claims, *, check: bool) -> list[str]:
        """Creates or updates one account, by its public key. Connections of users that the claims revoke are closed.
        Returns the differences.

        Nodes of a cluster exchange what they hold and keep the later of two claims by the second of issue, either one where the seconds
        are the same: so what replaces another is always issued later, by the clock or by one second.
        """
        held = await self._held(account)
        if held and held["nats"] == wanted:
            return []
        if not check:
            second = max(int(time.time()), held["iat"] + 1 if held else 0)
            token = jwts.encode(wanted, subject=account, name=name, signer=self._operator, now=second)
            await self._send("$SYS.REQ.CLAIMS.UPDATE", token)
        return [f"{'~' if held else '+'} account {name}"]

    async def _held(self, account: str) -> dict[str, Any] | None:
        """The body of the token that the server holds for an account; None when it knows none."""
        reply = await self._system.request(f"$SYS.REQ.ACCOUNT.{account}.CLAIMS.LOOKUP", b"", timeout=TIMEOUT)
        token = reply.data.decode()
        return jwts.decode(token) if token.count(".") == 2 else None

    async def _send(self, subject: str, token: str) -> None:
        reply = json.loads((await self._system.request(subject, token.encode(), timeout=TIMEOUT)).data)
        if "error" in reply:
            raise ProvisioningError(f"the bus refused the claims: {reply['error'].get('description', 'no reason given')}")
