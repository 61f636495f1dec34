"""The store as data: what kinds of document each service's collection holds, its indexes, and the views that prove
disposal.

One collection per service, named as the service. `_id` begins with the kind, and every query names the kind: the
indexes are partial by it. In clear stand ids, kind, school, academic year, cohort, version, state, due dates and times
of writing; everything else is in `sealed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.topology import SERVICES

DATABASE: Final = "iewo"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document: the fields that it must have beside `_id`, `kind` and `version`, and types that only this
    kind decides.
    """

    name: str
    required: tuple[str, ...] = ()
    types: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """One index. `keys` are ascending, in that order; `where` is its partial filter."""

    name: str
    keys: tuple[str, ...]
    where: Mapping[str, Any]
    unique: bool = False


TYPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "version": {"bsonType": ["int", "long"], "minimum": 1},
    "school": {"bsonType": "string"},
    "year": {"bsonType": ["int", "long"]},
    "children": {"bsonType": "array", "items": {"bsonType": "string"}},
    "cohort": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    # a document's own date, where its child's has moved it
    "own": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "state": {"bsonType": "string"},
    "sealed": {"bsonType": "binData"},
    "sealed_links": {"bsonType": "binData"},
    "sealed_spans": {"bsonType": "binData"},
    "sealed_part": {"bsonType": "binData"},
    "sealed_history": {"bsonType": "binData"},
    "sealed_earlier": {"bsonType": "binData"},
    "sealed_work": {"bsonType": "binData"},
    "sealed_files": {"bsonType": "binData"},
    "sealed_words": {"bsonType": "binData"},
    "sealed_rests": {"bsonType": "binData"},
    "sealed_notices": {"bsonType": "binData"},
    "outbox": {"bsonType": "array"},
}
"""Types of the fields that kinds share, wherever they occur."""

KINDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "attendance": (
        Kind("school", ("school", "feeds")),
        Kind("calendar", ("school", "year", "uploads", "corrections")),
        Kind("silent", ("school", "day", "state", "since")),
        Kind("feed", ("school", "number", "digest", "state", "cohort", "sealed")),
        Kind("part", ("feed", "school", "year", "cohort", "sealed")),
        Kind("roll", ("school", "year", "children", "cohort", "sealed", "sealed_links", "sealed_spans")),
        Kind("case", ("school", "child", "children", "state", "order", "cohort")),
        # of the school's year, and of no child: it stays
        Kind("book", ("school", "year")),
        Kind("page", ("school", "year", "children", "cohort", "sealed")),
        # of pages whose outbox is not empty (shared/unsent.py), and of no child
        Kind("unsent", ("at", "documents")),
        Kind("identity", ("cohort", "sealed")),
        Kind("join", ("school", "children", "state", "kept", "order", "cohort", "sealed")),
        # of the school's joins together, and of no child: it stays
        Kind("joins", ("school",)),
        Kind("told", ("school", "year", "cohort", "sealed")),
        Kind("credential", ("schools", "state", "made")),
        Kind("clock"),
        Kind("purge"),
    ),
    "referrals": (
        # of a school, and of no child: it stays
        Kind("bought", ("school", "words")),
        # of a school's year, and of no child: it falls with the year
        Kind("check", ("school", "at", "cohort", "sealed")),
        Kind("transfer", ("case", "children", "schools", "state", "cohort", "sealed")),
        Kind("bar", ("school", "children", "who", "cohort", "sealed")),
        Kind("officer", ("name", "email", "allocations")),
        Kind("notice", ("who", "what", "state", "at", "next")),
        Kind("silence", ("school", "days")),
        Kind("concern", ("school", "year", "children", "cohort")),
        Kind("referral", ("school", "child", "children", "state", "open", "cohort", "sealed")),
        # a document of each child of the family: it falls with that child
        Kind("leave", ("leave", "school", "children", "state", "at", "cohort", "sealed")),
        Kind("intervention", ("case", "children", "officer", "struck", "cohort", "sealed")),
        # the words of an entry made in error: of no child, so that they fall with the next disposal
        Kind("struck", ("children", "cohort", "sealed")),
        Kind("task", ("case", "children", "officer", "done", "due", "cohort", "sealed")),
        Kind("join", ("school", "children", "state", "order", "cohort")),
        Kind("flag", ("school", "children", "at", "cohort", "sealed")),
        Kind("parent", ("school", "children", "cohort", "sealed")),
        Kind("link", ("school", "parent", "children", "cohort", "sealed")),
        Kind("same", ("parents", "children", "cohort", "sealed")),
        # of an address, and of no child
        Kind("warning", ("state", "owner", "review", "cohort", "sealed")),
        Kind("document", ("case", "school", "children", "state", "at", "cohort", "sealed")),
        Kind("letter", ("case", "school", "children", "state", "at", "cohort", "sealed")),
        Kind("chunk", ("document", "upload", "school", "children", "cohort", "sealed")),
        Kind("clock"),
        Kind("purge"),
    ),
    "sharing": (
        Kind("authority", ("code", "name")),
        Kind("pack", ("request", "edition", "case", "school", "children", "authority", "state", "cohort", "sealed_work")),
        Kind("chunk", ("pack", "school", "children", "cohort", "sealed")),
        # what is known of notices about a child, beside what was said of its packs
        Kind("history", ("school", "children", "cohort", "sealed")),
        Kind("disclosure", ("school", "children", "authority", "state", "at", "cohort", "sealed")),
        Kind("clock"),
        Kind("purge"),
    ),
    "retention": (
        Kind("clock", ("children", "cohort", "due")),
        Kind("hold", ("children", "cohort", "sealed")),
        Kind("sweep", ("state", "on", "cohorts")),
        Kind("ledger", ("purge", "child", "disposed")),
        Kind("certificate", ("number", "purge", "body")),
        Kind("purge"),
    ),
}


