"""The database: collections with validators, indexes, views, and one user per service; created, updated, or compared
with the tables.

Provisioning owns every index of these collections: one that no table names is dropped, since an old unique index would
go on refusing documents. Works through commands alone, which all drivers send alike.
"""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, OperationFailure
from pymongo.uri_parser import parse_uri

from shared import collections
from shared.provision import replica_set
from shared.provision.errors import ProvisioningError
from shared.provision.files import write_secret
from shared.topology import SERVICES

Document = dict[str, Any]
Database = AsyncDatabase[Document]


async def agree(admin_url: str, credentials: Path, *, check: bool) -> list[str]:
    """Every service's collection, indexes, view and user. Returns the differences. Raises ProvisioningError."""
    client: AsyncMongoClient[Document] = AsyncMongoClient(admin_url, serverSelectionTimeoutMS=10_000)
    try:
        database = client[collections.DATABASE]
        held = {one["name"]: one for one in await _batch(database, "listCollections")}
        lines: list[str] = []
        for service in SERVICES:
            lines += await _agree_collection(database, service, held.get(service), check=check)
            lines += await _agree_indexes(database, service, service in held, check=check)
        for service in SERVICES:
            lines += await _agree_view(database, service, held.get(collections.holdings(service)), check=check)
        lines += await _agree_roles(database, check=check)
        return lines + await _agree_users(database, admin_url, credentials, check=check)
    except ConnectionFailure as error:
        raise ProvisioningError("the database does not answer: is mongod running, and is its address right?") from error
    except OperationFailure as error:
        # the name of the error, not its text: that can quote a document
        name = (error.details or {}).get("codeName", error.code)
        raise ProvisioningError(f"the database refused to agree: {name}") from error
    finally:
        await client.close()


async def _batch(database: Database, command: str, value: object = 1) -> list[Document]:
    answer = await database.command({command: value, "cursor": {"batchSize": 1000}})
    documents: list[Document] = answer["cursor"]["firstBatch"]
    return documents


async def _agree_collection(database: Database, service: str, held: Document | None, *, check: bool) -> list[str]:
    wanted = {"validator": collections.validator(service), "validationLevel": "strict", "validationAction": "error"}
    if held is None:
        if not check:
            await database.command({"create": service, **wanted})
        return [f"+ collection {service}"]
    options = held.get("options", {})
    if all(options.get(name) == value for name, value in wanted.items()):
        return []
    if not check:
        await database.command({"collMod": service, **wanted})
    return [f"~ collection {service}: validator"]


def _specification(index: collections.Index) -> Document:
    unique = {"unique": True} if index.unique else {}
    keys = dict.fromkeys(index.keys, 1)
    return {"name": index.name, "key": keys, **unique, "partialFilterExpression": dict(index.where)}


def _same(held: Document, wanted: Document) -> bool:
    """The order of an index's keys counts, that of dictionaries does not: compare it by itself."""
    return {**held, "v": 2} == {**wanted, "v": 2} and list(held["key"]) == list(wanted["key"])


async def _agree_indexes(database: Database, service: str, exists: bool, *, check: bool) -> list[str]:
    held = {one["name"]: one for one in await _batch(database, "listIndexes", service)} if exists or not check else {}
    held.pop("_id_", None)
    wanted = {index.name: _specification(index) for index in collections.INDEXES[service]}
    stale = [name for name in held if name not in wanted or not _same(held[name], wanted[name])]
    new = [name for name in wanted if name not in held or name in stale]
    if not check and stale:
        await database.command({"dropIndexes": service, "index": stale})
    if not check and new:
        await database.command({"createIndexes": service, "indexes": [wanted[name] for name in new]})
    lines = [f"- index {service}.{name}" for name in stale if name not in wanted]
    return lines + [f"{'~' if name in stale else '+'} index {service}.{name}" for name in new]


async def _agree_view(database: Database, service: str, held: Document | None, *, check: bool) -> list[str]:
    name, pipeline = collections.holdings(service), list(collections.HOLDINGS_PIPELINE)
    if held is None:
        if not check:
            await database.command({"create": name, "viewOn": service, "pipeline": pipeline})
        return [f"+ view {name}"]
    options = held["options"]
    if options.get("viewOn") == service and options.get("pipeline") == pipeline:
        return []
    if not check:
        await database.command({"collMod": name, "viewOn": service, "pipeline": pipeline})
    return [f"~ view {name}"]


async def _agree_roles(database: Database, *, check: bool) -> list[str]:
    answer = await database.command({"rolesInfo": list(SERVICES), "showPrivileges": True})
    held = {role["role"]: [_sorted(one) for one in role["privileges"]] for role in answer["roles"]}
    lines = []
    for service in SERVICES:
        wanted = collections.privileges(service)
        if held.get(service) == wanted:
            continue
        lines.append(f"{'~' if service in held else '+'} mongo role {service}")
        if not check:
            command = "updateRole" if service in held else "createRole"
            await database.command({command: service, "privileges": wanted, "roles": []})
    return lines


def _sorted(privilege: Mapping[str, Any]) -> Document:
    return {**privilege, "actions": sorted(privilege["actions"])}


async def _agree_users(database: Database, admin_url: str, credentials: Path, *, check: bool) -> list[str]:
    answer = await database.command({"usersInfo": list(SERVICES)})
    held = {user["user"]: user for user in answer["users"]}
    hosts = admin_url.split("@", 1)[1].split("/", 1)[0]
    lines = await asyncio.gather(
        *(
            _agree_user(database, service, held.get(service), hosts, credentials / "mongo" / f"{service}.url", check=check)
            for service in SERVICES
        )
    )
    return [line for line in lines if line]


async def _agree_user(database: Database, service: str, held: Document | None, hosts: str, file: Path, *, check: bool) -> str | None:
    """The URL file is the truth: the user gets the password that stands in it, whatever it had."""
    known = await _password(file, hosts)
    roles = [{"role": service, "db": collections.DATABASE}]
    if held and known and held["roles"] == roles and await replica_set.logs_in(file.read_text()):
        return None
    if not check:
        password = known or secrets.token_urlsafe(32)
        write_secret(file, replica_set.url(service, password, hosts, source=collections.DATABASE))
        command = "updateUser" if held else "createUser"
        await database.command({command: service, "pwd": password, "roles": [service]})
    return f"{'~' if held else '+'} mongo user {service}"


async def _password(file: Path, hosts: str) -> str | None:
    """The password in a URL file that leads to these hosts; None when there is none, or it leads elsewhere."""
    if not file.is_file() or f"@{hosts}/" not in file.read_text():
        return None
    password: str = parse_uri(file.read_text())["password"]
    return password
