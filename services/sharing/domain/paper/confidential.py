"""A confidential address is in no part of a pack: not as an address, nor in what somebody wrote.

Nobody reads every word before a pack is sent, so each confidential address of the family, its house and street, its first line and
its postcode are taken out of the free text too, and an address that holds any of them is withheld whole. A disguised or partial
mention is beyond this, and remains the officer's to see.
"""

from services.sharing.domain.material import Material
from services.sharing.domain.paper.people import Known, People, child_hidden, confidential_addresses
from shared.mentions import search
from shared.pack.parts import WITHHELD
from shared.words import letters, plain


class Confidential:
    """The addresses that must not be disclosed in this pack.

    The child's own is withheld, if it may be that of somebody whose address is confidential: unless the child lives with this pack's
    parent, whose address is not.
    """

    def __init__(self, material: Material, known: People) -> None:
        told, home, parents = confidential_addresses(material, known), material.person.address, known.parent.address
        self.addresses: tuple[str | None, ...] = told
        self.search = search(told)
        lives_here = home is not None and letters(home) == letters(parents or "")
        hides_child = known.parent.hidden or self._in(home) or (child_hidden(material) and not lives_here)
        if hides_child:
            self.addresses = (*told, home)
            self.search = search(self.addresses)
        self.child = WITHHELD if hides_child else home
        self.parent = self.of(known.parent)

    def of(self, parent: Known) -> str | None:
        """A parent's address as it may be told to the authority."""
        return WITHHELD if parent.hidden or self._in(parent.address) else parent.address

    def cleared(self, text: str) -> str:
        """The text with every mention taken out, visibly."""
        return self.search.taken_out(plain(text), f"[{WITHHELD}]") if self.search and self._in(text) else text

    def _in(self, text: str | None) -> bool:
        return bool(text and self.search and self.search.are_in(text))
