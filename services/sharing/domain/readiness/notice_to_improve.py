"""A Notice to Improve went to this parent, and its period is over.

Source: National Framework for Penalty Notices, as Nottinghamshire lists it: a last chance of three to six weeks; not for holidays. A week
is five school days, as Southwark has it (six weeks, thirty school days).
"""

from services.sharing.domain.demands import Improvement
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Improvement) -> Found:
    case = view.material.case
    letters = (one.day for one in case.letters if one.records in demand.kinds and one.came_back is None)
    entries = (one.day for one in case.entries if one.kind in demand.kinds and view.with_parent(one))
    sent, weeks = min((*letters, *entries), default=None), count(demand.weeks, "week")
    if sent is None:
        return Found(False, f"No Notice to Improve to this parent is on record: send one, and let {weeks} pass.")
    passed = sum(sent < day <= view.today for day in view.material.school_days)
    if passed < 5 * demand.weeks:
        return Found(False, f"The {5 * demand.weeks} school days of the Notice to Improve of {on(sent)} have not passed: wait.")
    return Found(True, f"A Notice to Improve went to this parent on {on(sent)}; its {weeks} are over.")
