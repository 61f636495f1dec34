"""A child's family: parents, siblings, flags and visit warnings."""

from fastapi import APIRouter, HTTPException

from services.referrals.api import family_views as views
from services.referrals.api.access import Worker
from services.referrals.api.family_shown import Families
from services.referrals.api.known import NO_CHILD, Child, Contact, Urn, person_of
from services.referrals.families.family import follow
from services.referrals.store import Store
from shared.answers import problems
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id


def router(bus: Bus, store: Store) -> APIRouter:
    routes = APIRouter(prefix="/schools/{urn}/children/{child}/family", tags=["families"], responses=problems(404, 409))
    families = Families(bus, store)

    @routes.get("", summary="A child's parents, siblings, flags and visit warnings")
    async def get_family(urn: Urn, child: Child, caller: Contact) -> views.FamilyView | views.FamilyContacts:
        """Business support gets who may be reached how; officers get the rest. A field says which school or officer gave it."""
        return await families.whole(urn, await person_of(urn, child, caller, store, bus), caller)

    @routes.post("/from-roll", summary="Bring the parents from the school's roll")
    async def from_roll(urn: Urn, child: Child, caller: Worker) -> views.FamilyView | views.FamilyContacts:
        """As the opening of a case does. Does no harm when repeated."""
        await person_of(urn, child, caller, store, bus)
        person = await follow(bus, store, urn, child, Cause.beginning(new_id()))
        if person is None:
            raise HTTPException(404, NO_CHILD)
        return await families.whole(urn, person, caller)

    return routes
