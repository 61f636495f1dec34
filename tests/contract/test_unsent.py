"""A page's outbox is in no index, and what stands in it is published wherever its writer ends: the list beside it says where to look."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.read_concern import ReadConcern

from deploy.local.stack import Stack
from shared.mongo import Document, close, connect
from shared.outboxes import Outgoing
from shared.store import WRITERS, Change, Documents
from shared.sweeping import Sweeper
from shared.unsent import WRITING
from tests.contract.test_documents import CAUSE, WAYS, Way
from tests.contract.test_register_store import Kept
from tests.support.referrals_store import Clock
from tests.support.servers import empty_stack

NAME = "page:100001:2026:2033-08-31:1"
PAGE: Document = {
    "_id": NAME,
    "kind": "page",
    "school": "100001",
    "year": 2026,
    "children": ["child"],
    "cohort": "2033-08-31",
    "n": 1,
    "sealed": b"1",
    "version": 0,
}
NOW = -1.0
"""For a sweeper that leaves nobody any time."""


def news(id_: str = "an id") -> Outgoing:
    return Outgoing(id_, "EVENTS", "events.attendance.test", b"{}")


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def published() -> Kept:
    return Kept()


@pytest.fixture
async def documents(stack: Stack, published: Kept) -> AsyncIterator[Documents]:
    """As they are with one page and nothing else."""
    client = connect(stack.mongo_url("attendance"))
    made = Documents(client, "attendance", published, Clock())
    await made.collection.delete_many({"_id": {"$gte": ""}})
    yield made
    await close(client)


@pytest.fixture
async def page(documents: Documents) -> Document:
    return await documents.store(Change(PAGE), CAUSE)


async def lists(documents: Documents) -> list[Document]:
    """As they stand: nobody waits for the journal when one is deleted."""
    local = documents.collection.with_options(read_concern=ReadConcern("local"))
    found: list[Document] = await local.find({"_id": {"$gte": "unsent:", "$lt": "unsent;"}, "kind": "unsent"}).to_list(None)
    return found


async def events(documents: Documents) -> list[str]:
    read = await documents.get(NAME)
    assert read
    return [message["id"] for message in read["events"]]


async def written(documents: Documents, way: Way, before: Document, *messages: Outgoing) -> Document:
    """As it is read once somebody has written it so; both are forgotten by whoever wrote it."""
    assert await way(documents, Change({**before, "sealed": b"2"}, extra=list(messages)))
    read = await documents.get(NAME)
    assert read
    return read


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("new", [False, True])
async def test_who_ends_before_publishing_leaves_it_to_the_sweeper(documents: Documents, published: Kept, way: Way, new: bool) -> None:
    before = PAGE if new else await documents.store(Change(PAGE), CAUSE)
    await written(documents, way, before, news())
    (listed,) = await lists(documents)
    assert listed["documents"] == [[NAME, 1 if new else 2]]
    assert await Sweeper(documents).sweep(["page"], older_than_seconds=60) == 0, "its writer may be publishing it"
    assert await Sweeper(documents).sweep(["page"], older_than_seconds=NOW) == 1
    assert [one.id for one in published.messages] == ["an id"]
    assert (await events(documents), await lists(documents)) == ([], [])


@pytest.mark.parametrize("way", [WAYS[0], WAYS[-1]])
async def test_no_index_is_touched(stack: Stack, documents: Documents, page: Document, way: Way) -> None:
    """By mongod's own log: neither by the message nor by its clearing, nor where nothing is said."""
    indexed = {"outbox", "children", "cohort", "kind", "school", "year", "state", "at"}
    read = await written(documents, way, page, news())
    assert indexed.isdisjoint(await last_changed(stack))
    await documents.publish([read])
    assert await last_changed(stack) == {"events", "version"}
    read = await documents.get(NAME) or {}
    await written(documents, way, read)
    assert await last_changed(stack) <= {"version", "writer"}


async def test_what_is_published_is_cleared_and_its_list_with_the_last_of_it(documents: Documents, published: Kept) -> None:
    changes = [Change({**PAGE, "_id": f"{NAME}{n}", "children": [f"{n}"]}, extra=[news(f"{n}")] if n else []) for n in range(3)]
    assert not await documents.write_all(changes, CAUSE)
    silent, first, second = [change.document for change in changes]
    assert len(await lists(documents)) == 1
    assert await documents.publish([silent, first]) == 1
    assert len(await lists(documents)) == 1, "one is left"
    assert await documents.publish([second]) == 1
    assert await lists(documents) == []
    assert [one.id for one in published.messages] == ["1", "2"]


