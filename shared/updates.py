"""Updates by which a document becomes another, each on the condition that it is the one that was read.

The condition stands in the update and not in the query: a query by `_id` alone is the one that mongod (6.0) follows without asking each of
the collection's indexes whether it would do, which took half of a small update, and two thirds of one in a transaction. What had been
written in between is left as it is, so what counts is how many were modified.
"""

from typing import Any

from shared.mongo import Document

Update = tuple[Document, list[Document]]
"""The query and the pipeline of an update."""


def becoming(before: Document, document: Document) -> Update:
    """The update that makes a document this one. As a pipeline mongod (6.0) finds out what differs, and leaves the indexes over the rest
    alone; a replacement in a transaction looks at every index, which took a millisecond in a collection that has thirty."""
    return _update(before, {"$literal": document})


def difference(before: Document, document: Document) -> Update:
    """The update that makes the one into the other: what was not read stays as it is."""
    fields = {name: value for name, value in document.items() if name not in before or before[name] != value}
    after: Document = {"$mergeObjects": ["$$ROOT", {"$literal": fields}]}
    for name in before:
        if name not in document:
            after = {"$unsetField": {"field": name, "input": after}}
    return _update(before, after)


def condition(document: Document) -> Document:
    return {"_id": document["_id"], "kind": document["kind"], "version": document["version"]}


def without_id(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in ("_id", "kind")}


def _update(before: Document, after: Any) -> Update:
    as_read = {"$eq": ["$version", before["version"]]}
    return {"_id": before["_id"]}, [{"$replaceWith": {"$cond": [as_read, after, "$$ROOT"]}}]
