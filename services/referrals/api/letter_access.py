"""Whose letters a caller sees, and who sees an address that has become confidential since a letter went there."""

from services.referrals.api.access import case_of
from services.referrals.api.family_access import sees_addresses
from services.referrals.domain.letters.letter import Letter
from services.referrals.errors import NoSuchLetter, NoSuchReferral, NotPossible
from services.referrals.families.family import family
from services.referrals.store import Store
from shared.auth import Caller


async def letter_of(id_: str, caller: Caller, store: Store) -> Letter:
    """NoSuchLetter also for one of a case that is not the caller's."""
    letter = await store.letters.get(id_)
    try:
        await case_of(letter.case, caller, store)
    except NoSuchReferral:
        raise NoSuchLetter from None
    return letter


async def hides(letter: Letter, caller: Caller, store: Store) -> bool:
    """Whether the letter shows an address that is not the caller's to see."""
    if letter.words.address is None:
        return False
    relations = (await family(store, letter.school, letter.child)).relations
    hidden = any(letter.parent in one.ids and one.hides_address for one in relations)
    return hidden and not await sees_addresses(caller, store, letter.school, letter.child)


async def check_seen(letter: Letter, caller: Caller, store: Store) -> None:
    """NotPossible for a paper that shows such an address."""
    if await hides(letter, caller, store):
        raise NotPossible("it shows an address that has become confidential: the officer of the open case alone sees it")
