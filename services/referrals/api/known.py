"""Children by school and id, as paths name them, and whether a caller may see them."""

from typing import Annotated, Final

from fastapi import Depends, HTTPException
from fastapi import Path as InPath

from services.referrals.api.access import closed, covers
from services.referrals.store import Store
from shared.auth import Caller, Role, allow
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, People, Person
from shared.patterns import ID, URN

CONTACTS: Final[tuple[Role, ...]] = ("officer", "head of service", "business support")
"""Who writes to families and takes their calls. What was said in confidence is the officers' alone."""

NO_CHILD: Final = "the school's roll names no such child"

Urn = Annotated[str, InPath(pattern=URN, description="The school's unique reference number, six digits.")]
Child = Annotated[str, InPath(max_length=64, pattern="^[0-9A-Za-z]+$", description="The child's id.")]
ParentId = Annotated[str, InPath(pattern=ID, description="The parent's record.")]
Contact = Annotated[Caller, Depends(allow(*CONTACTS))]


def is_officers(caller: Caller) -> bool:
    """Whether the caller is told more than how to reach a family."""
    return caller.role in ("officer", "head of service")


async def person_of(school: str, child: str, caller: Caller, store: Store, bus: Bus) -> Person:
    """The child as the school's roll says; 404 for one that is not on it, not of the caller's schools, or closed to the caller."""
    await covers(school, caller, store)
    if child in await closed(caller, store):
        raise HTTPException(404, NO_CHILD)
    answer = await bus.ask(AskPeople(school=school, children=(child,)), People)
    found = next((one for one in answer.people if one.child == child), None)
    if found is None:
        raise HTTPException(404, NO_CHILD)
    return found
