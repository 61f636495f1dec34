"""The kinds of intervention and the reasons for absence, as the company's settings say."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.referrals.api.access import Worker
from services.referrals.domain.kinds import Practices
from services.referrals.store import Store


class KindShown(BaseModel):
    kind: str
    starts_clock: bool = Field(description="Whether it keeps the child's records to the end of the academic year that follows.")
    for_others: bool = Field(description="Whether it goes into the chronology of a pack.")
    asks_seen: bool = Field(description="Whether an entry says if the child was seen.")


class KindsShown(BaseModel):
    version: str
    kinds: list[KindShown]
    reasons: list[str]
    no_action_school_days: int


def router(store: Store, practices: Practices) -> APIRouter:
    routes = APIRouter(tags=["interventions"])

    @routes.get("/intervention-kinds", summary="The kinds of intervention and the reasons for absence")
    async def get_kinds(_: Worker, on: date | None = None) -> KindsShown:
        """As the company's settings say on a day, today if none is given."""
        practice = practices.on(on or store.today())
        kinds = [
            KindShown(kind=kind.name, starts_clock=kind.starts_clock, for_others=kind.for_others, asks_seen=kind.asks_seen)
            for kind in practice.kinds.values()
        ]
        return KindsShown(
            version=practice.version,
            kinds=kinds,
            reasons=list(practice.reasons),
            no_action_school_days=practice.no_action_school_days,
        )

    return routes
