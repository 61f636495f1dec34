"""Who may follow packs, work at them, sign and read them, and of which schools."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends

from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack
from services.sharing.preparing import Preparation
from services.sharing.store.preparing import Held
from shared.auth import Caller, Role, allow
from shared.errors import NotKnownThere

WORK: Final[tuple[Role, ...]] = ("officer", "head of service")
Operator = Annotated[Caller, Depends(allow("operator"))]
Staff = Annotated[Caller, Depends(allow("officer", "head of service", "operator", "data protection officer"))]
Following = Annotated[Caller, Depends(allow("officer", "head of service", "operator", "school"))]
Working = Annotated[Caller, Depends(allow(*WORK))]
Approving = Annotated[Caller, Depends(allow("head of service"))]
Signatory = Annotated[Caller, Depends(allow("officer", "head of service", "school"))]
Protecting = Annotated[Caller, Depends(allow("data protection officer"))]

SEES_ALL: Final[tuple[Role, ...]] = ("operator", "head of service")


def schools_of(caller: Caller, school: str | None) -> list[str] | None:
    """The schools to look in: None for all. An officer and a school are held to the schools of the token."""
    everywhere = caller.role in SEES_ALL or caller.covers("*")
    if school is not None:
        return [school] if everywhere or caller.covers(school) else []
    return None if everywhere else list(caller.schools)


def check_covered(held: Held, caller: Caller) -> None:
    """NoSuchPack for a pack of a school that the caller does not cover. Whether its case is closed to the caller is not looked at."""
    if not (caller.role in SEES_ALL or caller.covers(held.pack.school)):
        raise NoSuchPack


async def known(preparation: Preparation, pack: str, caller: Caller) -> Held:
    """The pack, if there is one of a school that the caller covers and its case is not closed to the caller; NoSuchPack otherwise."""
    held = await preparation.held(pack)
    check_covered(held, caller)
    if caller.role in WORK:
        try:
            await preparation.gathering.evidence(held.pack.case, held.work.wanted.parent, caller.sub)
        except NotKnownThere:
            raise NoSuchPack from None
    return held


def by(caller: Caller, name: str, at: datetime, role: str | None = None) -> By:
    """`name` and `role` as they are printed; the role of the token, where nothing else is said."""
    return By(person=caller.sub, name=name, role=role or caller.role, at=at)
