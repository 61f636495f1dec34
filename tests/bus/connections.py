"""Connections of the tests, which keep what the server denied them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats
from nats.aio.client import Client

from deploy.local.stack import Stack
from shared.provision import identity, jwts
from shared.provision.files import write_secret
from shared.provision.permissions import inbox_prefix


@dataclass
class Connection:
    """A client and the errors of its call-back, in lower case: a denied subject is told there and nowhere else."""

    client: Client
    errors: list[str] = field(default_factory=list)

    async def refused_publishing(self, subject: str) -> bool:
        """Whether the server says, within a few seconds, that this may not be published."""
        await self.client.publish(subject, b"{}")
        return await self._refused("publish", subject)

    async def refused_subscribing(self, subject: str) -> bool:
        await self.client.subscribe(subject)
        return await self._refused("subscription", subject)

    async def _refused(self, what: str, subject: str) -> bool:
        violation = f'permissions violation for {what} to "{subject.lower()}"'
        await self.client.flush()
        for _ in range(200):
            if any(violation in error for error in self.errors):
                return True
            await asyncio.sleep(0.01)
        return False


@asynccontextmanager
async def connected(url: str, credentials: Path, prefix: str) -> AsyncIterator[Connection]:
    errors: list[str] = []

    async def keep(error: Exception) -> None:
        errors.append(str(error).lower())

    client = await nats.connect(
        url,
        user_credentials=str(credentials),
        inbox_prefix=prefix.encode(),
        error_cb=keep,
        allow_reconnect=False,
    )
    try:
        yield Connection(client, errors)
    finally:
        await client.close()


def as_user(servers: Stack, user: str) -> AbstractAsyncContextManager[Connection]:
    return connected(servers.nats_url, servers.creds(user), inbox_prefix(user))


@asynccontextmanager
async def unrestricted(servers: Stack) -> AsyncIterator[Connection]:
    """A user of our account that may do everything: what no provisioned user may."""
    account = identity.load(servers.credentials).account
    async with connected(servers.nats_url, everything(servers.folder, account), "_INBOX_test") as connection:
        yield connection


def everything(folder: Path, account: jwts.Key) -> Path:
    """Credentials of a new user of an account, without any restriction."""
    user = jwts.Key.new("user")
    claims = jwts.user_claims((">",), (">",))
    token = jwts.encode(claims, subject=user.public, name="everything", signer=account, now=int(time.time()))
    file = folder / f"everything-{user.public}.creds"
    write_secret(file, jwts.credentials(token, user))
    return file


async def until(condition: Callable[[], bool], what: str, seconds: float = 10) -> None:
    """Polls until the condition holds; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what}"
        await asyncio.sleep(0.02)
