"""A confidential address is in no part of a pack: not as an address, nor in what an officer wrote about a visit.

Nobody reads every word before a pack is sent, so the address itself, its first line and its postcode are taken out of
the free text too. A disguised or partial mention is beyond this, and remains the officer's to see.
"""

import re

from services.sharing.domain.evidence import ChildOnRoll, ParentOnRecord
from services.sharing.domain.pack import WITHHELD, Contact

_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^0-9a-z]")
_FREE_TEXT = ("kind", "with_whom", "engagement", "outcome", "words")
_LEAST = 6
"""Characters below which a first line ("Flat 2") would take out words that say nothing about where somebody lives."""


def childs(child: ChildOnRoll, parent: ParentOnRecord) -> bool:
    """Whether the child's address is withheld: it may be that of a parent whose own is confidential.

    It is not where the child lives with this pack's parent, whose address is not confidential.
    """
    lives_here = _same(child.address, parent.address) and not parent.address_confidential
    return parent.address_confidential or (child.address_confidential and not lives_here)


def confidential(child: ChildOnRoll, parent: ParentOnRecord) -> tuple[str, ...]:
    """The addresses that must not be disclosed, if any; empty text for one that is confidential and not known."""
    of_parent = (parent.address or "",) if parent.address_confidential else ()
    return (*((child.address or "",) if childs(child, parent) else ()), *of_parent)


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and _LETTERS.sub("", str(one).casefold()) == _LETTERS.sub("", str(other).casefold())


def without(contact: Contact, addresses: tuple[str, ...]) -> Contact:
    """The contact with every mention of the addresses replaced."""
    patterns = [pattern for address in addresses for pattern in _mentions(address)]
    if not patterns:
        return contact
    found = re.compile("|".join(patterns), re.IGNORECASE)
    texts = {name: getattr(contact, name) for name in _FREE_TEXT}
    return contact.model_copy(update={name: found.sub(f"[{WITHHELD}]", text) for name, text in texts.items() if text is not None})


def _mentions(address: str) -> list[str]:
    parts = [part for part in re.split(r"[,\n]", address) if len(part.strip()) > _LEAST]
    mentions = [_loosely(address)] if address.strip() else []
    mentions += [_loosely(part) for part in parts[:1]]
    mentions += [rf"\b{outward}\s*{inward}\b" for outward, inward in _POSTCODE.findall(address)]
    return mentions


def _loosely(text: str) -> str:
    """The text with any white space or commas between its words."""
    return r"[\s,]+".join(re.escape(word) for word in re.split(r"[\s,]+", text.strip(" ,\n")))
