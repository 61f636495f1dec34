"""Which addresses of a child's parents and carers must not be disclosed, by all that the school's rolls say.

Read from the rolls' own fields: a carer without a name has an address too. A roll of a later year lifts what an earlier one said
only by an explicit "no" beside the address; a file without the column says nothing of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.attendance.domain.headers import PARENTS
from services.attendance.domain.roll_book import Entry, fields_now, named_by
from shared.contracts.attendance import Withheld
from shared.words import letters


def withheld(child: str, entries: Iterable[Entry]) -> Withheld:
    """From the child's entries on the school's rolls, the earliest year first."""
    confidential = False
    addresses: dict[str, str] = {}
    for now in map(fields_now, entries):
        lifted, marked = _said(now, False), _said(now, True)
        if lifted or marked:
            confidential = bool(marked)
        for place in lifted:
            addresses.pop(letters(now.get(f"{place} address") or ""), None)
        addresses |= {letters(address): address for place in marked for address in _where(now, place)}
    return Withheld(child=child, confidential=confidential, addresses=tuple(addresses.values()))


def together(child: str, said: Iterable[Withheld]) -> Withheld:
    """What several schools say; what one of them lifts another's word still holds."""
    told = list(said)
    addresses = {letters(address): address for one in told for address in one.addresses}
    return Withheld(child=child, confidential=any(one.confidential for one in told), addresses=tuple(addresses.values()))


def hidden_homes(child: str, entries: Iterable[Entry]) -> dict[str, str]:
    """By place (`<child>.1`), the address of each parent whose address is hidden now; none where the roll tells none."""
    latest = [fields_now(entry) for entry in entries if named_by(entry)][-1:]
    return {
        f"{child}.{place}": address
        for now in latest
        for place in PARENTS
        if now.get(f"{place} name") and now.get(f"{place} address confidential") and (address := now.get(f"{place} address"))
    }


def _said(now: Mapping[str, Any], confidential: bool) -> list[int]:
    """The places of the carers of whom the roll says just that."""
    return [place for place in PARENTS if now.get(f"{place} address confidential") is confidential]


def _where(now: Mapping[str, Any], place: int) -> list[str]:
    """The carer's address, and the child's where that may be meant: by an empty cell, or by words without house number and
    postcode ("as above").
    """
    own = now.get(f"{place} address") or ""
    said = [own] if any(map(str.isdigit, own)) else [own, now.get("address") or ""]
    return [address for address in said if address]
