"""Servers that one module of tests after another uses, emptied before each: to start a pair and to provision it costs a second of
processor time, and there are sixty such modules. Whoever stops its servers or looks into their files has a Stack of its own.
"""

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from pymongo import AsyncMongoClient

from deploy.local.running import Running
from deploy.local.services import all_services
from deploy.local.stack import Stack
from shared.collections import DATABASE
from shared.provision import authority, authority_files, provision
from shared.provision.files import private_folder
from shared.topology import SERVICES
from tests.bus.connections import unrestricted

IDLE: Final[list[Stack]] = []
"""Of this worker: nobody uses them just now."""


class Lent(Stack):
    """A stack with a folder of its own, on the servers and with the credentials of another."""

    def __init__(self, folder: Path, lender: Stack) -> None:
        self.folder = private_folder(folder.resolve())
        self.credentials, self.nats, self.mongo = lender.credentials, lender.nats, lender.mongo

    async def start_servers(self) -> list[str]:
        """They run, and stay."""
        return []

    async def stop_servers(self) -> None:
        pass

    def close(self) -> None:
        pass


class RunningOn(Running):
    """All services as processes, on servers that run already. `settings` as of Running."""

    def __init__(self, stack: Stack, settings: Mapping[str, str]) -> None:
        super().__init__(stack.folder, settings)
        self.stack = stack
        self.services = all_services(stack, settings)


@asynccontextmanager
async def empty_stack(folder: Path) -> AsyncIterator[Stack]:
    """Two servers as provisioning leaves them, with nothing in them. A query without an index is refused."""
    lender = IDLE.pop() if IDLE else await _started()
    try:
        yield Lent(folder, lender)
    finally:
        if await _is_empty_again(lender):
            IDLE.append(lender)
        else:
            _end(lender)


@asynccontextmanager
async def running_on_empty(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Running]:
    """The same with all services."""
    async with empty_stack(folder) as stack, RunningOn(stack, settings) as running:
        yield running


def close() -> None:
    """At the end of the worker."""
    while IDLE:
        _end(IDLE.pop())


async def _started() -> Stack:
    stack = Stack(Path(tempfile.mkdtemp(prefix="iewo-servers-")), notablescan=True)
    await stack.start_servers()
    return stack


def _end(stack: Stack) -> None:
    stack.close()
    shutil.rmtree(stack.folder)


async def _is_empty_again(stack: Stack) -> bool:
    """False for one that cannot be lent again."""
    if not (stack.nats.running and stack.mongo.running):
        return False
    for code in authority_files.codes(stack.credentials):
        await authority.revoke(stack.nats_url, stack.credentials, code)
    await _empty_database(stack)
    await _delete_streams(stack)
    await provision(stack.settings)
    return True


async def _empty_database(stack: Stack) -> None:
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(stack.mongo_url("admin"))
    try:
        for service in SERVICES:
            await client[DATABASE][service].delete_many({"_id": {"$gte": ""}})
            assert await client[DATABASE][service].estimated_document_count() == 0, f"{service} keeps something"
    finally:
        await client.close()


async def _delete_streams(stack: Stack) -> None:
    """With their durables; provisioning makes them anew, from the first sequence number on."""
    async with unrestricted(stack) as connection:
        told = await connection.client.request("$JS.API.STREAM.NAMES", b"{}", timeout=10)
        for name in json.loads(told.data)["streams"] or ():
            answer = await connection.client.request(f"$JS.API.STREAM.DELETE.{name}", b"", timeout=10)
            assert json.loads(answer.data).get("success"), name
