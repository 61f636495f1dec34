"""An entry as it is shown: an address that was told of a parent whose address is confidential is the case's officer's alone."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import HTTPException

from services.referrals.api.family_access import sees_addresses
from services.referrals.domain.intervention import Done, Intervention
from services.referrals.domain.referral import Referral
from services.referrals.family import Family, family
from services.referrals.store import Store
from shared.auth import Caller
from shared.contracts.referrals import ContactSaid

Said = TypeVar("Said", bound=Done)


async def hides_addresses(case: Referral, caller: Caller, store: Store, known: Family | None = None) -> bool:
    """Whether the addresses that entries tell are kept from the caller: whose one is, is not told by all of them. `known`: the child's
    family, where it was read already."""
    found = known or await family(store, case.school, case.child)
    hides = any(one.hides_address for one in found.relations)
    return hides and not await sees_addresses(caller, store, case.school, case.child)


async def showing(case: Referral, caller: Caller, store: Store, known: Family | None = None) -> Callable[[Said], Said]:
    """What shows the caller an entry of the case, or what it said before."""
    hides = await hides_addresses(case, caller, store, known)

    def shown(said: Said) -> Said:
        kept = tuple(one for one in said.contacts if one.field != "address")
        return said.model_copy(update={"contacts": kept}) if hides and kept != said.contacts else said

    return shown


def keeping(done: Done, entry: Intervention, shown: Callable[[Intervention], Intervention]) -> Done:
    """What an entry is to say, with what whoever changes it was not shown."""
    if shown(entry) == entry:
        return done
    return done.model_copy(update={"contacts": (*done.contacts, *_addresses(entry))})


async def may_be_moved(entry: Intervention | None, case: Referral, caller: Caller, store: Store) -> None:
    """403 for who could then read in another case what is not shown in this one."""
    if entry and entry.case == case.id and _addresses(entry) and await hides_addresses(case, caller, store):
        raise HTTPException(403, "it tells a confidential address: the officer of the case moves it")


def _addresses(said: Done) -> tuple[ContactSaid, ...]:
    return tuple(one for one in said.contacts if one.field == "address")
