"""A document that is written again is what its writer says, and MongoDB is told what differs, in whichever way it is written. What it
has to publish is published, whoever ends in between.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from deploy.local.stack import Stack
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.mongo import Document, close, connect
from shared.outboxes import Outgoing
from shared.store import Change, Documents
from shared.sweeping import Sweeper
from tests.contract.test_register_store import Kept
from tests.support.referrals_store import Clock

CAUSE = Cause(correlation_id="test", causation_id="test")
BEFORE: Document = {
    "_id": "bought:900001",
    "kind": "bought",
    "school": "900001",
    "words": "$words",
    "gone": 1,
    "version": 0,
    "sealed": b"1",
}
AFTER: Document = {"words": "$$ROOT", "$odd": {"$add": [1, 2]}, "empty": {}, "sealed": b"2"}
Way = Callable[[Documents, Change], Awaitable[bool]]
"""Whether it was written."""


async def _alone(documents: Documents, change: Change) -> bool:
    try:
        await documents.store(change, CAUSE)
    except Conflict:
        return False
    return True


async def _in_a_transaction(documents: Documents, change: Change) -> bool:
    try:
        async with documents.transaction() as session:
            await documents.store(change, CAUSE, session=session)
    except Conflict:
        return False
    return True


async def _as_one(documents: Documents, change: Change) -> bool:
    try:
        await documents.write_as_one([change], CAUSE)
    except Conflict:
        return False
    return True


async def _in_bulk(documents: Documents, change: Change) -> bool:
    return not await documents.write_all([change], CAUSE)


WAYS = (_alone, _in_a_transaction, _as_one, _in_bulk)


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with Stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture(scope="module")
def published() -> Kept:
    return Kept()


@pytest.fixture(scope="module")
async def documents(stack: Stack, published: Kept) -> AsyncIterator[Documents]:
    client = connect(stack.mongo_url("referrals"))
    yield Documents(client, "referrals", published, Clock())
    await close(client)


@pytest.fixture
async def before(documents: Documents) -> Document:
    await documents.collection.delete_many({"kind": "bought"})
    return await documents.store(Change(BEFORE), CAUSE)


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_left_out_is_gone_and_words_are_words(documents: Documents, before: Document, way: Way) -> None:
    after = {name: value for name, value in (before | AFTER).items() if name != "gone"}
    assert await way(documents, Change(after))
    read = await documents.get("bought:900001")
    assert read is not None
    read.pop("writer", None)
    assert read == {**after, "version": 2, "outbox": []}


@pytest.mark.parametrize("way", WAYS)
async def test_what_another_wrote_in_between_stays(documents: Documents, before: Document, way: Way) -> None:
    theirs = await documents.store(Change({**before, "words": "theirs"}), CAUSE)
    assert not await way(documents, Change({**before, "words": "ours"}))
    assert await documents.get("bought:900001") == theirs


@pytest.mark.parametrize("way", WAYS)
async def test_mongod_writes_what_differs(stack: Stack, documents: Documents, before: Document, way: Way) -> None:
    """By its own log. Who replaces the whole makes it look at every index of the collection, at a hundred microseconds a document, in a
    transaction at a thousand."""
    assert await way(documents, Change({**before, "words": "other"}))
    logged = await _last_logged(stack)
    assert logged["$v"] == 2
    assert set(logged["diff"]) <= {"u", "i"}
    assert logged["diff"]["u"] == {"words": "other", "version": 2}


@pytest.mark.parametrize("changed", [False, True])
async def test_who_ends_between_publishing_and_clearing_leaves_it_to_the_sweeper(
    documents: Documents, published: Kept, before: Document, changed: bool
) -> None:
    """Under the same id, so that the broker and whoever consumes it take it once; another's write in between carries it over."""
    published.messages.clear()
    message = Outgoing("an id", "EVENTS", "events.referrals.test", b"{}")
    written = await documents.store(Change(before, extra=[message]), CAUSE)
    sent = await documents.send([written])
    if changed:
        written = await documents.store(Change({**written, "words": "theirs"}), CAUSE)
    assert await Sweeper(documents).sweep(["bought"], older_than_seconds=-1) == 1
    assert [one.id for one in published.messages] == ["an id", "an id"]
    swept = await documents.get("bought:900001")
    assert swept
    assert (swept["outbox"], swept["words"]) == ([], "theirs" if changed else "$words")
    await documents.clear(sent)  # it had only been slow
    assert await documents.get("bought:900001") == swept
    assert await Sweeper(documents).sweep(["bought"], older_than_seconds=-1) == 0


async def _last_logged(stack: Stack) -> Document:
    """The last change to the collection as the replica set's log tells it."""
    client = connect(stack.mongo_url("admin"))
    try:
        about: dict[str, Any] = {"$or": [{"ns": "iewo.referrals"}, {"o.applyOps.ns": "iewo.referrals"}]}
        (entry,) = await client["local"]["oplog.rs"].find(about).sort("$natural", -1).limit(1).to_list(None)
        inner = entry["o"]["applyOps"][0] if "applyOps" in entry["o"] else entry
        changed: Document = inner["o"]
        return changed
    finally:
        await close(client)
