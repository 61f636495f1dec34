"""A confidential address is in nothing that is told of a case to a parent or to another school, nor in what was written about a visit.

A disguised or partial mention is beyond this, and remains the officer's to see.
"""

from collections.abc import Callable, Iterable
from typing import Final

from services.referrals.domain.intervention import Done
from services.referrals.domain.referral import Referral
from services.referrals.family import family, hidden_in
from services.referrals.store import Store
from shared.mentions import search

WITHHELD: Final = "[withheld: confidential]"


async def withholding(store: Store, case: Referral, entries: Iterable[Done]) -> Callable[[str], str]:
    """A text of the case without the confidential addresses of the family: as its records, and as entries, tell them."""
    hidden = hidden_in(await family(store, case.school, case.child))
    told = [one.value for entry in entries for one in entry.contacts if one.field == "address"] if hidden else []
    pattern = search([*(address for parent in hidden for address in parent.addresses), *told])
    return lambda text: pattern.sub(WITHHELD, text) if pattern else text
