"""Staff: the schools to which they are allocated, and who covers for whom."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.referrals.api.access import Staff
from services.referrals.api.parent_bodies import Telephone
from services.referrals.domain.clearance import Due, dues, lacking
from services.referrals.domain.officer import Allocation, Officer, StaffRole, allocated
from services.referrals.errors import OfficerNotAdded
from services.referrals.officers.handing_over import HandingOver
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.answers import problems
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import MAILBOX, OFFICER, URN
from shared.words import Name

OfficerId = Annotated[str, Path(pattern=OFFICER, description="As in the `sub` of the officer's token.")]
Other = Annotated[str, Field(pattern=OFFICER)]
Urn = Annotated[str, Field(pattern=URN, examples=["100001"])]


class Allocated(BaseModel):
    """A school from a day on, or for some time."""

    model_config = ConfigDict(extra="forbid")

    school: Urn
    first: date | None = Field(None, alias="from", description="By default today.")
    until: date | None = Field(None, description="The last day; by default until further notice.")

    @model_validator(mode="after")
    def _in_order(self) -> "Allocated":
        if self.first and self.until and self.until < self.first:
            raise ValueError("`until` is before `from`")
        return self


class OfficerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[Name, Field(examples=["Robin Example"])]
    email: str = Field(max_length=254, pattern=MAILBOX, examples=["robin@example.org"])
    telephone: Telephone | None = Field(None, description="At work.", examples=["01632 960100"])
    schools: list[Urn | Allocated] = Field(max_length=500, description="The schools whose named officer this is: URNs, or with dates.")
    role: StaffRole = "officer"
    cover: Other | None = Field(None, description="Who takes over when this one is away or a check is out of date.")


class Shown(Officer):
    """An officer's record with what it comes to today."""

    access: Literal["open", "out of date", "away", "left"]
    dues: tuple[Due, ...] = Field(description="Check and training: until when each counts.")


class Officers(BaseModel):
    officers: list[Shown]


def router(store: Store, handing: HandingOver) -> APIRouter:
    routes = APIRouter(tags=["officers"], responses=problems(404, 409))
    policies = handing.policies

    @routes.put("/officers/{officer}", summary="Add an officer, or change name, e-mail, role, schools and cover")
    async def put_officer(officer: OfficerId, body: OfficerBody, _: Staff) -> Shown:
        """Schools that are left out are no longer the officer's; what the officer covers for another stays, and so do role and cover where
        they are not sent. Several may share a school."""
        await _covers(body.cover, officer, store)
        today = store.today()
        wanted = _wanted(body.schools, today)
        said = body.model_dump(include=body.model_fields_set - {"schools"})

        def step(found: Officer) -> Officer:
            return found.model_copy(update={**said, "allocations": allocated(found, wanted, today)})

        new = step(Officer(id=officer, name=body.name, email=body.email))
        changed = await store.officers.put(new, step, Cause.beginning(new_id()))
        handing.admission.forget()
        return shown(changed, policies, today)

    @routes.get("/officers", summary="All staff with their schools, checks and training")
    async def get_officers(_: Staff) -> Officers:
        return Officers(officers=[shown(one, policies, store.today()) for one in await store.officers.all()])

    @routes.get("/officers/{officer}", summary="One of the staff")
    async def get_officer(officer: OfficerId, _: Staff) -> Shown:
        return shown(await known(store, officer), policies, store.today())

    return routes


async def _covers(cover: str | None, officer: str, store: Store) -> None:
    """422 for a cover who could never take over; OfficerNotAdded for one who is not known."""
    if cover == officer:
        raise HTTPException(422, "cover: nobody covers for themselves: name another officer")
    if cover is not None and await store.officers.get(cover) is None:
        raise OfficerNotAdded(f"the cover: iewo officer add {cover} --name NAME --email ADDRESS --school URN")


async def known(store: Store, id_: str) -> Officer:
    found = await store.officers.get(id_)
    if found is None:
        raise HTTPException(404, "there is no such officer: iewo officer list")
    return found


def shown(officer: Officer, policies: Policies, today: date) -> Shown:
    policy = policies.on(today)
    access: Literal["open", "out of date", "away", "left"] = "open"
    if officer.away:
        access = officer.away.why
    elif lacking(officer, policy, today):
        access = "out of date"
    return Shown(**{name: getattr(officer, name) for name in Officer.model_fields}, access=access, dues=dues(officer, policy))


def _wanted(schools: Sequence[str | Allocated], today: date) -> tuple[Allocation, ...]:
    """Each school once; the later word about one counts."""
    said = {}
    for one in schools:
        if isinstance(one, str):
            said[one] = Allocation(school=one, first=today)
        else:
            first = one.first or (min(today, one.until) if one.until else today)
            said[one.school] = Allocation(school=one.school, first=first, until=one.until)
    return tuple(said.values())
