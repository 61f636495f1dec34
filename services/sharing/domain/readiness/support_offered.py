"""Support was offered before enforcement was asked for: a visit on the day of the request or later is none of it.

Source: "Working together to improve school attendance" (August 2024): support first. Nottinghamshire, Stockton and Gloucestershire list
what counts. How old it may be no source says: the profile's weeks.
"""

from datetime import timedelta

from services.sharing.domain.demands import Entries
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.this_parent import NO_ENGAGEMENT
from services.sharing.domain.words import count, listed, on


def look(view: View, demand: Entries) -> Found:
    """Of this parent, or of nobody in particular: what another parent was offered is not this one's support."""
    since, weeks = view.today - timedelta(weeks=demand.weeks), count(demand.weeks, "week")
    theirs = [one for one in view.material.case.entries if not one.parents or view.with_parent(one)]
    found = [one for one in theirs if one.kind in demand.kinds and since <= one.day < view.material.wanted.requested_on]
    if len(found) >= demand.least:
        offered = f"Support offered {count(len(found), 'time')} in {weeks}"
        unmet = sum(one.engagement == NO_ENGAGEMENT for one in found)  # an offer that nobody took up is one
        beside = f"; in {unmet} of these nobody was reached" if unmet else ""
        return Found(True, f"{offered}, the last on {on(found[-1].day)}: {found[-1].kind}{beside}.")
    needed = f"{len(found)} of {demand.least} needed in {weeks}, such as {listed(demand.kinds[:3], 'or')}"
    return Found(False, f"No sufficient support is on record ({needed}).", "Offer it, and record what came of it.")
