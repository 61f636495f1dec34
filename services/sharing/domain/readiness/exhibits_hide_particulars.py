"""No exhibit names an address that is confidential, or what is on record of others: an address, a telephone, a date of birth. Nobody lets
that pass: it is served on this parent, and read out in court. Its maker leaves the exhibit out, or shows a copy from which it is taken out.

Source: UK GDPR Art. 5(1)(c) and (f): no more is disclosed than is needed, and nothing to whom it endangers.
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Always) -> Found | None:
    """Where no exhibit is shown there is nothing to look at."""
    statement = view.material.statement
    if statement is None or not statement.exhibits:
        return None
    found = [hit for hit in view.searched.hits if hit.never_served]
    if found:
        return Found(
            False,
            f"{listed(tuple(map(str, found)))}.",
            "Let its maker leave it out of the exhibits, or show a copy in which that is blacked out.",
        )
    return Found(
        True, "No text of an exhibit names a confidential address, or an address, telephone or date of birth that is on record of others."
    )
