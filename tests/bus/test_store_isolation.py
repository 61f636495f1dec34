"""Each service's MongoDB user: its own collection, no other; `retention` looks into the views, which show no more than
holdings.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import DuplicateKeyError, OperationFailure, WriteError

from deploy.local.stack import Stack
from shared.collections import DATABASE, KINDS, holdings
from shared.topology import SERVICES

UNAUTHORIZED = 13
Opened = Callable[[str], Any]


@pytest.fixture
async def opened(servers: Stack) -> AsyncIterator[Opened]:
    """Opens the database as a service."""
    clients: dict[str, AsyncMongoClient[dict[str, Any]]] = {}

    def as_service(service: str) -> Any:
        client = clients.setdefault(service, AsyncMongoClient(servers.mongo_url(service)))
        return client[DATABASE]

    yield as_service
    for service, client in clients.items():
        await client[DATABASE][service].delete_many({"_id": {"$gt": ""}})
        await client.close()


def page(number: int, *children: str) -> dict[str, Any]:
    return {
        "_id": f"page:100001:2026:2028-08-31:{number}",
        "kind": "page",
        "version": 1,
        "school": "100001",
        "year": 2026,
        "cohort": "2028-08-31",
        "children": list(children),
        "sealed": b"\x00",
    }


async def denied(operation: Awaitable[object]) -> bool:
    try:
        await operation
    except OperationFailure as error:
        return error.code == UNAUTHORIZED
    return False


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_and_writes_its_own_collection_alone(opened: Opened, service: str) -> None:
    database, kind = opened(service), KINDS[service][-1].name
    await database[service].insert_one({"_id": f"{kind}:1", "kind": kind, "version": 1})
    assert await database[service].count_documents({"_id": f"{kind}:1"}) == 1
    assert await denied(database[service].drop())
    for other in set(SERVICES) - {service}:
        assert await denied(database[other].find_one({"_id": "x"}))
        assert await denied(database[other].insert_one({"_id": "x"}))
    for view in map(holdings, SERVICES):
        assert await denied(database[view].find_one({"cohort": "x"})) is (service != "retention")


async def test_a_service_may_use_transactions(opened: Opened, servers: Stack) -> None:
    client = opened("attendance").client
    async with client.start_session() as session, await session.start_transaction():
        await opened("attendance").attendance.insert_one(page(1, "a"), session=session)
        await opened("attendance").attendance.insert_one(page(2, "b"), session=session)
    assert await opened("attendance").attendance.count_documents({"kind": "page", "school": "100001", "year": 2026}) == 2


async def test_the_views_show_holdings_and_nothing_else(opened: Opened) -> None:
    clock = {"_id": "clock:c", "kind": "clock", "version": 1}
    await opened("attendance").attendance.insert_many([page(1, "a", "b"), clock])
    view = opened("retention")[holdings("attendance")]
    shown = {"kind": "page", "school": "100001", "children": ["a", "b"], "cohort": "2028-08-31"}
    for query in ({"children": "a"}, {"children": {"$in": ["a", "z"]}}, {"cohort": "2028-08-31"}, {}):
        assert await view.find(query).to_list() == [shown]
    assert await view.find({"children": "z"}).to_list() == []
    assert await denied(view.insert_one(page(3, "c")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "rumour"},
        {"_id": "feed:1"},
        {"version": 0},
        {"version": "1"},
        {"cohort": "31 August 2028"},
        {"children": [1]},
        {"sealed": "in clear"},
        {"year": None},
    ],
    ids=list,
)
async def test_the_validator_refuses(opened: Opened, wrong: dict[str, Any]) -> None:
    with pytest.raises(WriteError):
        await opened("attendance").attendance.insert_one({**page(1, "a"), **wrong})


async def test_a_child_stands_on_one_page_of_a_school_and_year(opened: Opened) -> None:
    pages = opened("attendance").attendance
    await pages.insert_one(page(1, "a", "b"))
    with pytest.raises(DuplicateKeyError):
        await pages.insert_one(page(2, "b"))


async def test_one_open_referral_per_child_and_school(opened: Opened) -> None:
    referrals = opened("referrals").referrals

    def referral(number: int, is_open: bool) -> dict[str, Any]:
        fields = {"kind": "referral", "version": 1, "school": "100001", "child": "a", "state": "x", "open": is_open}
        return {"_id": f"referral:{number}", **fields, "children": ["a"], "cohort": "2028-08-31", "sealed": b""}

    await referrals.insert_many([referral(1, False), referral(2, False), referral(3, True)])
    with pytest.raises(DuplicateKeyError):
        await referrals.insert_one(referral(4, True))


@pytest.mark.parametrize("service", SERVICES)
async def test_what_services_look_for_has_an_index(opened: Opened, service: str) -> None:
    """mongod refuses a query without an index here."""
    own = opened(service)[service]
    unpublished = {"kind": "clock", "outbox.0": {"$exists": True}, "outbox.at": {"$lt": "2026"}}
    for query in (unpublished, {"cohort": "2028-08-31"}, {"children": "a"}, {"children": {"$in": ["a", "b"]}}):
        assert await own.find(query).to_list() == []
    with pytest.raises(OperationFailure):
        await own.find({"nothing": "indexed"}).to_list()
