"""A Notice to Improve went to this parent, its period is over, and it is not too long ago.

Source: National Framework for Penalty Notices, as Nottinghamshire lists it: a last chance of three to six weeks; not for holidays. A week
is five school days, as Southwark has it (six weeks, thirty school days). How old it may be no source says: the profile's weeks.
"""

from datetime import timedelta

from services.sharing.domain.demands import Improvement
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Improvement) -> Found:
    weeks, within = count(demand.weeks, "week"), count(demand.within_weeks, "week")
    days = sorted(one.day for one in view.letters_gone(demand.kinds) if one.came_back is None)
    sent = next((day for day in days if day >= view.today - timedelta(weeks=demand.within_weeks)), None)
    if sent is None:
        none = "No Notice to Improve to this parent is on record"
        old = f"The Notice to Improve of {on(days[-1])} was sent over {within} ago" if days else none
        return Found(False, f"{old}.", f"Send one, and let {weeks} pass.")
    passed = sum(sent < day <= view.today for day in view.material.school_days)
    if passed < 5 * demand.weeks:
        return Found(False, f"The {5 * demand.weeks} school days of the Notice to Improve of {on(sent)} have not passed.", "Wait.")
    return Found(True, f"A Notice to Improve went to this parent on {on(sent)}; its {weeks} are over, and it counts for {within}.")
