"""A confidential address is in no part of a pack: not as an address, nor in what an officer wrote about a visit.

Nobody reads every word before a pack is sent, so each confidential address of the family, its house and street, its first line and
its postcode are taken out of the free text too, and an address that holds any of them is withheld whole. A disguised or partial
mention is beyond this, and remains the officer's to see.
"""

from services.sharing.domain.evidence import ChildOnRoll, ParentOnRecord
from services.sharing.domain.pack import WITHHELD, Child, Contact, Parent
from shared.mentions import search
from shared.words import letters


class Withheld:
    """The addresses that must not be disclosed in the pack of this child and parent.

    `told`: the confidential ones of all the child's parents and carers. The child's own is withheld, if it may be that of somebody
    whose address is confidential: unless the child lives with this pack's parent, whose address is not.
    """

    def __init__(self, child: ChildOnRoll, parent: ParentOnRecord, told: tuple[str, ...]) -> None:
        own = (parent.address,) if parent.address_confidential else ()
        self._search = search((*told, *own))
        lives_here = child.address is not None and letters(child.address) == letters(parent.address or "")
        self.child = parent.address_confidential or self._in(child.address) or (child.address_confidential and not lives_here)
        if self.child:
            self._search = search((*told, *own, child.address))
        self.parent = parent.address_confidential or self._in(parent.address)

    def _in(self, address: str | None) -> bool:
        return bool(address and self._search and self._search.search(address))

    def of_child(self, child: Child) -> Child:
        address = WITHHELD if self.child else child.address
        return child.model_copy(update={"address": address, **self._cleared(child, "name", "sex")})

    def of_parent(self, parent: Parent) -> Parent:
        address = WITHHELD if self.parent else parent.address
        return parent.model_copy(update={"address": address, **self._cleared(parent, "name", "relationship")})

    def of_contact(self, contact: Contact) -> Contact:
        return contact.model_copy(update=self._cleared(contact, "kind", "with_whom", "engagement", "outcome"))

    def _cleared(self, part: Child | Parent | Contact, *fields: str) -> dict[str, str]:
        """The texts of these fields with every mention of the addresses replaced."""
        texts = {name: text for name in fields if (text := getattr(part, name)) is not None}
        return {name: self._search.sub(f"[{WITHHELD}]", text) for name, text in texts.items()} if self._search else {}
