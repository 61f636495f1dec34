"""A confidential address is in nothing that is told of a case to a parent or to another school, nor in what was written about a visit.

A disguised or partial mention is beyond this, and remains the officer's to see.
"""

from collections.abc import Callable, Iterable
from typing import Final

from services.referrals.confidential import secrets
from services.referrals.domain.referral import Referral
from services.referrals.family import family
from services.referrals.store import Store
from shared.bus import Bus
from shared.mentions import search

WITHHELD: Final = "[withheld: confidential]"


async def withholding(bus: Bus, store: Store, case: Referral) -> Callable[[str], str]:
    """A text of the case without the confidential addresses of the family: as its records, its roll, and entries tell them. WorldAway where
    the roll hides one and cannot be asked which."""
    return taking_out(await secrets(bus, await family(store, case.school, case.child)))


def taking_out(addresses: Iterable[str]) -> Callable[[str], str]:
    pattern = search(addresses)
    return lambda text: pattern.sub(WITHHELD, text) if pattern else text
