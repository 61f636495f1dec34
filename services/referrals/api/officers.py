"""Officers and the schools to which they are allocated."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Staff
from services.referrals.store import Store
from services.referrals.store.officers import Officer, StaffRole
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import EMAIL, OFFICER, URN
from shared.words import Name

OfficerId = Annotated[str, Path(pattern=OFFICER, description="As in the `sub` of the officer's token.")]
Urn = Annotated[str, Field(pattern=URN, examples=["100001"])]


class OfficerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[Name, Field(examples=["Robin Example"])]
    email: str = Field(max_length=254, pattern=EMAIL, examples=["robin@example.org"])
    schools: list[Urn] = Field(max_length=500, description="URNs of the schools whose named officer this is.")
    role: StaffRole = "officer"


class Officers(BaseModel):
    officers: list[Officer]


def router(store: Store) -> APIRouter:
    routes = APIRouter(tags=["officers"], responses=problems(409))

    @routes.put("/officers/{officer}", summary="Add an officer, or change name, e-mail, role and schools")
    async def put_officer(officer: OfficerId, body: OfficerBody, _: Staff) -> Officer:
        """Schools that are left out are no longer the officer's. Several officers may share a school."""
        said = {"name": body.name, "email": body.email, "schools": tuple(dict.fromkeys(body.schools)), "role": body.role}
        new = Officer(id=officer, **said)
        return await store.officers.put(new, lambda found: found.model_copy(update=said), Cause.beginning(new_id()))

    @routes.get("/officers", summary="All officers with their schools")
    async def get_officers(_: Staff) -> Officers:
        return Officers(officers=await store.officers.all())

    return routes
