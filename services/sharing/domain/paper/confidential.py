"""A confidential address is in no part of a pack: not as an address, nor in what somebody wrote.

Nobody reads every word before a pack is sent, so each confidential address of the family, its house and street, its first line and
its postcode are taken out of the free text too, and an address that holds any of them is withheld whole. So is one that may be
confidential (`homes.py`); in words one mark stands for both, since which of two is confidential would tell where somebody lives. Telephones
and mailboxes of others whose address is confidential are taken out too. A disguised or partial mention is beyond this, and remains the
officer's to see.
"""

import re
from collections.abc import Iterable, Iterator

from services.sharing.domain.material import Material
from services.sharing.domain.paper.homes import Homes, names_of
from services.sharing.domain.paper.people import Known, People, child_hidden, confidential_addresses
from services.sharing.domain.paper.places import same_place
from services.sharing.domain.paper.telephones import loosely
from shared.mentions import Mentions, search
from shared.pack.parts import MAY_BE_CONFIDENTIAL, WITHHELD
from shared.words import letters, plain


class Confidential:
    """The addresses that must not be disclosed in this pack.

    This parent's own is printed, whoever else lives there or next door: papers go there, and who lives there knows it. That it is somebody
    else's too is said nowhere, and in words it stays taken out, since these may be about the other.

    The child's own is withheld, if it may be that of somebody whose address is confidential: unless the child lives with somebody whose
    address certainly is not, such as this pack's parent.
    """

    def __init__(self, material: Material, known: People) -> None:
        told, home = confidential_addresses(material, known), material.person.address
        found = search(told)
        homes = Homes(material, known, told, found)
        self._in_doubt = frozenset(_in_doubt(material, known, homes, found))
        self.addresses: tuple[str, ...] = (*told, *sorted(self._in_doubt))
        self.search: Mentions | None = search(self.addresses)
        self.child = MAY_BE_CONFIDENTIAL if self._in(home) else home
        self.own = known.parent.address if _is_open(material, known, told) else None
        self.parent = self.own or self.of(known.parent)
        """The address of this pack's parent where it may stand, to be served too; None where it is withheld, or none is known."""
        self._reached = _reached(known)

    @property
    def own_as_served(self) -> str | None:
        """As volume B has it, which says of no address that it may be another's."""
        return self.own or (WITHHELD if self.parent else None)

    def of(self, parent: Known) -> str | None:
        """A parent's address as it may be told to the authority."""
        if parent.hidden:
            return WITHHELD
        return MAY_BE_CONFIDENTIAL if self._in(parent.address) else parent.address

    @property
    def clears(self) -> bool:
        """Whether there is anything to be taken out of words."""
        return bool(self.search or self._reached)

    def cleared(self, text: str) -> str:
        """The text with every mention taken out, visibly."""
        mark = f"[{WITHHELD}]"
        text = self.search.taken_out(plain(text), mark) if self.search and self._in(text) else text
        return self._reached.sub(mark, plain(text)) if self._reached and self._reached.search(plain(text)) else text

    def _in(self, text: str | None) -> bool:
        return bool(text and (text in self._in_doubt or (self.search and self.search.are_in(text))))


def _is_open(material: Material, known: People, told: Iterable[str]) -> bool:
    """Whether the address of this pack's parent is not confidential for the parent: the roll or the officers say so of whoever it is. What
    the roll hides of somebody whom nobody can name may be the parent's own, under another spelling."""
    parent = known.parent
    if parent.hidden or not parent.address or parent.carer:
        return not parent.hidden
    named = {address for one in known.others if one.hidden and (address := one.address)}
    for one in material.case.hidden:
        named |= set(one.addresses) if one.names and names_of(parent).isdisjoint(map(letters, one.names)) else set()
    nobodys = search(address for address in told if address not in named)
    return nobodys is None or not nobodys.are_in(parent.address)


def _in_doubt(material: Material, known: People, homes: Homes, told: Mentions | None) -> Iterator[str]:
    """Addresses of the child and of others that may be somebody's confidential one. Who lives at the address of this pack's parent, which
    is told, has no secret."""
    if not child_hidden(material) and not any(one.hidden for one in (known.parent, *known.others)):
        return
    parent = known.parent
    own = parent.address if not parent.hidden and parent.address and not (told and told.are_in(parent.address)) else ""
    home = material.person.address
    if home and not same_place(home, own) and not homes.child_is_with(home):
        yield home
    for one in known.others:
        if not one.hidden and one.address and not same_place(one.address, own) and not homes.is_certain(one):
            yield one.address


def _reached(known: People) -> re.Pattern[str] | None:
    """How others are reached whose address is confidential, but by what this pack's parent shares with them."""
    hidden = [one for one in known.others if one.hidden]
    own = {letters(said) for said in (*known.parent.telephones, known.parent.mailbox or "")}
    told = (number for one in hidden for number in one.telephones if letters(number) not in own)
    numbers = [pattern for number in told if (pattern := loosely(number))]
    theirs = (one.mailbox for one in hidden if one.mailbox and letters(one.mailbox) not in own)
    mailboxes = [rf"(?<![\w.+-]){re.escape(mailbox)}(?![\w-])" for mailbox in theirs]
    return re.compile("|".join((*numbers, *mailboxes)), re.IGNORECASE) if numbers or mailboxes else None
