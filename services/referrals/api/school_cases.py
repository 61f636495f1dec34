"""A school's own list of its cases: ids and states, so that it learns what becomes of what it accepted, and no officer's words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from services.referrals.api.access import Reader, closed, covers
from services.referrals.api.raising import Urn
from services.referrals.domain.lifecycle import State
from services.referrals.domain.referral import Path, Referral
from services.referrals.store import Store
from shared.answers import problems


class SchoolCase(BaseModel):
    case: str
    child: str = Field(description="The child's id, as GET /v1/schools/{urn}/children of `attendance` has it.")
    path: Path
    state: State
    since: datetime = Field(description="When it came to this state.")
    opened_at: datetime
    closed_at: datetime | None
    officer: str | None = Field(description="The id of the officer whose case it is; null: nobody's yet.")


class SchoolCases(BaseModel):
    school: str
    cases: list[SchoolCase] = Field(description="Those that changed last come first.")


def router(store: Store) -> APIRouter:
    routes = APIRouter(tags=["schools"], responses=problems(404))

    @routes.get("/schools/{urn}/cases", summary="The school's cases, open and closed: their ids and states")
    async def get_cases(
        urn: Urn,
        caller: Reader,
        since: Annotated[AwareDatetime | None, Query(description="Only those that came to their state then or later.")] = None,
    ) -> SchoolCases:
        """Ask again with `since` to learn what has changed. A proposal is no case: see GET /v1/proposals."""
        await covers(urn, caller, store)
        barred = await closed(caller, store)
        found = _shown(one for one in await store.referrals.of_school(urn) if barred.isdisjoint(one.records))
        return SchoolCases(school=urn, cases=[one for one in found if since is None or one.since >= since])

    return routes


def _shown(referrals: Iterable[Referral]) -> list[SchoolCase]:
    cases = [
        SchoolCase(
            case=one.id,
            path=one.path,
            **one.model_dump(include={"child", "state", "closed_at", "officer"}),
            opened_at=one.opened_at,
            since=max((step.at for step in one.private.history if step.before != step.state), default=one.opened_at),
        )
        for one in referrals
        if one.opened_at
    ]
    return sorted(cases, key=lambda one: (one.since, one.case), reverse=True)
