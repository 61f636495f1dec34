"""A confidential address is in nothing that is told of a case to a parent or to another school, nor in what was written about a visit.

A disguised or partial mention is beyond this, and remains the officer's to see.
"""

from collections.abc import Callable, Iterable
from typing import Final

from services.referrals.confidential import secrets
from services.referrals.domain.intervention import Done
from services.referrals.domain.referral import Referral
from services.referrals.family import family
from services.referrals.store import Store
from shared.bus import Bus
from shared.mentions import search

WITHHELD: Final = "[withheld: confidential]"


async def withholding(bus: Bus, store: Store, case: Referral, entries: Iterable[Done]) -> Callable[[str], str]:
    """A text of the case without the confidential addresses of the family: as its records, its roll, and entries tell them. WorldAway where
    the roll hides one and cannot be asked which."""
    found = await family(store, case.school, case.child)
    if not any(one.hides_address for one in found.relations):
        return taking_out(())
    told = [one.value for entry in entries for one in entry.contacts if one.field == "address" and one.value]
    return taking_out([*await secrets(bus, found), *told])


def taking_out(addresses: Iterable[str]) -> Callable[[str], str]:
    pattern = search(addresses)
    return lambda text: pattern.sub(WITHHELD, text) if pattern else text
