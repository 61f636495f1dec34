"""How a referral is stored: what of it is in clear and what is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.referrals.domain.lifecycle import LIVE
from services.referrals.domain.referral import Private, Referral
from shared.mongo import Document
from shared.sealing import Sealer

_CLEAR = tuple(name for name in Referral.model_fields if name not in ("id", "private"))


@dataclass(frozen=True, slots=True)
class Held:
    """A referral with the document it was read from, whose version and outbox its writer carries over."""

    referral: Referral
    document: Document


def opened(document: Document, sealer: Sealer) -> Held:
    plain = sealer.open(document["cohort"], document["_id"], "sealed", bytes(document["sealed"]))
    clear = {name: document.get(name) for name in _CLEAR}
    private = Private.model_validate_json(plain)
    return Held(Referral(id=document["_id"].partition(":")[2], private=private, **clear), document)


def document_of(referral: Referral, held: Held | None, cohorts: Mapping[str, str], own: str, sealer: Sealer) -> Document:
    """The referral as it is stored. It is kept as long as the latest year in which something was said of it asks for.

    `cohorts`: of each record of which it says something, for the year in which something is said of it now. `own`: that year's own, to
    which it goes back when the children's dates come forward.
    """
    before: Document = held.document if held else {"version": 0}
    children = sorted(referral.records)
    cohort = max(*(cohorts[child] for child in children), before.get("cohort", ""))
    id_ = f"referral:{referral.id}"
    clear: dict[str, Any] = referral.model_dump(exclude={"id", "private"})
    return {
        **before,
        **clear,
        "_id": id_,
        "kind": "referral",
        "children": children,
        "concerns": list(clear["concerns"]),
        "open": referral.state in LIVE,
        "cohort": cohort,
        "own": max(own, before.get("own", "")),
        "sealed": sealer.seal(cohort, id_, "sealed", referral.private.model_dump_json().encode()),
    }
