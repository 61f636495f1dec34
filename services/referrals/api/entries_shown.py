"""An entry as it is shown: an address that was told of a parent whose address is confidential, and every mention of such an address, is
the case's officer's alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from fastapi import HTTPException

from services.referrals.api.family_access import sees_addresses
from services.referrals.api.words_shown import cleared, looked_through, masking, texts
from services.referrals.domain.intervention import Done, Intervention
from services.referrals.domain.referral import Referral
from services.referrals.errors import NamesAnAddress
from services.referrals.families.confidential import note_attempt, secrets_or_known
from services.referrals.families.family import Family, family
from services.referrals.families.withholding import whole
from services.referrals.store import Store
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.referrals import ContactSaid
from shared.mentions import search

Said = TypeVar("Said", bound=Done)
WORDS: Final = ("with_whom", "outcome", "notes", "child_view", "agreed", "reasons_said", "next_step")
"""What an entry says in somebody's own words."""


async def hides_addresses(case: Referral, caller: Caller, store: Store) -> bool:
    """Whether a confidential address of the family is kept from the caller."""
    found = await family(store, case.school, case.child)
    return found.hides and not await sees_addresses(caller, store, case.school, case.child)


async def showing(
    case: Referral, caller: Caller, store: Store, bus: Bus, entries: Iterable[Done], known: Family | None = None
) -> Callable[[Said], Said]:
    """What shows the caller these entries of the case, or what they said before. Whose an address is that an entry tells is not told by
    all of them: none is shown to who may not see the family's."""
    without = await masking(case.school, case.child, caller, store, bus, (text for one in entries for text in texts(one)), known)
    if without is None:
        return _same

    def shown(said: Said) -> Said:
        also = whole(one.value for one in _addresses(said) if one.value)
        kept = tuple(one for one in said.contacts if one.field != "address")
        return cleared(said.model_copy(update={"contacts": kept}), lambda text: also(without(text)))

    return shown


async def all_shown(entries: Sequence[Said], shown: Callable[[Said], Said]) -> list[Said]:
    """Many entries by what `showing` gave. With thousands of texts it is done beside the loop."""
    if shown is _same:
        return list(entries)
    return await looked_through(lambda: [shown(one) for one in entries], (text for one in entries for text in texts(one)))


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


async def check_words(
    case: Referral, done: Done, caller: Caller, store: Store, bus: Bus, printed: Callable[[Done], None], *, meant: bool
) -> None:
    """`check_texts` of an entry, and `printed` of what others read of it: its officer may have meant to name an address."""
    if meant and await sees_addresses(caller, store, case.school, case.child):
        return
    texts = {name: getattr(done, name) for name in WORDS} | {"people": "\n".join(one.words for one in done.people)}
    yes = "leave it out, or mean it by `names_address` (iewo: --names-address), for the case's officer alone"
    await check_texts(case, texts, caller, store, bus, otherwise=yes)
    if not meant:
        printed(done)


async def check_texts(
    case: Referral, texts: Mapping[str, str], caller: Caller, store: Store, bus: Bus, *, otherwise: str = "leave it out"
) -> None:
    """NamesAnAddress where one of the texts (by field) names an address of the family that is confidential; `otherwise` is what who may see
    it is to do. By anybody else it is an attempt, and noted. While a roll cannot be asked what it hides, our records alone are gone by:
    nobody is kept from writing down a visit."""
    found = await family(store, case.school, case.child)
    mentions = search(one for addresses in (await secrets_or_known(bus, found)).values() for one in addresses)
    named = [name for name, text in texts.items() if mentions and mentions.are_in(text)]
    if not named:
        return
    if not await sees_addresses(caller, store, case.school, case.child):
        await note_attempt(store, case, caller.sub)
        otherwise = "leave it out: the officer of the case alone writes it down. That you named it stands in the case's history"
    raise NamesAnAddress(f"{', '.join(named)}: {otherwise}")


async def may_be_moved(entry: Intervention | None, case: Referral, caller: Caller, store: Store, bus: Bus) -> None:
    """403 for who could then read in another case what is not shown in this one."""
    if not entry or entry.case != case.id:
        return
    shown = await showing(case, caller, store, bus, [entry])
    if shown(entry) != entry:
        raise HTTPException(403, "it tells a confidential address: the officer of the case moves it")


def _addresses(said: Done) -> tuple[ContactSaid, ...]:
    return tuple(one for one in said.contacts if one.field == "address")
