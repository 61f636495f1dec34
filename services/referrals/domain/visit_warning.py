"""A warning to whoever is about to visit an address. It is of the address, whoever lives there, and is looked at again on its day."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.addresses import Place, place
from services.referrals.domain.flags import Word


class VisitWarning(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    address: str
    reason: str
    owner: str
    """The officer who looks at it again."""
    covers: str | None = None
    """The officer who is away, whose it was and will be."""
    review: date
    words: tuple[Word, ...]
    """Who gave it, reviewed it and ended it, and why."""
    ended: bool = False


def passed(one: VisitWarning, officer: str, to: str) -> VisitWarning:
    """Looked after by another while its officer is away; whoever covers for a cover keeps in mind whose it was at first."""
    return one.model_copy(update={"owner": to, "covers": one.covers or officer}) if one.owner == officer else one


def handed_back(one: VisitWarning, officer: str) -> VisitWarning:
    return one.model_copy(update={"owner": officer, "covers": None}) if one.covers == officer else one


Read = list[tuple[VisitWarning, Place]]


def read(warnings: Iterable[VisitWarning]) -> Read:
    """With the address of each read once. One whose review is overdue still stands: nobody has said that it may go."""
    return [(one, place(one.address)) for one in warnings if not one.ended]


def of_addresses(warnings: Read, addresses: Iterable[str]) -> list[VisitWarning]:
    """Those that stand over any of the addresses."""
    places = [place(address) for address in addresses if address.strip()]
    return [one for one, where in warnings if any(where.is_same(other) for other in places)]
