"""The disclosure log over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import Protecting
from services.sharing.store import Store

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class Disclosure(BaseModel):
    """A row of the log."""

    model_config = ConfigDict(extra="forbid")

    disclosure: str
    at: datetime
    state: Literal["made", "refused"]
    school: str
    child: str
    authority: str
    requested_by: str
    request: str
    case: str
    agency: str
    purpose: str
    categories: list[str]
    bases: dict[str, str] = Field(description="By category, the lawful basis on which it was told.")
    refused: list[str] = Field(description="Categories that nothing allows.")
    policy: int = Field(description="Version of the table of what may be told to whom.")
    pack: str | None = None


def router(store: Store) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get(
        "/disclosures", response_model_exclude_unset=True, summary="The disclosure log: what was told to whom, or refused, on which basis"
    )
    async def get_disclosures(
        _: Protecting,
        child: str | None = None,
        first: Annotated[Day | None, Query(alias="from", description="First day, included.")] = None,
        last: Annotated[Day | None, Query(alias="to", description="Last day, included; today by default.")] = None,
    ) -> list[Disclosure]:
        return [Disclosure(**row) for row in await store.disclosing.rows(child, first, last)]

    return routes
