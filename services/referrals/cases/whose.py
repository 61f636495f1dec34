"""Who is told of what concerns a case: its officer, else the officers of its school, else every head of service; nobody to whom it is
closed, and nobody who is away or has left."""

from collections.abc import Iterable

from services.referrals.cases.closed import let_near
from services.referrals.domain.notice import HEADS
from services.referrals.domain.referral import Referral
from services.referrals.store import Store


def officer_of(case: Referral) -> str | None:
    """To whom a case is allocated; before that, who accepted it."""
    return case.officer or (case.private.decision.by if case.private.decision else None)


async def responsible(store: Store, case: Referral) -> list[str]:
    """Whose case it is: the officer to whom it is allocated, else the school's officers."""
    if case.officer and await is_here(case.officer, store) and (own := await let_near([case.officer], case, store)):
        return own
    return await let_near(
        [one.id for one in await store.officers.all() if one.role == "officer" and case.school in one.schools], case, store
    )


async def is_here(officer: str, store: Store) -> bool:
    """Open cases of somebody who goes are handed over; one that was closed by then still names who has gone."""
    found = await store.officers.get(officer)
    return found is not None and found.away is None


async def whose(store: Store, case: Referral) -> list[str]:
    """Ids of staff, or HEADS where there is no officer."""
    return await responsible(store, case) or await heads(store, case)


async def heads(store: Store, case: Referral) -> list[str]:
    """HEADS, or, where the case is closed to one of them, the others."""
    everyone = [one.id for one in await store.officers.all() if one.role == HEADS]
    others = await let_near(everyone, case, store)
    return [HEADS] if len(others) == len(everyone) else others


async def without(people: list[str], one: str | None, case: Referral, store: Store) -> list[str]:
    """Without somebody who knows it already; where every head of service is meant, the others."""
    if one is None:
        return people
    if HEADS in people and (found := await store.officers.get(one)) and found.role == HEADS:
        everyone = await let_near([head.id for head in await store.officers.all() if head.role == HEADS], case, store)
        people = [*(other for other in people if other != HEADS), *everyone]
    return [other for other in people if other != one]


async def with_others(people: list[str], others: Iterable[str], case: Referral, store: Store) -> list[str]:
    """With these as well, who had a hand in it: not who is away or has left, nor one to whom the case is closed; and a head of service only
    where not all of them are told."""
    known = {one.id: one for one in await store.officers.all()}
    told = [
        one for one in others if (found := known.get(one)) is None or (found.away is None and not (HEADS in people and found.role == HEADS))
    ]
    return [*people, *(one for one in await let_near(told, case, store) if one not in people)]