async def test_another_writer_in_between_carries_it_over_and_lists_it_again(documents: Documents, published: Kept, page: Document) -> None:
    ours = Change({**page, "sealed": b"2"}, extra=[news("ours")])
    assert not await documents.write_all([ours], CAUSE)
    sent = await documents.send([ours.document])
    theirs = Change({**ours.document, "sealed": b"3"}, extra=[news("theirs")])
    assert not await documents.write_all([theirs], CAUSE)
    await documents.clear(sent)  # too late
    (left,) = await lists(documents)
    assert left["documents"] == [[NAME, theirs.document["version"]]]
    assert await events(documents) == ["ours", "theirs"]
    assert await Sweeper(documents).sweep(["page"], older_than_seconds=NOW) == 2
    assert [one.id for one in published.messages] == ["ours", "ours", "theirs"]
    assert (await events(documents), await lists(documents)) == ([], [])


@pytest.mark.parametrize("way", WAYS)
async def test_who_is_written_over_before_reading_back_was_written_all_the_same(
    documents: Documents, page: Document, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await documents.store(Change({**PAGE, "_id": f"{NAME}2", "children": ["another"]}), CAUSE)
    await documents.store(Change({**other, "sealed": b"theirs"}), CAUSE)  # so not all of the bulk is written, and it is read back
    find_all = documents.find_all

    async def late(*asked: Any) -> list[Document]:
        monkeypatch.undo()
        for sealed in (b"2", b"3", b"4"):
            now = await documents.get(NAME)
            assert now
            assert await way(documents, Change({**now, "sealed": sealed}))
        return await find_all(*asked)

    monkeypatch.setattr(documents, "find_all", late)
    ours = Change({**page, "sealed": b"ours"}, extra=[news("ours")])
    assert await documents.write_all([ours, Change({**other, "sealed": b"ours"})], CAUSE) == {other["_id"]}
    assert await events(documents) == ["ours"]


async def test_a_document_keeps_the_last_few_writers(documents: Documents, page: Document) -> None:
    for n in range(2 * WRITERS):
        change = Change({**page, "sealed": f"{n}".encode()})
        assert not await documents.write_all([change], CAUSE)
        page = change.document
    assert len(set(page["writer"])) == WRITERS


async def test_who_comes_too_late_leaves_no_list(documents: Documents, page: Document) -> None:
    await documents.store(Change({**page, "sealed": b"theirs"}), CAUSE)
    assert await documents.write_all([Change({**page, "sealed": b"ours"}, extra=[news()])], CAUSE) == {NAME}
    assert (await events(documents), await lists(documents)) == ([], [])


async def test_a_list_stays_until_its_write_has_come_or_cannot_come_any_more(documents: Documents, page: Document) -> None:
    async def left_of(age: timedelta, version: int) -> list[Any]:
        at = documents.now() - age
        listed = {"_id": "unsent:1", "kind": "unsent", "version": 1, "at": at, "documents": [[NAME, version], ["page:gone", 1]]}
        await documents.collection.insert_one(listed)
        await Sweeper(documents).sweep(["page"], older_than_seconds=NOW)
        left = await lists(documents)
        await documents.collection.delete_many({"_id": "unsent:1"})
        return left

    assert page["version"] == 1
    assert await left_of(timedelta(minutes=1), 2)
    assert not await left_of(WRITING + timedelta(minutes=1), 2)


async def test_what_an_earlier_version_of_the_service_left_is_published(documents: Documents, published: Kept, page: Document) -> None:
    """It had the outbox of a page in the field that is indexed; and a writer in between loses none of it."""
    left = {"id": "old", "stream": "EVENTS", "subject": "events.attendance.test", "body": b"{}", "at": documents.now()}
    await documents.collection.update_one({"_id": NAME}, {"$set": {"outbox": [left]}})
    await written(documents, WAYS[0], await documents.get(NAME) or {}, news("new"))
    assert await Sweeper(documents).sweep(["page"], older_than_seconds=NOW) == 2
    assert [one.id for one in published.messages] == ["old", "new"]
    read = await documents.get(NAME)
    assert read
    assert (read["outbox"], read["events"]) == ([], [])
    await Sweeper(documents).sweep(["page"], older_than_seconds=NOW)
    assert (await lists(documents), len(published.messages)) == ([], 2)


async def last_changed(stack: Stack) -> set[str]:
    """The fields that the last change of the page changed, as the replica set's log tells it."""
    client = connect(stack.mongo_url("admin"))
    try:
        log = client["local"]["oplog.rs"].find({"ns": "iewo.attendance", "op": "u", "o2._id": NAME}, sort=[("$natural", -1)], limit=1)
        (last,) = await log.to_list(1)
    finally:
        await close(client)
    diff = last["o"]["diff"]
    whole = {name for part in ("u", "i", "d") for name in diff.get(part, ())}
    return whole | {part[1:] for part in diff if part not in ("u", "i", "d")}
