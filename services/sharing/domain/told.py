"""What the disclosure log keeps of a pack: who asked, what, why, and what allows it."""

from typing import Any

from services.sharing.domain import policy
from services.sharing.domain.material import Wanted


def row(wanted: Wanted, decision: policy.Decision) -> dict[str, Any]:
    return {
        "requested_by": wanted.requested_by,
        "request": wanted.request,
        "case": wanted.case,
        "agency": "local authority",
        "purpose": wanted.measure,
        "categories": list(policy.PACK),
        "bases": decision.bases,
        "refused": list(decision.refused),
        "policy": decision.version,
    }
