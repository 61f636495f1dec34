"""The statement, which is served, names no address, telephone or date of birth that may not be served. It is its maker's, so nobody else
takes anything out.

Source: Criminal Justice Act 1967 s.9(2)(c): a copy is served on each of the other parties.
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.paper.faults import faults
from services.sharing.domain.readiness.view import Found, View


def look(view: View, _: Always) -> Found | None:
    """Where there is no statement there is nothing to look at."""
    if view.material.statement is None:
        return None
    found = faults(view.material)
    if not found:
        return Found(True, "The statement names nothing that may not be served.")
    more = f"; and {len(found) - 1} more" if len(found) > 1 else ""
    return Found(False, f"{found[0][0].upper()}{found[0][1:]}{more}.")