def _of(kind: str, **more: object) -> dict[str, Any]:
    return {"kind": kind, **more}


_COMMON: Final = (
    # the sweeper: what a crash left unpublished; its query names `outbox.0` as this filter does
    Index("outbox", ("kind", "outbox.at"), {"outbox.0": {"$exists": True}}),
    Index("by_cohort", ("cohort", "school"), {"cohort": {"$exists": True}}),
    Index("by_child", ("children",), {"children": {"$exists": True}}),
)

_OWN: Final[Mapping[str, tuple[Index, ...]]] = {
    "attendance": (
        Index("feed_number", ("school", "number"), _of("feed"), unique=True),
        # the same bytes from the same school are the same feed
        Index("feed_digest", ("school", "digest"), _of("feed"), unique=True),
        Index("feed_accepted", ("state", "at"), _of("feed", state="accepted")),
        Index("credential_code", ("code",), _of("credential", state="invited"), unique=True),
        Index("credential_school", ("schools",), _of("credential")),
        Index("feed_withdrawing", ("state", "at"), _of("feed", state="withdrawing")),
        # which schools sent marks of a day, and when a school last did
        Index("feed_day", ("day", "school"), _of("feed")),
        Index("silent_day", ("state", "day"), _of("silent")),
        Index("unsent_at", ("at",), _of("unsent")),
        Index("part_feed", ("feed",), _of("part")),
        Index("part_age", ("at",), _of("part")),
        Index("case_open", ("school", "state"), _of("case")),
        Index("roll_year", ("school", "year"), _of("roll")),
        Index("join_state", ("school", "state"), _of("join")),
        # a child stands on one page of a school and year; an empty page counts as a child called nothing, so delete it
        Index("page_child", ("school", "year", "children"), _of("page"), unique=True),
    ),
    "referrals": (
        # one open proposal or case per child and school; a later concern joins it
        Index("referral_open", ("school", "child"), _of("referral", open=True), unique=True),
        Index("referral_state", ("state", "school"), _of("referral")),
        Index("transfer_state", ("state", "schools"), _of("transfer")),
        Index("bar_who", ("who",), _of("bar")),
        Index("check_school", ("school", "at"), _of("check")),
        Index("referral_officer", ("officer",), _of("referral", open=True)),
        Index("referral_covers", ("covers",), _of("referral", open=True)),
        # the caseload, the oldest first: its filters look at the index alone
        Index("referral_case", ("state", "opened_at", "school", "officer", "next_due", "acted_at"), _of("referral", open=True)),
        # cases of leave in term time: in no officer's caseload, and several of a child at a time
        Index("referral_leave", ("state", "opened_at", "school", "act_by"), _of("referral", path="leave in term time")),
        Index("leave_id", ("leave",), _of("leave")),
        Index("leave_school", ("school", "state", "at"), _of("leave")),
        Index("notice_waiting", ("state", "next"), _of("notice", state="waiting")),
        Index("notice_who", ("who", "at"), _of("notice")),
        # what ages: a path that names a case is dropped, then the notice itself
        Index("notice_age", ("at",), _of("notice")),
        Index("intervention_case", ("case", "struck", "recorded_at", "due"), _of("intervention")),
        Index("intervention_due", ("due",), _of("intervention")),
        Index("intervention_officer", ("officer", "due"), _of("intervention")),
        Index("task_case", ("case", "done", "due"), _of("task")),
        Index("task_open", ("done", "officer"), _of("task")),
        Index("parent_school", ("school",), _of("parent")),
        Index("link_parent", ("parent",), _of("link")),
        Index("same_parents", ("parents",), _of("same")),
        Index("warning_review", ("state", "review"), _of("warning")),
        Index("document_case", ("case", "state"), _of("document")),
        # whose content does not come, and what a disposal makes forget
        Index("document_state", ("state", "at"), _of("document")),
        Index("letter_case", ("case",), _of("letter")),
        Index("letter_state", ("state", "school"), _of("letter")),
        Index("chunk_document", ("document",), _of("chunk")),
    ),
    "sharing": (
        # one pack for each request, and one of each later edition
        Index("pack_edition", ("request", "edition"), _of("pack"), unique=True),
        Index("pack_authority", ("authority", "state"), _of("pack")),
        Index("pack_school", ("school", "state"), _of("pack")),
        Index("pack_waiting", ("state", "waiting_since"), _of("pack", state="waiting")),
        Index("pack_notices", ("authority", "notices_to"), _of("pack", notices_to={"$exists": True})),
        # a scan of what was signed belongs to one pack
        Index("pack_scans", ("scans",), _of("pack", scans={"$exists": True}), unique=True),
        Index("pack_to_answer", ("answer_by",), _of("pack", answer_by={"$exists": True})),
        Index("pack_looked", ("looked_at",), _of("pack", looked_at={"$exists": True})),
        Index("disclosure_at", ("at",), _of("disclosure")),
    ),
    "retention": (
        Index("certificate_number", ("number",), _of("certificate"), unique=True),
        Index("ledger_purge", ("purge",), _of("ledger")),
        # one sweep at a time
        Index("sweep_running", ("state",), _of("sweep", state="running"), unique=True),
        Index("certificate_purge", ("purge",), _of("certificate"), unique=True),
    ),
}

