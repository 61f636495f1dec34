"""Bulk writes in pieces, and queries by the index of `_id`, which every collection has."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from shared.contracts.envelope import Cause
from shared.mongo import Document
from shared.store import Change, Documents

CHUNK = 500
"""Documents of one bulk write."""

T = TypeVar("T")


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def beginning_with(prefix: str) -> Document:
    """`_id`s that begin with a text: from it to where its last character is the next one."""
    return {"_id": {"$gte": prefix, "$lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)}}


async def write_chunks(documents: Documents, changes: Sequence[Change], cause: Cause) -> set[str]:
    """Write and publish; the ids of those that conflicted, which were not written."""
    conflicts: set[str] = set()
    for chunk in chunks(changes):
        missed = await documents.write_all(chunk, cause)
        await documents.publish(change.document for change in chunk if change.document["_id"] not in missed)
        conflicts |= missed
    return conflicts
