"""Who may ask for what: the roles of each kind of request, and the school that is asked about."""

from datetime import date
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi import Path as InPath

from services.attendance.registers.reader import Reader
from services.attendance.store.schools import KnownSchool
from shared.auth import Caller, allow
from shared.patterns import URN

Urn = Annotated[str, InPath(pattern=URN, description="The school's unique reference number, six digits.")]
Sender = Annotated[Caller, Depends(allow("school", "operator"))]
Keeper = Annotated[Caller, Depends(allow("operator", "head of service"))]
Reading = Annotated[Caller, Depends(allow("school", "officer", "head of service"))]
Counting = Annotated[Caller, Depends(allow("school", "officer", "head of service", "operator", "data protection officer"))]

SEES_ALL = ("operator", "head of service", "data protection officer")


def in_order(first: date, last: date) -> None:
    if last < first or (last - first).days > 3 * 366 or not 2000 <= first.year <= last.year <= 2100:
        raise HTTPException(422, "the period ends before it begins, is longer than three years, or lies outside 2000 to 2100")


async def known(reader: Reader, urn: str, caller: Caller) -> KnownSchool:
    """The school, if there is one that the caller covers; 404 either way otherwise."""
    school = await reader.schools.get(urn)
    if school is None or not (caller.role in SEES_ALL or caller.covers(urn)):
        if caller.role == "officer":
            raise HTTPException(404, "your token names no such school")
        raise HTTPException(404, "there is no such school of yours; an operator adds one: iewo school add URN --help")
    return school
