"""Exhibits name nothing that may be somebody else's address, telephone or date of birth, and no other child or parent. What cannot be
searched is lacking until somebody says to have looked.

A school's letterhead has a telephone and a postcode, so of what has no more than the shape a person decides; what is on record of others
is another rule's.

Source: Criminal Justice Act 1967 s.9(2)(c), s.9(3)(c): a copy of the statement is served, and of each document that it shows. What
may stand in one a person decides.
"""

from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed

_BY_MARK: Final = "The reason says it of each, by its mark."


def look(view: View, _: Demand) -> Found | None:
    """Where no exhibit is shown there is nothing to look at."""
    statement = view.material.statement
    if statement is None or not statement.exhibits:
        return None
    unread = view.searched.unread
    unseen = f" Not searched, since not all of it can be read as text: {listed(unread)}." if unread else ""
    look_too = "Look at all of what was not searched." if unread else ""
    found = [hit for hit in view.searched.hits if not hit.never_served]
    if found:
        todo = f"Let its maker take it out of the exhibits, or say why it may be served. {look_too}".rstrip()
        each = tuple(dict.fromkeys((*(hit.mark for hit in found), *unread)))
        return Found(False, f"{listed(tuple(map(str, found)))}.{unseen}", f"{todo} {_BY_MARK}", each)
    names = "The text of the exhibits names no particulars but the family's."
    if unread:
        todo = f"{look_too} Whoever has looked says so, and what was seen, as the reason for going on. {_BY_MARK}"
        return Found(False, f"{names}{unseen}", todo, unread)
    return Found(True, names)
