"""Support was offered before enforcement.

Source: "Working together to improve school attendance" (August 2024): support first. Nottinghamshire, Stockton and Gloucestershire list
what counts.
"""

from services.sharing.domain.demands import Entries
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, listed, on


def look(view: View, demand: Entries) -> Found:
    """Of this parent, or of nobody in particular: what another parent was offered is not this one's support."""
    entries = view.material.case.entries
    found = [one for one in entries if one.kind in demand.kinds and (not one.parents or view.with_parent(one))]
    if len(found) >= demand.least:
        return Found(True, f"Support offered {count(len(found), 'time')}, the last on {on(found[-1].day)}: {found[-1].kind}.")
    needed = f"{len(found)} of {demand.least} needed, such as {listed(demand.kinds[:3], 'or')}"
    return Found(False, f"No sufficient support is on record ({needed}): offer it, and record what came of it.")
