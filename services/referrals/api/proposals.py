"""Proposed referrals: the lists of the schools' named officers."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from services.referrals.api.access import OfSchool, Reader, covered, visible
from services.referrals.api.together import TOGETHER, together
from services.referrals.domain.officer import Officer
from services.referrals.domain.priority import Priority, place, priority
from services.referrals.domain.referral import Figures, Referral
from services.referrals.names.naming import Named, Naming
from services.referrals.store import Store
from shared.answers import problems
from shared.contracts.standing import Rule

Names = Literal["known", "unknown", "away"]
"""`unknown`: the roll does not (yet) name the child. `away`: the attendance service does not answer now; ask again."""


REGISTER_LATE: Final = "The school is open and has sent no register by its hour: its concerns may not be as they are."


class Proposal(BaseModel):
    referral: str
    school: str
    child: str
    names: Names
    forename: str | None
    surname: str | None
    year_group: str | None
    officers: list[str] = Field(description="Ids of the school's named officers; none: the unallocated list.")
    year: int = Field(description="The academic year by the calendar year in which it begins: 2026 is 2026/27.")
    rules: list[Rule]
    figures: Figures | None
    priority: Priority
    since: datetime
    raised_by: list[str] = Field(description="Roles of those who raised it by hand; none: its concerns alone propose it.")
    left_until: date | None = Field(description="Somebody looked at it and left it until then.")
    register_late: bool = Field(description=REGISTER_LATE)
    together: list[str] = Field(description=TOGETHER)


class Proposals(BaseModel):
    proposals: list[Proposal]


def router(naming: Naming, store: Store) -> APIRouter:
    routes = APIRouter(tags=["proposals"], responses=problems(404, 409))

    @routes.get("/proposals", summary="Proposed referrals, the most urgent first")
    async def get_proposals(
        caller: Reader,
        school: OfSchool = None,
        officer: Annotated[str | None, Query(description="Of this officer's schools only.")] = None,
        unallocated: Annotated[bool, Query(description="Of schools that have no named officer only.")] = False,
    ) -> Proposals:
        """A proposal is not a case: it starts no retention clock, is shown to no agency, and goes when its concerns ease."""
        officers = await store.officers.all()
        schools = _narrowed(await covered(caller, store), school, officer, officers)
        found = await visible(await store.referrals.in_states(["proposed"], schools), caller, store)
        if unallocated:
            taken = {urn for one in officers for urn in one.schools}
            found = [referral for referral in found if referral.school not in taken]
        people = await naming.of((referral.school, referral.child) for referral in found)
        late = await store.silences.late(referral.school for referral in found)
        others = await together(store, found, people)
        return Proposals(proposals=[_shown(one, people, officers, late, others.get(one.id, [])) for one in sorted(found, key=place)])

    return routes


def _narrowed(
    schools: frozenset[str] | None, school: str | None, officer: str | None, officers: Sequence[Officer]
) -> frozenset[str] | None:
    """The schools asked for among those that the caller covers (None: all)."""
    wanted = schools
    if officer is not None:
        found = next((one for one in officers if one.id == officer), None)
        if found is None:
            raise HTTPException(404, "there is no such officer")
        wanted = frozenset(found.schools) if wanted is None else wanted & frozenset(found.schools)
    if school is not None:
        if schools is not None and school not in schools:
            raise HTTPException(404, "there is no such school among yours")
        wanted = frozenset({school}) if wanted is None else wanted & {school}
    return wanted


def names(person: Named | None, people: Mapping[str, Named] | None) -> Names:
    if people is None:
        return "away"
    return "known" if person and (person.surname or person.forename) else "unknown"


def _shown(
    referral: Referral, people: Mapping[str, Named] | None, officers: Sequence[Officer], late: Container[str], others: list[str]
) -> Proposal:
    person = people.get(referral.child) if people else None
    rules = list(dict.fromkeys(concern.rule for concern in referral.standing))
    return Proposal(
        referral=referral.id,
        school=referral.school,
        child=referral.child,
        names=names(person, people),
        forename=person.forename if person else None,
        surname=person.surname if person else None,
        year_group=person.year_group if person else None,
        officers=[officer.id for officer in officers if referral.school in officer.schools],
        year=referral.year,
        rules=rules,
        figures=referral.private.figures,
        priority=priority(rules, referral.private.figures, raised=bool(referral.private.raised)),
        since=referral.proposed_at,
        raised_by=[one.role for one in referral.private.raised],
        left_until=referral.private.left.until if referral.private.left else None,
        register_late=referral.school in late,
        together=others,
    )
