"""How a referral is stored: what of it is in clear and what is sealed. Its history is sealed apart, so that a list does not read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from services.referrals.domain.history import Entry
from services.referrals.domain.referral import Private, Referral
from shared.mongo import Document
from shared.sealing import Sealer

WITHOUT_HISTORY: Final = {"sealed_history": 0}
"""What a list leaves in the database. What was read so is shown, and never written."""
_CLEAR: Final = Referral.model_fields.keys() - {"id", "private"}
_NOTHING: Final = Private()
_HISTORY: Final = TypeAdapter(tuple[Entry, ...])


@dataclass(frozen=True, slots=True)
class Held:
    """A referral with the document it was read from, whose version and outbox its writer carries over."""

    referral: Referral
    document: Document


def opened(document: Document, sealer: Sealer) -> Held:
    cohort, id_ = document["cohort"], document["_id"]
    private = Private.model_validate_json(sealer.open(cohort, id_, "sealed", bytes(document["sealed"])))
    if written := document.get("sealed_history"):
        history = _HISTORY.validate_json(sealer.open(cohort, id_, "sealed_history", bytes(written)))
        private = private.model_copy(update={"history": history})
    return Held(in_clear(document, private), document)


def in_clear(document: Document, private: Private = _NOTHING) -> Referral:
    """What of a referral stands in clear, its private part empty: for long lists that show nothing else."""
    clear = {name: document[name] for name in _CLEAR & document.keys()}
    # said, since the model would make a deep copy of its default each time: half of what it takes
    return Referral(id=document["_id"].partition(":")[2], private=private, **clear)


def document_of(referral: Referral, held: Held | None, cohorts: Mapping[str, str], own: str, sealer: Sealer) -> Document:
    """The referral as it is stored. It is kept as long as the latest year in which something was said of it asks for, until it is closed:
    what is noted on it afterwards, a pack sent or an LA's word, is no work with the family, and its entries stay at their date too.

    `cohorts`: of each record of which it says something, for the year in which something is said of it now. `own`: that year's own, to
    which it goes back when the children's dates come forward.
    """
    before: Document = held.document if held else {"version": 0}
    children = sorted(referral.records)
    if held and held.referral.state == referral.state == "closed" and before["children"] == children:
        cohort, own = before["cohort"], before.get("own", own)
    else:
        cohort, own = max(*(cohorts[child] for child in children), before.get("cohort", "")), max(own, before.get("own", ""))
    id_ = f"referral:{referral.id}"
    clear: dict[str, Any] = referral.model_dump(exclude={"id", "private"})
    history = _HISTORY.dump_json(referral.private.history) if referral.private.history else None
    return {
        **before,
        **clear,
        "_id": id_,
        "kind": "referral",
        "children": children,
        "concerns": list(clear["concerns"]),
        "packs": list(clear["packs"]),
        "act_by": referral.act_by,
        "path": referral.path,
        "open": referral.live,
        "cohort": cohort,
        # when something was last done in it, its opening and reopening included: the caseload asks for what is quiet
        "acted_at": max((at for at in (before.get("acted_at"), referral.begun_at) if at), default=None),
        "own": own,
        "sealed": sealer.seal(cohort, id_, "sealed", referral.private.model_dump_json(exclude={"history"}).encode()),
        **({"sealed_history": sealer.seal(cohort, id_, "sealed_history", history)} if history else {}),
    }
