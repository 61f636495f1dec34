"""What was done in a case, as a parent may be shown it."""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.referrals.api.access import Worker, case_of
from services.referrals.api.family_access import sees_addresses
from services.referrals.domain.intervention import Intervention
from services.referrals.families.withholding import withholding
from services.referrals.store import Store
from shared.answers import problems
from shared.bus import Bus


class ForParent(BaseModel):
    """What of an entry a parent may be shown: nothing that was said, and the child's own view only once it was reviewed."""

    day: date = Field(serialization_alias="date")
    kind: str
    outcome: str
    agreed: str
    next_step: str
    due: date | None
    child_view: str | None = Field(description="null: there is none, or nobody has reviewed it yet.")


class ForParents(BaseModel):
    interventions: list[ForParent]


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(tags=["interventions"], responses=problems(404, 409))

    @routes.get("/cases/{case}/for-parents", summary="What was done, as a parent may be shown it")
    async def get_for_parents(case: str, caller: Worker) -> ForParents:
        """Without what goes to nobody outside, what was struck out, and any mention of a confidential address."""
        found = await case_of(case, caller, store)
        entries = await store.interventions.of_case(found.id)
        own = await sees_addresses(caller, store, found.school, found.child)
        without = await withholding(bus, store, found, part=own)
        return ForParents(interventions=[_for_parent(one, without) for one in entries if one.for_others and one.counts])

    return routes


def _for_parent(entry: Intervention, without: Callable[[str], str]) -> ForParent:
    return ForParent(
        **entry.model_dump(include={"day", "kind", "due"}),
        outcome=without(entry.outcome),
        agreed=without(entry.agreed),
        next_step=without(entry.next_step),
        child_view=without(entry.child_view) if entry.view_reviewed else None,
    )
