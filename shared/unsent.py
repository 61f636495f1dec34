"""Outboxes that no index covers: of large documents that are written all day.

As soon as one indexed path changes mongod (6.0) makes the keys of every index of the document anew, and the path that tells the sweeper of
an outbox changes twice for each message. So of some kinds the outbox stands in a field of its own, and the documents whose outbox is not
empty are listed in an `unsent` document, written before them in the same command: whoever finds one of them after a crash finds that one
too. It is deleted when all of them are cleared. Every write that leaves something in such an outbox has a list of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from shared.identity import new_id
from shared.mongo import Document
from shared.recent import Recent

LISTED: Final = frozenset({"page"})
"""Kinds whose outbox is listed and not indexed."""

WRITING: Final = timedelta(hours=1)
"""So long a listed write may take that has not come yet: the driver gives it up after half a minute."""
REMEMBERED: Final = 600.0
HELD: Final = 10_000


def outbox_of(kind: str) -> str:
    """The field in which a kind has its outbox."""
    return "events" if kind in LISTED else "outbox"


def left_in(document: Mapping[str, Any]) -> list[Document]:
    """The messages that stand in a document's outbox; of a listed kind also those from before it was one."""
    return [*document.get("outbox", ()), *document.get("events", ())]


def emptied(document: Mapping[str, Any]) -> Document:
    """The fields by which an outbox is cleared. Of a listed kind the indexed field is left alone unless something stands there."""
    own = outbox_of(document["kind"])
    return {own: []} | ({"outbox": []} if document.get("outbox") else {})


Written = tuple[str, int]
"""A document's id and the version that was written."""


class Unsent:
    """What this process has listed and not cleared yet. What it forgets, or a crash leaves, the sweeper takes away."""

    def __init__(self) -> None:
        self._left: Recent[str, int] = Recent(REMEMBERED, HELD)
        self._lists: Recent[Written, str] = Recent(REMEMBERED, 8 * HELD)

    def list_of(self, documents: Iterable[Document], at: datetime) -> Document | None:
        """The document that lists those of these, as they are to be written, whose outbox no index shows; None without any."""
        listed = [one for one in documents if one["kind"] in LISTED and one[outbox_of(one["kind"])]]
        if not listed:
            return None
        id_ = f"unsent:{new_id()}"
        self._left.keep(id_, len(listed))
        for one in listed:
            self._lists.keep((one["_id"], one["version"]), id_)
        places: list[Any] = [[one["_id"], one["version"]] for one in listed]
        return {"_id": id_, "kind": "unsent", "version": 1, "at": at, "documents": places}

    def cleared(self, written: Iterable[Written]) -> list[str]:
        """What these writes left is published and cleared, or carried over by a later write that has a list of its own, or they were never
        made. The lists on which nothing is left, to be deleted."""
        done = []
        for one in written:
            if list_ := self._lists.take(one):
                left = (self._left.take(list_) or 0) - 1
                if left > 0:
                    self._left.keep(list_, left)
                elif left == 0:
                    done.append(list_)
        return done


def swept(lists: Sequence[Document], found: Mapping[str, Document], now: datetime) -> list[str]:
    """The lists that the sweeper may delete, after it has cleared `found`, the documents that they name as they were read before: every
    write has come, or never will."""
    return [one["_id"] for one in lists if now - one["at"] > WRITING or all(_written(found.get(id_), at) for id_, at in one["documents"])]


def _written(document: Document | None, version: int) -> bool:
    """A new document may not have come yet, and one that is gone needs nothing: which it is shows when it has had its time."""
    return document is not None and document["version"] >= version
