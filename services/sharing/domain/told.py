"""What the disclosure log keeps of a pack: who asked, what, why, and what allows it."""

from collections.abc import Collection
from typing import Any

from services.sharing.domain import policy
from services.sharing.domain.material import Wanted


def row(wanted: Wanted, categories: Collection[policy.Category], decision: policy.Decision) -> dict[str, Any]:
    """`categories`: of which something is told or, of a refusal, would have been."""
    return {
        "requested_by": wanted.requested_by,
        "request": wanted.request,
        "case": wanted.case,
        "agency": "local authority",
        "purpose": wanted.measure,
        "categories": list(categories),
        "bases": decision.bases,
        "refused": list(decision.refused),
        "policy": decision.version,
    }
