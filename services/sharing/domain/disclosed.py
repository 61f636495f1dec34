"""Which categories a pack tells something of: what its document holds, so that the disclosure log says what was told and nothing else.

Source: UK GDPR Art. 5(2), Art. 30(1)(d): what was disclosed can be shown.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.sharing.domain.policy import PACK, Category
from shared.pack.document import Pack
from shared.pack.for_the_authority import ForTheAuthority
from shared.pack.to_be_served import ToBeServed


def _always(_: ForTheAuthority, __: ToBeServed) -> bool:
    return True


def _changes(told: ForTheAuthority, _: ToBeServed) -> Any:
    return told.changes or told.marks_since_signature or (told.edition_before and told.edition_before.sessions)


def _flags(told: ForTheAuthority, _: ToBeServed) -> Any:
    return told.flags or told.child.looked_after or (told.edition_before and told.edition_before.flags)


_TELLS: Final[Mapping[Category, Callable[[ForTheAuthority, ToBeServed], Any]]] = {
    "identity of the child": _always,
    "identity of one parent": _always,
    "identity of other parents and carers": lambda told, _: told.other_parents or told.other_contacts,
    "identity of brothers and sisters": lambda told, _: told.siblings,
    "attendance certificate": _always,
    "register of this year and last": lambda told, _: told.registers,
    "changes to marks": _changes,
    "concerns": lambda told, _: told.concerns,
    "chronology": lambda told, served: served.chronology or told.other_contacts or served.knowledge,
    "letters and leave": lambda _, served: served.letters or served.leave,
    "needs and adjustments": lambda told, _: told.needs or told.child.special_educational_needs,
    "other agencies": lambda told, _: told.agencies,
    "the child's own view": lambda told, _: told.child_view,
    "flags": _flags,
    "penalty notices known to us": lambda told, _: told.notices.known_to_us or told.notices.asked,
    "witness statement and exhibits": lambda _, served: served.statement,
}
"""Of both volumes, what stands in either."""


def disclosed(document: bytes) -> tuple[Category, ...]:
    """Of a pack's document, in the order of the table. All, of one in an earlier version of its schema, which tells us nothing."""
    pack = Pack.read(document)
    return tuple(one for one in PACK if pack is None or _TELLS[one](pack.for_the_authority, pack.to_be_served))
