"""What officers were told of a child's contacts, over HTTP."""

from fastapi import APIRouter

from services.attendance.api.callers import Reading, Urn, known
from services.attendance.domain.told_contacts import ToldContact
from services.attendance.registers.reader import Reader
from services.attendance.store.roll_contacts import RollContacts
from shared.answers import problems


def router(reader: Reader, rolls: RollContacts) -> APIRouter:
    routes = APIRouter(prefix="/v1")

    @routes.get("/schools/{urn}/children/{child}/contacts", responses=problems(404), summary="Contacts confirmed or changed by officers")
    async def of_child(urn: Urn, child: str, caller: Reading) -> list[ToldContact]:
        """The trail of what officers were told, the earliest first, and whether the roll shows it still. What it is stands in the roll."""
        await known(reader, urn, caller)
        return await rolls.trail(urn, child)

    return routes
