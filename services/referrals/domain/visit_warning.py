"""A warning to whoever is about to visit an address. It is of the address, whoever lives there, and is looked at again on its day."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.addresses import same_address
from services.referrals.domain.flags import Word


class VisitWarning(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    address: str
    reason: str
    owner: str
    """The officer who looks at it again."""
    review: date
    words: tuple[Word, ...]
    """Who gave it, reviewed it and ended it, and why."""
    ended: bool = False


def of_addresses(warnings: Iterable[VisitWarning], addresses: Iterable[str]) -> list[VisitWarning]:
    """Those that stand over any of the addresses. One whose review is overdue still stands: nobody has said that it may go."""
    places = [address for address in addresses if address.strip()]
    return [one for one in warnings if not one.ended and any(same_address(one.address, place) for place in places)]