INDEXES: Final[Mapping[str, tuple[Index, ...]]] = {service: (*_COMMON, *_OWN[service]) for service in SERVICES}


def validator(service: str) -> dict[str, Any]:
    """The collection's validator: one kind fits, and `_id` begins with it; fields beyond the named ones are allowed. No two kinds fit
    one document, since each names its own: mongod looks at no other once one does, and leaves each by its name.
    """
    return {
        "$jsonSchema": {
            "required": ["_id", "kind", "version"],
            "properties": dict(TYPES),
            "anyOf": [_schema(kind) for kind in KINDS[service]],
        }
    }


def _schema(kind: Kind) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "properties": {
            "kind": {"enum": [kind.name]},
            "_id": {"bsonType": "string", "pattern": f"^{kind.name}:"},
            **kind.types,
        }
    }
    if kind.required:
        schema["required"] = list(kind.required)
    return schema


def holdings(service: str) -> str:
    """The name of the view that shows which children and cohorts a collection holds, and nothing else."""
    return f"{service}_holdings"


HOLDINGS_PIPELINE: Final[tuple[Mapping[str, Any], ...]] = (
    {"$match": {"cohort": {"$exists": True}}},
    {"$project": {"_id": 0, "kind": 1, "school": 1, "children": 1, "cohort": 1}},
)


def privileges(service: str) -> list[dict[str, Any]]:
    """What a service's MongoDB user may do: its own collection, enough for transactions too; `retention` also looks
    into the views.
    """
    granted = [_privilege(service, "find", "insert", "update", "remove")]
    if service == "retention":
        granted += [_privilege(holdings(one), "find") for one in SERVICES]
    return granted


def _privilege(collection: str, *actions: str) -> dict[str, Any]:
    return {"resource": {"db": DATABASE, "collection": collection}, "actions": sorted(actions)}
