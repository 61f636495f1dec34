"""MongoDB's client, made here and nowhere else, and what it raises when MongoDB is away.

Only what motor and PyMongo's own asyncio client have in common is used.
"""

from inspect import isawaitable
from typing import Any, Literal

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    NotPrimaryError,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

Document = dict[str, Any]
Driver = Literal["pymongo", "motor"]

AWAY = (
    AutoReconnect,
    ConnectionFailure,
    NotPrimaryError,
    ServerSelectionTimeoutError,
    ExecutionTimeout,
    WTimeoutError,
    WriteConcernError,
)
"""MongoDB does not answer, or its answer is unknown: read again before writing again."""


def connect(url: str, driver: Driver = "pymongo") -> Any:
    """A client of MongoDB: PyMongo's own asyncio client, or motor (docs/decisions/0005-pymongo-with-motor-kept.md)."""
    client: Any = AsyncMongoClient if driver == "pymongo" else AsyncIOMotorClient
    return client(
        url,
        tz_aware=True,
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=30_000,
        appname="iewo",
    )


async def close(client: Any) -> None:
    """Close a client of either driver."""
    closing = client.close()
    if isawaitable(closing):
        await closing
