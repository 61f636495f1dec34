"""A confidential address is in nothing that is told of a case to a parent or to another school, nor in what was written about a visit.

A disguised or partial mention is beyond this, and remains the officer's to see.
"""

from collections.abc import Callable, Iterable
from typing import Final

from services.referrals.domain.referral import Referral
from services.referrals.families.confidential import secrets
from services.referrals.families.family import family
from services.referrals.store import Store
from shared.bus import Bus
from shared.mentions import search

WITHHELD: Final = "[withheld: confidential]"


def whole(addresses: Iterable[str]) -> Callable[[str], str]:
    """For who may not see them nothing of a text that names one: where in it the address stood would tell a long list's writer which."""
    mentions = search(addresses)
    return lambda text: WITHHELD if mentions and mentions.are_in(text) else text


async def withholding(bus: Bus, store: Store, case: Referral, *, part: bool) -> Callable[[str], str]:
    """A text of the case without the confidential addresses of the family: as its records, its roll, and entries tell them. `part`: the
    mentions alone go, for who may see them; else the whole text. WorldAway where the roll hides one and cannot be asked which."""
    addresses = await secrets(bus, await family(store, case.school, case.child))
    return taking_out(addresses) if part else whole(addresses)


def taking_out(addresses: Iterable[str]) -> Callable[[str], str]:
    mentions = search(addresses)
    return lambda text: mentions.taken_out(text, WITHHELD) if mentions else text
