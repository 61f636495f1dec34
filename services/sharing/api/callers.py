"""Who may follow packs, read them and read the log, and of which schools."""

from typing import Annotated

from fastapi import Depends

from shared.auth import Caller, allow

Operator = Annotated[Caller, Depends(allow("operator"))]
Staff = Annotated[Caller, Depends(allow("officer", "head of service", "operator", "data protection officer"))]
Following = Annotated[Caller, Depends(allow("officer", "head of service", "operator"))]
Reading = Annotated[Caller, Depends(allow("officer", "head of service"))]
Protecting = Annotated[Caller, Depends(allow("data protection officer"))]

SEES_ALL = ("operator", "head of service")


def schools_of(caller: Caller, school: str | None) -> list[str] | None:
    """The schools to look in: None for all. An officer is held to the schools of the token."""
    everywhere = caller.role in SEES_ALL or caller.covers("*")
    if school is not None:
        return [school] if everywhere or caller.covers(school) else []
    return None if everywhere else list(caller.schools)
