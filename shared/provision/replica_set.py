"""The first minutes of a replica set of one: make it a set, wait for its primary, make its administrator.

A server with authorisation and no user lets a client on its own loopback do just that (the localhost exception). So
whoever runs this shares the server's network: the runner on a developer's machine, the provisioning job in compose.
"""

import asyncio
import secrets
import time
from pathlib import Path
from typing import Any, Final

from pymongo import AsyncMongoClient
from pymongo.errors import ConnectionFailure, OperationFailure
from pymongo.uri_parser import parse_uri

from shared.provision.errors import ProvisioningError
from shared.provision.files import write_secret

NAME: Final = "iewo"
_ALREADY_INITIALIZED: Final = 23
_UNAUTHORIZED: Final = 13
_AUTHENTICATION_FAILED: Final = 18
_POLL: Final = 0.02

Client = AsyncMongoClient[dict[str, Any]]


async def initiate(address: str, member: str, credentials: Path, *, seconds: float = 30) -> list[str]:
    """Makes the set with `member` (`host:port`, as the services reach it) and the administrator's URL in
    `mongo/admin.url`; returns what it did.

    `address` is where the server listens on this machine's loopback. Repeating it changes nothing. Raises
    ProvisioningError.
    """
    lines: list[str] = []
    client: Client = AsyncMongoClient(f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=2000)
    try:
        if await _make_set(client, member):
            lines.append(f"+ replica set {NAME}")
        await _wait_for_primary(client, time.monotonic() + seconds)
        if await _make_administrator(client, member, credentials / "mongo" / "admin.url"):
            lines.append("+ mongo user admin")
    except ConnectionFailure as error:
        raise ProvisioningError(f"mongod at {address} does not answer: is it running?") from error
    finally:
        await client.close()
    return lines


async def _make_set(client: Client, member: str) -> bool:
    if (await client.admin.command("hello")).get("setName"):
        return False
    config = {"_id": NAME, "members": [{"_id": 0, "host": member}]}
    try:
        await client.admin.command("replSetInitiate", config)
    except OperationFailure as error:
        # on a restart the set is there, but not yet loaded, and the users with it
        if error.code in (_ALREADY_INITIALIZED, _UNAUTHORIZED):
            return False
        raise ProvisioningError(f"mongod refused to become a replica set (error {error.code}): see its log") from error
    return True


async def _wait_for_primary(client: Client, deadline: float) -> None:
    while not (await client.admin.command("hello")).get("isWritablePrimary"):
        if time.monotonic() > deadline:
            raise ProvisioningError("the replica set has no primary: does its member's name lead to this mongod?")
        await asyncio.sleep(_POLL)


async def _make_administrator(client: Client, member: str, file: Path) -> bool:
    """The URL is written before the user is made: after a crash between the two, its password is used again."""
    if not file.is_file():
        write_secret(file, url("admin", secrets.token_urlsafe(32), member, source="admin"))
    elif await logs_in(file.read_text()):
        return False
    try:
        await client.admin.command("createUser", "admin", pwd=parse_uri(file.read_text())["password"], roles=["root"])
    except OperationFailure as error:
        raise ProvisioningError(f"mongod has an administrator, but not the one of {file}: put its URL there") from error
    return True


async def logs_in(mongo_url: str) -> bool:
    """Whether a URL's user and password are let in."""
    client: Client = AsyncMongoClient(mongo_url, serverSelectionTimeoutMS=5000)
    try:
        await client.admin.command("ping")
    except OperationFailure as error:
        if error.code == _AUTHENTICATION_FAILED:
            return False
        raise
    finally:
        await client.close()
    return True


def url(user: str, password: str, hosts: str, *, source: str) -> str:
    return f"mongodb://{user}:{password}@{hosts}/{NAME}?authSource={source}&replicaSet={NAME}"
