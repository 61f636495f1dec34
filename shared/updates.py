"""Updates by which a document becomes another, each on the condition that it is the one that was read."""

from shared.mongo import Document


def becoming(document: Document) -> list[Document]:
    """The update that makes a document this one. As a pipeline mongod (6.0) finds out what differs, and leaves the indexes over the rest
    alone; a replacement in a transaction looks at every index, which took a millisecond in a collection that has thirty."""
    return [{"$replaceWith": {"$literal": document}}]


def difference(before: Document, document: Document) -> Document:
    """The update that makes the one into the other."""
    fields = {name: value for name, value in document.items() if name not in before or before[name] != value}
    gone = {name: "" for name in before if name not in document}
    return {"$set": fields} | ({"$unset": gone} if gone else {})


def condition(document: Document) -> Document:
    return {"_id": document["_id"], "kind": document["kind"], "version": document["version"]}


def without_id(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in ("_id", "kind")}
