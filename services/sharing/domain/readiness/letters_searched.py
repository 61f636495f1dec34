"""Copies of letters to this parent, which stand in the volume that is served, name nobody else's address, telephone or date of birth.

Source: as for exhibits (Criminal Justice Act 1967 s.9(3)(c): copies are served). A copy with a confidential address is never served: UK
GDPR Art. 5(1)(f).
"""

from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.letter_search import searched_letters
from services.sharing.domain.paper.servable import CONFIDENTIAL
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed, on

_LEFT_OUT: Final = "Its copy is not served: give as the reason that it is left out, and how the authority may see it."
_DECIDE: Final = "Give as the reason why its copy may be served, or strike the copy out of the case: the letter stays listed without it."


def look(view: View, _: Demand) -> Found | None:
    """Where no copy is held there is nothing to look at."""
    letters = sorted(view.material.case.letters, key=lambda one: one.day)
    if not any(one.document or one.shows_hidden for one in letters):
        return None
    found = searched_letters(view.material)
    if not found:
        return Found(True, "The letters to this parent name no particulars but the family's and ours.")
    named = [f"the {one.records} of {on(one.day)} names {listed(found[one.letter])}" for one in letters if one.letter in found]
    hidden = any(CONFIDENTIAL in hits for hits in found.values())
    other = any(hit != CONFIDENTIAL for hits in found.values() for hit in hits)
    todo = " ".join(filter(None, (f"Of a confidential address: {_LEFT_OUT}" if hidden else "", _DECIDE if other else "")))
    return Found(False, f"T{listed(named)[1:]}.", todo)
