"""What was done in a case, as a parent may be shown it."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.referrals.api.access import Worker, case_of
from services.referrals.domain.intervention import Intervention
from services.referrals.store import Store
from shared.answers import problems


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


def router(store: Store) -> APIRouter:
    routes = APIRouter(tags=["interventions"], responses=problems(404, 409))

    @routes.get("/cases/{case}/for-parents", summary="What was done, as a parent may be shown it")
    async def get_for_parents(case: str, caller: Worker) -> ForParents:
        """Without what goes to nobody outside, and what was struck out."""
        found = await case_of(case, caller, store)
        entries = [one for one in await store.interventions.of_case(found.id) if one.for_others and one.counts]
        return ForParents(interventions=[_for_parent(one) for one in entries])

    return routes


def _for_parent(entry: Intervention) -> ForParent:
    told = entry.model_dump(include={"day", "kind", "outcome", "agreed", "next_step", "due"})
    return ForParent(**told, child_view=entry.child_view if entry.view_reviewed else None)
