"""Whose records a caller sees: those of the schools that the token names, or to which the officer is allocated."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import Depends, Header, HTTPException, Query

from services.referrals.cases.closed import closed_to
from services.referrals.domain import lifecycle
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchReferral
from services.referrals.store import Store
from shared.auth import Caller, Role, allow
from shared.patterns import URN

PROPOSALS: Final[tuple[Role, ...]] = ("officer", "school", "head of service")
CASES: Final[tuple[Role, ...]] = ("officer", "head of service")
"""A case's notes are the officers': a school sees its proposals and decides them."""
STAFF: Final[tuple[Role, ...]] = ("operator", "head of service")

Reader = Annotated[Caller, Depends(allow(*PROPOSALS))]
Worker = Annotated[Caller, Depends(allow(*CASES))]
Staff = Annotated[Caller, Depends(allow(*STAFF))]
Key = Annotated[str | None, Header(max_length=200, description="The same key is the same thing sent again, not a second one.")]
OfSchool = Annotated[str | None, Query(pattern=URN, description="Of this school (URN) only.")]


async def covered(caller: Caller, store: Store) -> frozenset[str] | None:
    """URNs of the caller's schools; None is every school. Of staff whose token names none those of their record, and in any case those
    that they cover for somebody who is away."""
    if caller.role == "head of service" or "*" in caller.schools:
        return None
    if caller.role not in ("officer", "business support"):
        return frozenset(caller.schools)
    officer = await store.officers.get(caller.sub)
    if officer is None:
        return frozenset(caller.schools)
    return frozenset(caller.schools) | officer.covering(store.today()) if caller.schools else frozenset(officer.schools)


async def closed(caller: Caller, store: Store) -> frozenset[str]:
    """Children of whom the caller sees nothing, whatever the role, by all their records: nearly always none."""
    return await closed_to(caller.sub, store)


async def visible(found: Iterable[Referral], caller: Caller, store: Store) -> list[Referral]:
    """What of these the caller may see: without those that are closed to the caller."""
    barred = await closed(caller, store)
    return [one for one in found if barred.isdisjoint(one.records)]


async def covers(urn: str, caller: Caller, store: Store) -> None:
    """404 for a school that is not the caller's."""
    schools = await covered(caller, store)
    if schools is not None and urn not in schools:
        raise HTTPException(404, "there is no such school among yours")


async def seen(id_: str, caller: Caller, store: Store) -> Referral:
    """The referral; NoSuchReferral also for another school's, so that nobody learns by asking which ids exist."""
    held, schools, barred = await asyncio.gather(store.referrals.get(id_), covered(caller, store), closed(caller, store))
    if held is None or (schools is not None and held.referral.school not in schools):
        raise NoSuchReferral
    if not barred.isdisjoint(held.referral.records):
        raise NoSuchReferral
    return held.referral


async def case_of(id_: str, caller: Caller, store: Store) -> Referral:
    """The case, open or closed; a proposal is none."""
    found = await seen(id_, caller, store)
    if found.opened_at is None:
        raise HTTPException(
            409, f"it is no case but {found.state}; possible now: {', '.join(lifecycle.possible(found.state)) or 'nothing'}"
        )
    return found
