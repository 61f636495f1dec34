"""No exhibit names an address that is confidential. Nobody lets that pass: it is served on the other parent.

Source: UK GDPR Art. 5(1)(f): what is held is not disclosed to whom it endangers.
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.paper.exhibit_search import CONFIDENTIAL
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Always) -> Found | None:
    """Where no exhibit is shown there is nothing to look at."""
    statement = view.material.statement
    if statement is None or not statement.exhibits:
        return None
    found = [hit for hit in view.searched.hits if hit.what == CONFIDENTIAL]
    if found:
        return Found(False, f"{listed(tuple(map(str, found)))}.", "Let its maker take it out of the exhibits.")
    return Found(True, "No text of an exhibit names a confidential address.")
