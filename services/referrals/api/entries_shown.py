"""An entry as it is shown: an address that was told of a parent whose address is confidential, and every mention of such an address, is
the case's officer's alone."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from fastapi import HTTPException

from services.referrals.api.family_access import sees_addresses
from services.referrals.confidential import secrets
from services.referrals.domain.intervention import Done, Intervention
from services.referrals.domain.referral import Referral
from services.referrals.errors import NamesAnAddress
from services.referrals.family import Family, family
from services.referrals.store import Store
from services.referrals.withholding import taking_out
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.referrals import ContactSaid
from shared.errors import Transient, WorldAway
from shared.mentions import search

Said = TypeVar("Said", bound=Done)
WORDS: Final = ("with_whom", "outcome", "notes", "child_view", "agreed", "reasons_said", "next_step")
"""What an entry says in somebody's own words."""


async def hides_addresses(case: Referral, caller: Caller, store: Store, known: Family | None = None) -> bool:
    """Whether the addresses that entries tell are kept from the caller: whose one is, is not told by all of them. `known`: the child's
    family, where it was read already."""
    found = known or await family(store, case.school, case.child)
    hides = any(one.hides_address for one in found.relations)
    return hides and not await sees_addresses(caller, store, case.school, case.child)


async def showing(case: Referral, caller: Caller, store: Store, bus: Bus, known: Family | None = None) -> Callable[[Said], Said]:
    """What shows the caller an entry of the case, or what it said before. WorldAway where the roll hides an address and cannot be asked
    which: then nothing is shown to who may not see it."""
    found = known or await family(store, case.school, case.child)
    if not await hides_addresses(case, caller, store, found):
        return _same
    without = taking_out(await secrets(bus, found))

    def shown(said: Said) -> Said:
        told = [one.value for one in _addresses(said) if one.value]
        also = taking_out(told)
        changed: dict[str, Any] = {name: also(without(text)) for name in WORDS if (text := getattr(said, name))}
        people = tuple(one.model_copy(update={"words": also(without(one.words))}) for one in said.people)
        kept = tuple(one for one in said.contacts if one.field != "address")
        return said.model_copy(update={**changed, "people": people, "contacts": kept})

    return shown


def _same(said: Said) -> Said:
    return said


def keeping(done: Done, entry: Intervention, shown: Callable[[Intervention], Intervention]) -> Done:
    """What an entry is to say, with what whoever changes it was not shown. 403 where words that name a confidential address would go."""
    seen = shown(entry)
    if seen == entry:
        return done
    kept = {name: getattr(entry, name) for name in (*WORDS, "people") if getattr(seen, name) != getattr(entry, name)}
    if any(getattr(done, name) != getattr(seen, name) for name in kept):
        raise HTTPException(403, "its words name a confidential address that you are not shown: the officer of the case changes them")
    return done.model_copy(update={**kept, "contacts": (*done.contacts, *_addresses(entry))})


async def check_words(case: Referral, done: Done, store: Store, bus: Bus, *, meant: bool) -> None:
    """NamesAnAddress where words of the entry name an address of the family that is confidential, unless that is `meant`. While the roll
    cannot be asked what it hides, our records alone are gone by: nobody is kept from writing down a visit."""
    if meant:
        return
    found = await family(store, case.school, case.child)
    try:
        hidden = await secrets(bus, found)
    except (WorldAway, Transient):
        hidden = tuple(address for one in found.relations if one.hides_address for address in one.addresses)
    pattern = search(hidden)
    if pattern is None:
        return
    named = [name for name in WORDS if pattern.search(getattr(done, name))]
    if any(pattern.search(one.words) for one in done.people):
        named.append("people")
    if named:
        where = ", ".join(named)
        raise NamesAnAddress(f"{where}: leave it out, or mean it by `names_address` (iewo: --names-address), for the case's officer alone")


async def may_be_moved(entry: Intervention | None, case: Referral, caller: Caller, store: Store, bus: Bus) -> None:
    """403 for who could then read in another case what is not shown in this one."""
    if not entry or entry.case != case.id:
        return
    shown = await showing(case, caller, store, bus)
    if shown(entry) != entry:
        raise HTTPException(403, "it tells a confidential address: the officer of the case moves it")


def _addresses(said: Done) -> tuple[ContactSaid, ...]:
    return tuple(one for one in said.contacts if one.field == "address")
